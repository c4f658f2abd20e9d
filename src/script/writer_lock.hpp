#pragma once

#include <filesystem>

#include "base/files.hpp"

namespace rev::script {

/// While it lives, no other process that asks for it writes revision files into the project. The kernel ends it with
/// the process, so that a kill leaves nothing behind. Where the file system knows no locks there is none.
class WriterLock {
public:
    /// folder: the first of version_locations; it is made if it is not there. Waits for the others.
    explicit WriterLock(const std::filesystem::path& folder);
    /// False where there is no folder: whoever writes into it then says why.
    [[nodiscard]] bool has_folder() const noexcept { return folder_.is_open(); }
    void release() noexcept { folder_.close(); }

private:
    base::FileDescriptor folder_;
};

}  // namespace rev::script
