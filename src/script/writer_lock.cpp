#include "script/writer_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace rev::script {

WriterLock::WriterLock(const std::filesystem::path& folder) {
    std::error_code ignored;  // what is wrong with the folder is said when a file is written
    std::filesystem::create_directories(folder, ignored);
    folder_ = base::FileDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // On the folder itself, so no file is left behind, and the system lets go when the process ends, however it ends. A
    // file system that has no such locks is no reason not to write.
    while (folder_.is_open() && ::flock(folder_.number(), LOCK_EX) != 0 && errno == EINTR) continue;
}

}  // namespace rev::script
