#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rev::script {

/// A sign that another tool keeps migrations in a folder.
struct OtherTool {
    std::string_view name;       ///< "Alembic", "Flyway"
    std::filesystem::path sign;  ///< what was found, below the folder that was looked at
};

/// The tools whose files are in `folder` or where they usually are below it, each once, in a fixed order. Opens no more
/// than the beginning of a few files, and goes no deeper than such tools put theirs. A folder that cannot be read has
/// none. Source: the tools' own documentation.
[[nodiscard]] std::vector<OtherTool> find_other_tools(const std::filesystem::path& folder);

}  // namespace rev::script
