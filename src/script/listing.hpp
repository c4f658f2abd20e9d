#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "rev/config.hpp"

namespace rev::script {

/// A folder that was listed.
struct ListedFolder {
    std::filesystem::path path;       ///< absolute
    base::FileDescriptor descriptor;  ///< open, so that its files are found without walking the path again
    std::string shown_prefix;         ///< what messages put before a file's name; empty or ends with `/`
};

/// A file by its name. Small, as there may be very many.
struct ListedFile {
    const char* name;      ///< in Listing::names, with a final NUL
    std::uint32_t folder;  ///< index in Listing::folders
    bool surely_regular;   ///< the folder's entry says so
};

/// The revision files of a project by name, nothing of them read.
struct Listing {
    std::vector<ListedFolder> folders;
    std::vector<ListedFile> files;  ///< load order: by name (bytes), a folder's files before its subfolders
    /// Where the names are: many short texts, given back together.
    std::unique_ptr<std::pmr::monotonic_buffer_resource> names =
        std::make_unique<std::pmr::monotonic_buffer_resource>();
};

/// Every `*.sql` below the version locations. Hidden files and what editors leave behind have other names. A folder
/// that is reached twice counts once. Throws Error: a version location is missing or no folder, or cannot be read.
[[nodiscard]] Listing list_revision_files(const Config& config);

/// The same below the repeatable locations, subfolders included.
[[nodiscard]] Listing list_repeatable_files(const Config& config);

/// `file` for messages: relative to the working directory where it is below it.
[[nodiscard]] std::string shown_path(const std::filesystem::path& file);

}  // namespace rev::script
