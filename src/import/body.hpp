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
    std::vector<std::string> untransactional;  ///< that cannot run in a transaction, in capitals: "VACUUM"
    std::string behind_others;     ///< the first of those that another one than those stands before; empty: none
    std::size_t within = 0;        ///< of those, how many stand where the text has not ended the tool's transaction
    std::size_t foreign_keys = 0;  ///< SQLite: that are PRAGMA foreign_keys
    bool copies_rows = false;      ///< COPY FROM STDIN, whose rows stand in the text
    bool begins = false;           ///< a transaction of its own, which SQLite refuses within another one
    bool ends_outside = false;     ///< behind it a transaction that was there is over
    bool leaves_open = false;      ///< it begins a transaction that it does not end
    bool has_mark = false;         ///< a byte order mark before the first word
};

/// SQL as a section of rev runs it.
struct Body {
    /// Less a byte order mark, BEGIN and COMMIT around it (COMMIT and BEGIN where the tool itself has begun), and
    /// PRAGMA foreign_keys. Where it ends the tool's transaction in its midst, with the BEGIN and COMMIT of the tool.
    std::string sql;
    bool in_transaction = true;               ///< else it needs `transaction: false`
    std::optional<bool> sqlite_foreign_keys;  ///< for the header, where the SQL set it
    /// The first one of psql (`\i`) or sqlite3 (`.read`) in it, else the first of psql's own variables (`:DBNAME`);
    /// empty: none.
    std::string shell_command;
    Sent sent;  ///< of the text as it was
};

/// What `sql` becomes. dialects: of the databases that it is for; empty: whichever parser reads it, PostgreSQL's first.
[[nodiscard]] Body to_body(std::string_view sql, Run run, std::span<const Dialect> dialects);

// ---- for tools that cut a text themselves, at `cuts` (offsets, ascending), and send each piece alone

/// A statement or comment that a cut stands within, so that neither half is one.
struct CutInTwo {
    std::size_t cut = 0;     ///< index of the cut
    std::size_t begins = 0;  ///< offset of the statement or comment
};
/// The first one; nullopt: there is none.
[[nodiscard]] std::optional<CutInTwo> find_cut_in_two(std::string_view text, std::span<const std::size_t> cuts,
                                                      Dialect dialect);

/// Whether a piece has SQL that no `;` ends.
[[nodiscard]] bool needs_end(std::string_view piece, Dialect dialect);
/// A text in pieces.
struct Pieces {
    std::string text;
    std::vector<std::size_t> cuts;  ///< offsets in it at which a piece ends, ascending
};
/// The text with a `;` at each cut where the piece before it needs one.
[[nodiscard]] Pieces with_ends(std::string_view text, std::span<const std::size_t> cuts, Dialect dialect);

/// PostgreSQL: the first command that cannot run in a transaction and has another statement in its piece, which makes
/// one of it, in capitals; empty: there is none.
[[nodiscard]] std::string find_untransactional_beside(std::string_view text, std::span<const std::size_t> cuts,
                                                      Dialect dialect);

}  // namespace rev::foreign
