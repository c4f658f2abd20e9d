#pragma once

#include <filesystem>

#include "base/files.hpp"

namespace rev::scratch {

/// A temporary folder, mode 0700, that goes with this object. While it is there its file `lock` is locked, so that
/// others can tell one that is in use from one whose process was killed.
class ScratchFolder {
public:
    /// Throws Error with ExitCode::database ("no_scratch").
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    /// Absolute, and so short that a Unix socket may be in it.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    base::FileDescriptor lock_;
};

/// Removes folders of that kind that nobody uses and that are older than a minute. Never throws.
void remove_orphaned_folders() noexcept;

}  // namespace rev::scratch
