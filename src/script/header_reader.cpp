// Reads of a revision file what stands before its first section. With 100,000 files this is what most commands spend
// their time on, so a file is opened by its name within an open folder, read with one read() where it can be, and no
// stat() is made that the listing has made already.

#include "script/header_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/files.hpp"
#include "script/header_format.hpp"
#include "script/revision_header.hpp"
#include "script/source.hpp"

namespace rev::script {

namespace {

/// One page: headers are shorter than that, and so are most files.
constexpr std::size_t first_read = 4096;
/// A file without a marker, a dump say, must not be read to its end.
constexpr std::size_t largest_prologue = std::size_t{1} << 20;

base::FileDescriptor open_file(int folder, const char* name, std::string_view shown_path) {
    // Without O_NONBLOCK a pipe would wait for a writer; regular files don't mind it.
    base::FileDescriptor file(::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) throw unreadable(errno, folder, name, shown_path);
    return file;
}

void require_regular(int file, std::string_view shown_path) {
    struct stat status {};
    if (::fstat(file, &status) != 0) throw unreadable(errno, file, "", shown_path);
    if (!S_ISREG(status.st_mode)) throw not_a_file(shown_path, S_ISDIR(status.st_mode));
}

std::size_t read_some(int file, char* target, std::size_t size, std::string_view shown_path) {
    for (;;) {
        const auto count = ::read(file, target, size);
        if (count >= 0) return static_cast<std::size_t>(count);
        // open() takes a folder too; reading from it is what fails.
        if (errno == EISDIR) throw not_a_file(shown_path, true);
        if (errno != EINTR) throw unreadable(errno, file, "", shown_path);
    }
}

bool is_broken_link(int folder, const char* name) {
    struct stat status {};
    return *name != '\0' && ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

/// What is wrong with a prologue that goes on and on: what the parser finds, else its length.
[[noreturn]] void throw_too_long(const Source& prologue) {
    static_cast<void>(parse_prologue(prologue));
    throw malformed(prologue, 0, error_codes::header_too_long,
                    fmt::format("no section begins in the file's first {} bytes", prologue.text.size()))
        .with_hint("a section begins with a marker, a line such as: -- rev:upgrade");
}

/// Without the bytes at its end that may be a part of a character.
std::string_view without_cut_character(std::string_view text) noexcept {
    while (!text.empty() && static_cast<unsigned char>(text.back()) >= 0x80) text.remove_suffix(1);
    return text;
}

}  // namespace

HeaderReader::HeaderReader() : buffer_(first_read) {}

RevisionHeader HeaderReader::read(int folder, const char* name, std::string_view shown_path, bool surely_regular) {
    const auto file = open_file(folder, name, shown_path);
    if (!surely_regular) require_regular(file.number(), shown_path);
    const auto prologue = read_prologue(file.number(), shown_path);
    // parse_header says what is wrong with an empty file.
    return prologue.empty() ? parse_header(prologue, shown_path) : parse_prologue({prologue, shown_path});
}

RevisionHeader HeaderReader::read(const Listing& listing, std::size_t index) {
    const auto& file = listing.files[index];
    const auto& folder = listing.folders[file.folder];
    return read(folder.descriptor.number(), file.name, folder.shown_prefix + file.name, file.surely_regular);
}

std::string_view HeaderReader::read_prologue(int file, std::string_view shown_path) {
    whole_text_.reset();
    std::size_t used = 0;
    for (;;) {
        const auto count = read_some(file, buffer_.data() + used, buffer_.size() - used, shown_path);
        used += count;
        const std::string_view text(buffer_.data(), used);
        // A read that leaves room has come to the end of a regular file.
        const bool at_end = used < buffer_.size();
        if (at_end) whole_text_ = text;
        // From the start again, as a marker may lie across the end of the last read; four times as much each time keeps
        // that cheap.
        const auto marker = find_first_marker(text);
        if (marker != npos) return text.substr(0, marker);
        if (at_end) return text;
        if (used >= largest_prologue) throw_too_long({without_cut_character(text), shown_path});
        buffer_.resize(buffer_.size() * 4);
    }
}

Error unreadable(int error_number, int folder, const char* name, std::string_view shown_path) {
    const Location location{std::string(shown_path), 0, 0, {}};
    // For a link that leads nowhere open() says the same as for a name that is not there.
    if (error_number == ENOENT && is_broken_link(folder, name)) {
        return Error(ExitCode::graph, error_codes::unreadable_file, fmt::format("{} is a link to nothing", shown_path))
            .with_location(location)
            .with_hint("remove the link or restore its target");
    }
    if (error_number == ENOENT) {
        return Error(ExitCode::graph, error_codes::file_vanished, fmt::format("{} is not there any more", shown_path))
            .with_location(location)
            .with_hint("another program may be changing the folder; run the command again");
    }
    return Error(ExitCode::graph, error_codes::unreadable_file,
                 fmt::format("cannot read {}: {}", shown_path, base::system_message(error_number)))
        .with_location(location);
}

Error not_a_file(std::string_view shown_path, bool is_folder) {
    return Error(ExitCode::graph, error_codes::not_a_file,
                 fmt::format("{} is {}, not a revision file", shown_path, is_folder ? "a folder" : "no regular file"))
        .with_location({std::string(shown_path), 0, 0, {}})
        .with_hint("names that end in .sql are for revision files; rename it");
}

RevisionHeader read_header(const std::filesystem::path& file, std::string_view shown_path) {
    return HeaderReader().read(AT_FDCWD, file.c_str(), shown_path);
}

std::vector<Revision> readable_revisions(const Config& config, base::ThreadPool& pool) {
    const auto listing = list_revision_files(config);
    std::vector<Revision> revisions(listing.files.size());
    pool.for_each_index(listing.files.size(), [&] {
        return [&, reader = HeaderReader()](std::size_t index) mutable {
            try {
                revisions[index] = reader.read(listing, index).revision;
            } catch (const Error&) {  // `rev check` tells what is wrong with it
            }
        };
    });
    std::erase_if(revisions, [](const Revision& revision) { return revision.id.empty(); });
    return revisions;
}

RevisionFile read_revision_file(const std::filesystem::path& file, std::string_view shown_path, FileKind kind) {
    std::string text;
    try {
        text = base::read_text_file(file);
    } catch (const std::system_error& error) {
        const int number = error.code().value();
        if (number == EISDIR || number == EINVAL) throw not_a_file(shown_path, number == EISDIR);
        throw unreadable(number, AT_FDCWD, file.c_str(), shown_path);
    }
    return parse_revision_file(std::move(text), shown_path, kind);
}

}  // namespace rev::script
