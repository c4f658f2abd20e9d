#pragma once

#include <ostream>
#include <string>

#include "app/migrate.hpp"
#include "state/reporter.hpp"

namespace rev::app {

/// An upgrade, a downgrade or a stamp as a script instead of a run.
struct ScriptRequest {
    MigrateRequest migrate;
    std::string start = {};  ///< the symbol of the rows to start from; empty or "base": none
    Dialect dialect = Dialect::postgresql;
    ScriptReader reader = ScriptReader::usual;
};

/// Writes the script to `out` and connects to no database. Returns what it does; no steps: nothing was written. Throws
/// Error: "copy_needs_psql" if only psql could run it and it is not for psql; else as migrate() before anything runs.
Plan write_script(const ScriptRequest& request, const ScriptDirectory& scripts, const Graph& graph,
                  state::Reporter& reporter, std::ostream& out);

}  // namespace rev::app
