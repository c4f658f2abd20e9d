#pragma once

#include "commands/context.hpp"
#include "rev/graph.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"

namespace rev::commands {

/// Writes the schema of the database into the file that `dump` of alembic.yaml names, if it names one. What keeps it
/// from being written is a warning: the run is done.
void write_configured_dump(Context& context, const ScriptDirectory& scripts, const Graph& graph,
                           state::Reporter& reporter);

}  // namespace rev::commands
