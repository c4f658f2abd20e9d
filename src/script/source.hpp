#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "rev/error.hpp"

namespace rev::script {

inline constexpr std::size_t npos = std::string_view::npos;

/// The text of a file under the name that messages give it.
struct Source {
    std::string_view text;
    std::string_view path;
};

/// One line of a text, without its line end.
struct Line {
    std::size_t offset = 0;  ///< of its first byte
    std::string_view text;
    std::size_t next = 0;  ///< offset of the line after it
};

/// The line that begins at `offset`.
[[nodiscard]] Line line_at(std::string_view text, std::size_t offset) noexcept;

/// Offset of the first line at or after `from`, itself a line's start, that begins with `prefix`; npos if none.
[[nodiscard]] std::size_t find_line(std::string_view text, std::string_view prefix, std::size_t from) noexcept;

/// offset: in bytes. Of a line that is longer than a screen the text is left out.
[[nodiscard]] Location location_of(const Source& source, std::size_t offset);

/// An Error about a revision file or template, located at `offset`.
[[nodiscard]] Error malformed(const Source& source, std::size_t offset, std::string code, const std::string& message);

/// did_you_mean() of the nearest, or empty when nothing is near.
[[nodiscard]] std::string suggestion(std::string_view text, std::span<const std::string_view> known);

/// Throws a located Error for a NUL byte or for bytes that are no UTF-8.
void require_plain_utf8(const Source& source);

}  // namespace rev::script
