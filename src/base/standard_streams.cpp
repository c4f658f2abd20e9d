#include "base/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace rev::base {
namespace {

bool is_closed(int descriptor) noexcept { return ::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF; }

}  // namespace

void open_closed_streams() noexcept {
    // open() takes the lowest free number, and those below are taken by then.
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (!is_closed(descriptor)) continue;
        // Standard output too is opened for reading: a write then fails with EBADF, and the program says that its
        // answer was lost.
        const int mode = descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY;
        // Without /dev, as in some containers, a folder keeps the number busy as well.
        if (::open("/dev/null", mode) == -1) static_cast<void>(::open("/", O_RDONLY | O_DIRECTORY));
    }
}

}  // namespace rev::base
