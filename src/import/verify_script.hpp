#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rev/dialect.hpp"

namespace rev::foreign {

/// A script that looks whether a migration is applied, as a verify section.
struct Check {
    std::optional<std::string> sql;  ///< absent: it cannot be one
    std::string why_not;             ///< a sentence part; empty: it can
};

/// The script without the BEGIN and ROLLBACK (or COMMIT) around it. A verify section only looks: a script with other
/// statements than SELECT, VALUES, SHOW, DO and the like cannot be one.
[[nodiscard]] Check to_check(std::string_view script, Dialect dialect);

}  // namespace rev::foreign
