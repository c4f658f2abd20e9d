#pragma once

#include <filesystem>
#include <string>

#include "commands/context.hpp"

namespace rev::commands {

/// `rev init --from URL`: a project whose first revision is the schema of that database, which is recorded there. All
/// or nothing. directory: absolute. Throws Error: versioned already, or empty.
[[nodiscard]] ExitCode init_from(Context& context, const std::filesystem::path& directory, const std::string& url);

}  // namespace rev::commands
