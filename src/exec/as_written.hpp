#pragma once

#include <string_view>

#include "rev/error.hpp"

namespace rev {

/// A place in SQL whose variables are filled in, as the place in the file: what is shown of the line must not have
/// their values, which may be secrets. written: the file's text, or a part of it that begins with its line
/// `first_line`. The column is exact outside the filled-in variables of a line, and where the first of them begins
/// otherwise.
[[nodiscard]] Location as_written(Location location, std::string_view written, std::size_t first_line = 1);

}  // namespace rev
