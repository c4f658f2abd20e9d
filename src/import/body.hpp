#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "import/history.hpp"
#include "rev/dialect.hpp"

namespace rev::foreign {

/// SQL as a section of rev runs it.
struct Body {
    std::string sql;                          ///< less a BEGIN and COMMIT around it and PRAGMA foreign_keys
    bool in_transaction = true;               ///< else it needs `transaction: false`
    std::optional<bool> sqlite_foreign_keys;  ///< for the header, where the SQL set it
    std::string psql_command;                 ///< the first command of psql in it, such as `\i`; empty: none
};

/// What `sql` becomes. dialects: of the databases that it is for; empty: whichever parser reads it, PostgreSQL's first.
[[nodiscard]] Body to_body(std::string_view sql, Run run, std::span<const Dialect> dialects);

}  // namespace rev::foreign
