#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "app/run_context.hpp"
#include "base/stop_token.hpp"
#include "db/database.hpp"
#include "rev/config.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::app {

/// The table that the configuration names, as written: where its schema is left out, find_tables() says which one it
/// is.
[[nodiscard]] state::VersionTable version_table(const Config& config);

/// For a connection that changes nothing, not even a missing SQLite file.
[[nodiscard]] OpenOptions reading_options(const Config& config);
/// For a connection that may change the database; notices and waits go to `reporter`, which must outlive it.
[[nodiscard]] OpenOptions writing_options(const Config& config, state::Reporter& reporter,
                                          const base::StopToken& stop = {});

/// What is waited for, for people: "AccessShareLock on public.alembic_version, held by pid 4711, ...".
[[nodiscard]] std::string wait_text(const LockWait& wait);

/// Whether the URL names an SQLite file that is not there.
[[nodiscard]] bool is_missing_file(const Config& config, const DatabaseUrl& url);

/// open_database(), tried again for up to `wait` while no server answers yet: the host is not known or not reachable,
/// refuses connections, or is starting up or shutting down. Tells `reporter` what it waits for. Any other failure is
/// thrown at once, the last one when the time is over, and an Error as `stop` asks for.
[[nodiscard]] std::unique_ptr<Database> open_waiting(const DatabaseUrl& url, const OpenOptions& options,
                                                     std::chrono::milliseconds wait, state::Reporter& reporter,
                                                     const base::StopToken& stop = {});

/// The database of a URL, opened as these three say. config and reporter must outlive it.
[[nodiscard]] Connector connector_to(DatabaseUrl url, const Config& config, std::chrono::milliseconds wait,
                                     state::Reporter& reporter);

}  // namespace rev::app
