#include "outages/small_disk.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace rev::test {
namespace {

std::string size_option(std::size_t bytes) { return "mode=0777,size=" + std::to_string(bytes); }

/// Mounts of this process alone; false if it may not have them.
bool have_own_mounts() {
    static const bool done = [] {
        return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    }();
    return done;
}

}  // namespace

SmallDisk::SmallDisk(std::filesystem::path folder, std::size_t bytes) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    mounted_ =
        have_own_mounts() && ::mount("rev-test", folder_.c_str(), "tmpfs", MS_NOSUID, size_option(bytes).c_str()) == 0;
}

SmallDisk::~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::resize(std::size_t bytes) const {
    if (::mount("rev-test", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_NOSUID, size_option(bytes).c_str()) != 0)
        throw std::system_error(errno, std::generic_category(), "mount");
}

}  // namespace rev::test
