#pragma once

#include "rev/error.hpp"
#include "run/as_written.hpp"
#include "sql/statements.hpp"

namespace rev::run {

/// A section that ends inside a comment or quote, with the place where that begins.
[[nodiscard]] Error unclosed_error(const SqlInFile& source, const Unclosed& found);

}  // namespace rev::run
