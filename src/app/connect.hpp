#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "rev/config.hpp"
#include "rev/database.hpp"
#include "rev/executor.hpp"

namespace rev::app {

[[nodiscard]] state::VersionTable version_table(const Config& config);

/// For a connection that changes nothing, not even a missing SQLite file.
[[nodiscard]] OpenOptions reading_options(const Config& config);
/// For a connection that may change the database; notices and waits go to `reporter`, which must outlive it.
[[nodiscard]] OpenOptions writing_options(const Config& config, state::Reporter& reporter, const StopToken& stop = {});

/// What is waited for, for people: "AccessShareLock on public.alembic_version, held by pid 4711, ...".
[[nodiscard]] std::string wait_text(const LockWait& wait);

/// Whether the URL names an SQLite file that is not there.
[[nodiscard]] bool is_missing_file(const Config& config, const DatabaseUrl& url);

/// open_database(), tried again for up to `wait` while no server answers yet: the host is not known or not reachable,
/// refuses connections, or is starting up or shutting down. Tells `reporter` what it waits for. Any other failure is
/// thrown at once, the last one when the time is over, and an Error as `stop` asks for.
[[nodiscard]] std::unique_ptr<Database> open_waiting(const DatabaseUrl& url, const OpenOptions& options,
                                                     std::chrono::milliseconds wait, state::Reporter& reporter,
                                                     const StopToken& stop = {});

}  // namespace rev::app
