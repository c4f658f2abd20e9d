#pragma once

#include <cstddef>
#include <string_view>

#include "rev/revision_file.hpp"
#include "script/source.hpp"

namespace rev {

/// Offset of the first line that begins with `-- rev:`; npos if there is none.
[[nodiscard]] std::size_t find_first_marker(std::string_view text) noexcept;

/// As parse_header, for a text that is not empty and ends where the first marker begins.
[[nodiscard]] RevisionHeader parse_prologue(const Source& prologue);

}  // namespace rev
