#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "rev/error.hpp"

namespace rev::config {

/// A configuration file's text and the name to show for it.
struct SourceText {
    std::string shown;
    std::string text;
};

/// Throws Error: a folder, not readable, larger than a megabyte, NUL bytes, invalid UTF-8.
[[nodiscard]] SourceText read_source(const std::filesystem::path& file, std::string shown);

/// The same, of a file that other programs read too: its text may be anything.
[[nodiscard]] SourceText read_any_text(const std::filesystem::path& file, std::string shown);

/// The place of a byte offset; passwords in URLs of the line are hidden.
[[nodiscard]] Location location_at(const SourceText& source, std::size_t offset);

/// An Error with ExitCode::usage at that place.
[[nodiscard]] Error error_at(const SourceText& source, std::size_t offset, std::string code,
                             const std::string& message);

/// `line` with what may be a URL's password replaced by `***`.
[[nodiscard]] std::string hide_url_passwords(std::string_view line);

}  // namespace rev::config
