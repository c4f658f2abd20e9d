#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "script/revision_file.hpp"
#include "script/source.hpp"

namespace rev::script {

/// Offset of the first line that begins with `-- rev:`; npos if there is none.
[[nodiscard]] std::size_t find_first_marker(std::string_view text) noexcept;

/// Where the value of a header's key stands.
struct HeaderValue {
    Line line;               ///< the key's
    std::size_t offset = 0;  ///< of `text` in the file, bytes
    std::string_view text;   ///< all that stands behind the colon, with its blanks
};
/// For a text that parse_header() takes; nullopt: the header has no such key.
[[nodiscard]] std::optional<HeaderValue> find_header_value(std::string_view text, std::string_view key,
                                                           FileKind kind = FileKind::revision) noexcept;

/// As parse_header, for either kind of file.
[[nodiscard]] RevisionHeader parse_header(std::string_view text, std::string_view path, FileKind kind);

/// The same for a text that is not empty and ends where the first marker begins.
[[nodiscard]] RevisionHeader parse_prologue(const Source& prologue, FileKind kind = FileKind::revision);

}  // namespace rev::script
