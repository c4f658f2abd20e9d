#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"

namespace rev::state {

/// One change of a table of rev's own, to be made in somebody's batch.
struct OwnChange {
    std::string sql;                        ///< without a final `;`
    std::vector<SqlValue> parameters = {};  ///< for its `?` placeholders
    /// How many rows it must hit; only one with Rows::one may have parameters.
    enum class Rows { one, any };
    Rows rows = Rows::one;
};

}  // namespace rev::state
