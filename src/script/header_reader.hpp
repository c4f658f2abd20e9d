#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/thread_pool.hpp"
#include "script/listing.hpp"
#include "script/revision_file.hpp"

namespace rev::script {

/// Reads headers of many files through one buffer; no more of a file is read than its header needs, in steps that
/// begin at 4 KiB. Not for two threads at once.
class HeaderReader {
public:
    HeaderReader();

    /// folder: an open folder, or AT_FDCWD. name: the file in it. surely_regular: the listing said so, which saves
    /// asking. Throws as read_header.
    [[nodiscard]] RevisionHeader read(int folder, const char* name, std::string_view shown_path,
                                      bool surely_regular = false);

    /// The header of listing.files[index]. Throws as read_header.
    [[nodiscard]] RevisionHeader read(const Listing& listing, std::size_t index);

    /// All of the file that was read last, if reading its header came to its end. Valid until the next read.
    [[nodiscard]] std::optional<std::string_view> whole_text() const noexcept { return whole_text_; }

private:
    [[nodiscard]] std::string_view read_prologue(int file, std::string_view shown_path);

    std::vector<char> buffer_;
    std::optional<std::string_view> whole_text_;
};

/// The failure to open or read a revision file, worded by errno's value.
[[nodiscard]] Error unreadable(int error_number, int folder, const char* name, std::string_view shown_path);

/// A folder, device or socket where a revision file should be.
[[nodiscard]] Error not_a_file(std::string_view shown_path, bool is_folder);

/// The revisions of all files whose header can be read, in load order; the others are passed over. Throws Error as
/// list_revision_files.
[[nodiscard]] std::vector<Revision> readable_revisions(const Config& config, base::ThreadPool& pool);

}  // namespace rev::script
