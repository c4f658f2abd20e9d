#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "script/revision_file.hpp"

namespace rev::rewrite {

/// Tables and views that SQL names: as the server folds their names, `schema.name` where it names a schema other than
/// `public` or `main`.
struct TouchedTables {
    std::set<std::string> changed;  ///< made, altered, renamed, dropped, or with rows written, indexes, triggers ...
    std::set<std::string> used;     ///< only read, or referred to by a foreign key
};

/// PostgreSQL: from its own parser's trees, for statements that parse; else, and for SQLite, from tokens. Bodies of
/// functions and DO blocks are not looked into.
[[nodiscard]] TouchedTables touched_tables(std::string_view sql, Dialect dialect);

/// What statements drop, as far as they tell: "table account", "column account.email", "rows of account" (DELETE,
/// TRUNCATE). Each once, in their order.
[[nodiscard]] std::vector<std::string> dropped_by(std::string_view sql, Dialect dialect);

/// Of the file's upgrade section for each of the dialects.
[[nodiscard]] TouchedTables touched_tables(const RevisionFile& file, const std::vector<Dialect>& dialects);

}  // namespace rev::rewrite
