#pragma once

#include <filesystem>
#include <string>

#include "script/script_directory.hpp"

namespace rev::script {

/// A new revision file that is not written yet.
struct NewScript {
    std::filesystem::path file;  ///< absolute
    std::string text;
    Revision revision;  ///< its path as it is shown
};

/// What ScriptDirectory::create() would write. Throws Error, as it does.
[[nodiscard]] NewScript compose_script(const Config& config, const Graph& graph, const ScriptRequest& request);

}  // namespace rev::script
