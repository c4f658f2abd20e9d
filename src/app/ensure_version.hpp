#pragma once

#include <ostream>

#include "app/run_context.hpp"
#include "rev/config.hpp"
#include "rev/dialect.hpp"
#include "state/reporter.hpp"

namespace rev::app {

/// Makes the version table and rev_log, empty, where the version table is not there, under the run lock. Returns
/// whether it did. Where it is there nothing is locked or written. Throws Error.
bool ensure_version(const Config& config, const Connector& connector, state::Reporter& reporter);

/// The same as a script that connects to no database. Throws Error.
void write_ensure_version(const Config& config, Dialect dialect, std::ostream& out);

}  // namespace rev::app
