#pragma once

#include "commands/context.hpp"

namespace rev::commands {

/// Writes the file and says so. Throws Error.
ExitCode create_revision(Context& context, const ScriptRequest& request);

}  // namespace rev::commands
