#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "sql/statements.hpp"

namespace rev::sql {

/// A comment line above a statement that says whether it runs, or how often:
///
///     marker = "-- rev:" (("unless" | "if") thing | "repeat" ["pause=" time])
///     thing  = "column" T.C | "table" T | "view" V | "index" I | "constraint" T.C | "type" T | SELECT
///
/// T, V and I may have a schema; names are written as in SQL. Each marker holds for the next statement alone.
struct StatementMarker {
    enum class Kind { unless, only_if, repeat };
    enum class Thing { column, table, view, index, constraint, type, query };

    Kind kind = Kind::unless;
    Thing thing = Thing::query;      ///< of a guard
    std::size_t statement = 0;       ///< index of the statement below it
    std::size_t offset = 0;          ///< of its `--` in the text
    std::string_view text;           ///< from `rev:` on
    std::string_view argument = {};  ///< what stands behind the word; it may be empty
    std::vector<std::string_view> name =
        {};                       ///< of a thing: its parts as they are written, such as `public`, `"Account"`
    std::string_view query = {};  ///< without a final `;`
    std::string_view pause = {};  ///< of a repetition: a time as written, see parse_duration; empty: none

    /// Whether it may leave its statement out.
    [[nodiscard]] bool is_guard() const noexcept { return kind != Kind::repeat; }
};

/// A line that must be a marker and is none.
struct BadMarker {
    std::size_t offset = 0;  ///< of what is wrong, in the text
    std::string message;
    std::string hint;
};

/// What is to be said of a comment line that begins with `rev:` and is no marker.
enum class UnknownMarkers { refused, comments };

/// The markers of a text outside strings, bodies and comments of other kinds, in its order. Views into the text.
/// statements: those of the text, as split_statements() gives them. Throws BadMarker: for a malformed one, one without
/// a statement below it, one within a statement or behind one on its line; what names `rev:ignore` and `rev:todo` is
/// passed over. Whether a pause is a time is left to the caller.
[[nodiscard]] std::vector<StatementMarker> read_markers(std::string_view text, Dialect dialect,
                                                        std::span<const Statement> statements, UnknownMarkers unknown,
                                                        Backslash backslash = Backslash::ordinary);

/// Whether a text may hold a marker: those that do not cost no scan.
[[nodiscard]] inline bool may_have_markers(std::string_view text) noexcept {
    return text.find("rev") != std::string_view::npos || text.find("REV") != std::string_view::npos ||
           text.find("Rev") != std::string_view::npos;
}

/// Whether a text may hold one that is exactly written, and no near miss.
[[nodiscard]] inline bool may_have_exact_markers(std::string_view text) noexcept {
    return text.find("-- rev:") != std::string_view::npos;
}

/// The markers above a statement, in their order. markers: as read_markers() gives them.
[[nodiscard]] std::span<const StatementMarker> markers_above(std::span<const StatementMarker> markers,
                                                             std::size_t statement);

/// The tokens of a comment that is a marker, with a line end; empty: it is none. comment: from `--` to the line's end.
[[nodiscard]] std::string normalized_marker(std::string_view comment, Dialect dialect);

}  // namespace rev::sql
