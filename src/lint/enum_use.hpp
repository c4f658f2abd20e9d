#pragma once

#include <string>

#include "lint/symbols.hpp"
#include "lint/tree.hpp"

namespace rev::lint {

/// Whether the statement makes the server read `label` as a value of the enum: a cast, a value for one of its columns,
/// a default, a comparison with such a column. The same text for a column of another type does not count.
[[nodiscard]] bool uses_label(const Node& statement, const SqlType& type, const std::string& label,
                              const Symbols& symbols);

}  // namespace rev::lint
