#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "import/history.hpp"
#include "rev/dialect.hpp"

namespace rev::foreign {

/// What makes a difference to a tool that sends the text in a transaction of its own, or in one piece.
struct Sent {
    std::size_t statements = 0;
    std::size_t untransactional = 0;  ///< that cannot run in a transaction; 0 where the text ends the tool's own first
    std::string command;              ///< the first of those, in capitals: "CREATE INDEX CONCURRENTLY"; empty: none
    bool copies_rows = false;         ///< COPY FROM STDIN, whose rows stand in the text
    bool begins = false;              ///< a transaction of its own, which SQLite refuses within another one
    bool has_mark = false;            ///< a byte order mark before the first word
};

/// SQL as a section of rev runs it.
struct Body {
    /// Less a byte order mark, BEGIN and COMMIT around it (COMMIT and BEGIN where the tool itself has begun), and
    /// PRAGMA foreign_keys.
    std::string sql;
    bool in_transaction = true;               ///< else it needs `transaction: false`
    std::optional<bool> sqlite_foreign_keys;  ///< for the header, where the SQL set it
    std::string shell_command;                ///< the first one of psql (`\i`) or sqlite3 (`.read`) in it; empty: none
    Sent sent;                                ///< of the text as it was
};

/// What `sql` becomes. dialects: of the databases that it is for; empty: whichever parser reads it, PostgreSQL's first.
[[nodiscard]] Body to_body(std::string_view sql, Run run, std::span<const Dialect> dialects);

/// For tools that cut a text themselves, at `cuts` (offsets, ascending): where the first statement or comment begins
/// that a cut stands within, so that neither half is one. nullopt: there is none.
[[nodiscard]] std::optional<std::size_t> find_cut_in_two(std::string_view text, std::span<const std::size_t> cuts,
                                                         Dialect dialect);

}  // namespace rev::foreign
