// Debian's util-linux has a program `rev` as well, which reverses lines. Where this one is installed over it, a pipe
// into `rev` must still do that.

#include "commands/namesake.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace rev::commands {
namespace {

bool input_is_data() {
    struct stat input {};
    if (::fstat(STDIN_FILENO, &input) != 0) return false;
    // A pipe, a file or a socket. A terminal or /dev/null (as under cron) brings no lines to reverse.
    return S_ISFIFO(input.st_mode) || S_ISREG(input.st_mode) || S_ISSOCK(input.st_mode);
}

}  // namespace

void give_way_to_namesake(const std::vector<std::string>& arguments) {
    if (!arguments.empty() || !input_is_data()) return;
    std::error_code unknown;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
    if (unknown) return;
    // The name under which the package's diversion keeps it.
    const auto namesake = self.string() + ".util-linux";
    ::execl(namesake.c_str(), "rev", nullptr);
    // It is not there: this is the only rev.
}

}  // namespace rev::commands
