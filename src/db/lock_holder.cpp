// Reads /proc/locks, whose lines are (see proc(5))
//
//     1: POSIX  ADVISORY  WRITE 4711 08:01:262154 1073741825 1073741825
#include "db/lock_holder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "base/text.hpp"

namespace rev {
namespace {

namespace fs = std::filesystem;

struct Lock {
    pid_t pid = 0;
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
    if (!(words >> number >> kind >> advisory >> access >> lock.pid >> place) || access != "WRITE") return std::nullopt;
    std::istringstream(place.substr(place.rfind(':') + 1)) >> lock.inode;
    return lock;
}

/// Inodes of different file systems may be equal, so the process must have that very file open.
bool has_open(pid_t pid, const fs::path& file) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", pid), error)) {
        std::error_code gone;
        if (fs::read_symlink(entry.path(), gone) == file) return true;
    }
    return false;
}

std::string process_name(pid_t pid) {
    std::string name;
    std::ifstream comm(fmt::format("/proc/{}/comm", pid));
    std::getline(comm, name);
    return name;
}

std::string holder_of_one(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    std::error_code error;
    const auto real_path = fs::canonical(file, error);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        const auto lock = parse_lock(line);
        if (!lock || lock->inode != status.st_ino || lock->pid == ::getpid() || !has_open(lock->pid, real_path))
            continue;
        return fmt::format("process {} ({})", lock->pid, printable(process_name(lock->pid)));
    }
    return {};
}

}  // namespace

std::string sqlite_lock_holder(const fs::path& file) {
    auto holder = holder_of_one(file);
    return holder.empty() ? holder_of_one(file.string() + "-shm") : holder;
}

}  // namespace rev
