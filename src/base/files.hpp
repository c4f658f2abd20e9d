#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rev::base {

/// An open file that is closed when this goes. Movable.
class FileDescriptor {
public:
    FileDescriptor() = default;
    /// number: of open() or the like; negative: none.
    explicit FileDescriptor(int number) noexcept : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept;
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    /// Closes; a failure is not told, see close().
    ~FileDescriptor();

    /// The system's number; -1 if it is not open.
    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    /// Closes now; false when the system reports a failure, such as data that could not be written.
    bool close() noexcept;
    /// Gives the descriptor up without closing it, to what will.
    void release() noexcept { number_ = -1; }

private:
    int number_ = -1;
};

/// Writes all of it. file: for messages. Throws std::system_error.
void write_all(const FileDescriptor& out, std::string_view text, const std::filesystem::path& file);

/// Whether something is there, as far as this process may see; a link counts by what it leads to.
[[nodiscard]] bool is_there(const std::filesystem::path& path) noexcept;
/// The same for a folder alone.
[[nodiscard]] bool is_folder_at(const std::filesystem::path& path) noexcept;

/// What the system says about an error number: "Permission denied".
[[nodiscard]] std::string system_message(int error_number);

/// A new, empty file that is filled under a hidden name beside its final one, so that listings skip what a crash leaves
/// behind. It goes with this object unless it was kept. Movable nowhere: it belongs to one place.
class PendingFile {
public:
    /// file: the final name, in a folder that exists. mode: less the umask. Throws std::system_error.
    PendingFile(std::filesystem::path file, unsigned mode);
    ~PendingFile();
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;

    /// The hidden name.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return hidden_; }
    /// Makes it safe on disk and gives it its final name; an existing file is never replaced. Throws
    /// std::system_error; std::errc::file_exists if something is there.
    void keep();
    /// The same, but in the place of a file that is there.
    void replace();

private:
    void sync();

    std::filesystem::path final_;
    std::filesystem::path hidden_;
    bool kept_ = false;
};

/// The whole file. Throws std::system_error.
[[nodiscard]] std::string read_text_file(const std::filesystem::path& file);

/// Writes a new file that appears whole or not at all, safe on disk, mode 0644 less the umask. An existing file is
/// never replaced. The folder must exist. Throws std::system_error; std::errc::file_exists if something is there.
void create_text_file(const std::filesystem::path& file, std::string_view text);

/// Writes a file as a whole or not at all, in the place of one that is there (also through a symbolic link). What is no
/// regular file, such as /dev/stdout or a pipe, is written into. The folder must exist. Throws std::system_error.
void replace_text_file(const std::filesystem::path& file, std::string_view text);

}  // namespace rev::base
