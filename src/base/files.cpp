#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>
#include <utility>

namespace rev::base {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_system_error(int error_number, const fs::path& file) {
    throw std::system_error(error_number, std::generic_category(), file.string());
}

FileDescriptor open_or_throw(const fs::path& file, int flags, mode_t mode = 0) {
    // O_CLOEXEC: pg_dump and git are started by this process, and must not keep a revision file or a lock open.
    const int number = ::open(file.c_str(), flags | O_CLOEXEC, mode);
    if (number < 0) throw_system_error(errno, file);
    return FileDescriptor(number);
}

void write_to(const fs::path& file, int flags, std::string_view text) {
    auto out = open_or_throw(file, O_WRONLY | flags);
    write_all(out, text, file);
    // Some file systems (NFS, those with quotas) say only now that the data could not be kept.
    if (!out.close()) throw_system_error(errno, file);
}

/// A hidden name beside `file`.
fs::path temporary_name(const fs::path& file) {
    // Random and not a process id: two containers that share a folder may have the same ids.
    std::random_device device;
    return file.parent_path() / fmt::format(".rev-{:08x}{:08x}.tmp", device(), device());
}

void rename_without_replacing(const fs::path& from, const fs::path& to) {
    // rename() would replace what another process has put there since it was last looked for.
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
    // Some file systems cannot rename without replacing; a hard link doesn't replace either.
    if (errno != EINVAL && errno != ENOSYS) throw_system_error(errno, to);
    if (::link(from.c_str(), to.c_str()) != 0) throw_system_error(errno, to);
    ::unlink(from.c_str());
}

/// Makes a new name in `folder` survive a power failure; not every file system can. POSIX keeps a file's content and
/// its name apart: fsync() of the file alone does not save the name.
void sync_folder(const fs::path& folder) {
    const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.is_open()) ::fsync(descriptor.number());
}

}  // namespace

void write_all(const FileDescriptor& out, std::string_view text, const fs::path& file) {
    while (!text.empty()) {
        const auto written = ::write(out.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_system_error(errno, file);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Without an exception: who may not look into a folder sees nothing there.
bool is_there(const fs::path& path) noexcept {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool is_folder_at(const fs::path& path) noexcept {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

/// Swapped: what this one held is closed with the other.
FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

FileDescriptor::~FileDescriptor() { close(); }

/// The number is given up first: after a failed close() it may belong to another file already (Linux frees it whatever
/// close() returns).
bool FileDescriptor::close() noexcept {
    const int number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
}

std::string system_message(int error_number) { return std::generic_category().message(error_number); }

std::string read_text_file(const fs::path& file) {
    // Without O_NONBLOCK a pipe would wait for a writer.
    const auto in = open_or_throw(file, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    if (::fstat(in.number(), &status) != 0) throw_system_error(errno, file);
    if (S_ISDIR(status.st_mode)) throw_system_error(EISDIR, file);
    if (!S_ISREG(status.st_mode)) throw_system_error(EINVAL, file);

    std::string text;
    // The byte more lets the first read find the end, without a second call.
    text.resize(static_cast<std::size_t>(status.st_size) + 1);
    std::size_t used = 0;
    for (;;) {
        const auto count = ::read(in.number(), text.data() + used, text.size() - used);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_system_error(errno, file);
        used += static_cast<std::size_t>(count);
        if (used < text.size()) break;  // a read that leaves room has come to the end of a regular file
        text.resize(text.size() * 2);   // the file grows while it is read
    }
    text.resize(used);
    return text;
}

/// In the folder of the final name, as a rename works only within one file system.
PendingFile::PendingFile(fs::path file, unsigned mode) : final_(std::move(file)), hidden_(temporary_name(final_)) {
    (void)open_or_throw(hidden_, O_WRONLY | O_CREAT | O_EXCL, mode);
}

PendingFile::~PendingFile() {
    if (!kept_) ::unlink(hidden_.c_str());
}

/// Opened anew: whoever filled the file (SQLite, pg_dump) had a descriptor of its own.
void PendingFile::sync() {
    auto file = open_or_throw(hidden_, O_RDWR | O_NOFOLLOW);
    if (::fsync(file.number()) != 0 || !file.close()) throw_system_error(errno, final_);
}

void PendingFile::keep() {
    sync();
    // The content is safe before the name appears: after a power failure the name never stands for an empty file.
    rename_without_replacing(hidden_, final_);
    kept_ = true;
    sync_folder(final_.parent_path());
}

void PendingFile::replace() {
    sync();
    if (::rename(hidden_.c_str(), final_.c_str()) != 0) throw_system_error(errno, final_);
    kept_ = true;
    sync_folder(final_.parent_path());
}

void create_text_file(const fs::path& file, std::string_view text) {
    PendingFile pending(file, 0644);
    write_to(pending.path(), O_NOFOLLOW, text);
    pending.keep();
}

void replace_text_file(const fs::path& file, std::string_view text) {
    const auto type = fs::status(file).type();
    if (type == fs::file_type::directory) throw_system_error(EISDIR, file);
    // A rename would put a file in the place of the pipe or device that somebody else reads from.
    if (type != fs::file_type::regular && type != fs::file_type::not_found) return write_to(file, 0, text);
    // Links followed: otherwise the rename would replace the link and leave the file that it leads to as it was.
    PendingFile pending(type == fs::file_type::regular ? fs::canonical(file) : file, 0644);
    write_to(pending.path(), O_NOFOLLOW, text);
    // The new file is another one: without this, what only its owner could read would be for everybody.
    if (type == fs::file_type::regular) fs::permissions(pending.path(), fs::status(file).permissions());
    pending.replace();
}

}  // namespace rev::base
