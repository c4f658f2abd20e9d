#pragma once

#include "exec/as_written.hpp"
#include "rev/error.hpp"
#include "rev/statements.hpp"

namespace rev {

/// A section that ends inside a comment or quote, with the place where that begins.
[[nodiscard]] Error unclosed_error(const SqlInFile& source, const Unclosed& found);

}  // namespace rev
