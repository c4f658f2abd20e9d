#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rev::rewrite {

/// What is to become of one file.
struct FileChange {
    std::filesystem::path file;              ///< absolute
    std::optional<std::string> text = {};    ///< its new text; absent: it stays
    std::filesystem::path moved_to = {};     ///< absolute; empty: it keeps its name. Its folder is made if need be
    std::optional<std::string> before = {};  ///< what it must hold now; absent: whatever it holds
};

/// Changes all files or none. New texts are written and synced under hidden names before the first file changes, and a
/// failure puts back what was changed. Modes stay; a symbolic link stays one, its target changes. A file that is to be
/// there under a new name must not be there yet. No signal ends the process half-way. Throws Error with
/// ExitCode::graph: "cannot_write", "file_exists", "revision_changed" (see FileChange::before).
void change_files(const std::vector<FileChange>& changes);

}  // namespace rev::rewrite
