// Reads /proc/locks, whose lines are (see proc(5))
//
//     1: POSIX  ADVISORY  WRITE 4711 08:01:262154 1073741825 1073741825
#include "db/lock_holder.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/text.hpp"

namespace rev::db {
namespace {

namespace fs = std::filesystem;

struct Lock {
    pid_t pid = 0;
    dev_t device = 0;
    unsigned long long inode = 0;
};

/// nullopt: no lock for writing, or one that a process only waits for.
std::optional<Lock> parse_lock(const std::string& line) {
    std::istringstream words(line);
    std::string number;
    std::string kind;
    std::string advisory;
    std::string access;
    std::string place;
    Lock lock;
    // The line of a process that only waits has a word more, `1: -> POSIX ADVISORY ...`: each word then stands one
    // place further on, and none of them is where WRITE is expected.
    if (!(words >> number >> kind >> advisory >> access >> lock.pid >> place) || access != "WRITE") return std::nullopt;
    unsigned device_major = 0;
    unsigned device_minor = 0;
    char colon = 0;
    // The device is hexadecimal, the inode decimal.
    std::istringstream(place) >> std::hex >> device_major >> colon >> device_minor >> colon >> std::dec >> lock.inode;
    lock.device = makedev(device_major, device_minor);
    return lock;
}

/// Inodes of different file systems may be equal, so the process must have that very file open; what another user's
/// process has open is a secret, and the device must do (some file systems give another one here).
bool is_on(const Lock& lock, const struct stat& status, const fs::path& file) {
    // SQLite's locks of this very process are in the list, too.
    if (lock.inode != status.st_ino || lock.pid == ::getpid()) return false;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", lock.pid), failure)) {
        std::error_code gone;
        if (fs::read_symlink(entry.path(), gone) == file) return true;
    }
    return failure == std::errc::permission_denied && lock.device == status.st_dev;
}

std::string process_name(pid_t pid) {
    std::string name;
    std::ifstream comm(fmt::format("/proc/{}/comm", pid));
    std::getline(comm, name);
    return name;
}

/// ", user app"; its number where it has no name; empty if the process is gone.
std::string process_user(pid_t pid) {
    struct stat status {};
    if (::stat(fmt::format("/proc/{}", pid).c_str(), &status) != 0) return {};
    struct passwd entry {};
    struct passwd* found = nullptr;
    // An entry too long for it is treated as a user without a name.
    std::array<char, 4096> buffer{};
    ::getpwuid_r(status.st_uid, &entry, buffer.data(), buffer.size(), &found);
    return ", user " + (found == nullptr ? std::to_string(status.st_uid) : base::printable(found->pw_name));
}

std::string holder_of_one(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    std::error_code error;
    const auto real_path = fs::canonical(file, error);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        const auto lock = parse_lock(line);
        if (!lock || !is_on(*lock, status, real_path)) continue;
        return fmt::format("process {} ({}){}", lock->pid, base::printable(process_name(lock->pid)),
                           process_user(lock->pid));
    }
    return {};
}

}  // namespace

/// In WAL mode writers lock bytes of the -shm file, in the other modes those of the database itself; which mode it is
/// cannot be asked without opening the file.
std::string sqlite_lock_holder(const fs::path& file) {
    auto holder = holder_of_one(file);
    return holder.empty() ? holder_of_one(file.string() + "-shm") : holder;
}

}  // namespace rev::db
