#include "scratch/scratch_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include "rev/error.hpp"

namespace rev::scratch {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view folder_prefix = "rev-scratch-";
constexpr const char* lock_name = "lock";

/// The path of a Unix socket in it may have at most 107 bytes.
fs::path parent_folder() {
    constexpr std::size_t longest = 60;
    std::error_code unknown;
    auto folder = fs::temp_directory_path(unknown);
    return unknown || folder.native().size() > longest ? fs::path("/tmp") : folder;
}

bool is_old(const fs::path& folder) {
    std::error_code unknown;
    const auto changed = fs::last_write_time(folder, unknown);
    return !unknown && fs::file_time_type::clock::now() - changed > std::chrono::minutes(1);
}

bool is_ours(const fs::path& folder) {
    struct stat status {};
    if (::lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
    return status.st_uid == ::geteuid() || ::geteuid() == 0;
}

/// The kernel ends the lock with the process that held it. Without a lock file, whoever made the folder has died before
/// it could make that; is_old() leaves one alone that is just being made.
bool is_unused(const fs::path& folder) {
    const base::FileDescriptor lock(::open((folder / lock_name).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    return !lock.is_open() || ::flock(lock.number(), LOCK_EX | LOCK_NB) == 0;
}

void remove_orphans_in(const fs::path& parent) {
    std::error_code unknown;
    for (fs::directory_iterator entry(parent, unknown), end; !unknown && entry != end; entry.increment(unknown)) {
        const auto& folder = entry->path();
        if (!folder.filename().native().starts_with(folder_prefix)) continue;
        if (is_old(folder) && is_ours(folder) && is_unused(folder)) fs::remove_all(folder, unknown);
    }
}

}  // namespace

ScratchFolder::ScratchFolder() {
    auto pattern = (parent_folder() / fmt::format("{}{}-XXXXXX", folder_prefix, ::getpid())).string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw Error(
            ExitCode::database, error_codes::no_scratch,
            fmt::format("cannot make a temporary folder for scratch databases: {}", base::system_message(errno)))
            .with_hint("TMPDIR names the folder in which it is made");
    path_ = pattern;
    lock_ = base::FileDescriptor(::open((path_ / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (lock_.is_open()) ::flock(lock_.number(), LOCK_EX | LOCK_NB);
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void remove_orphaned_folders() noexcept {
    try {
        remove_orphans_in(parent_folder());
    } catch (const std::exception&) {  // the next command tries again
        return;
    }
}

}  // namespace rev::scratch
