#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/migration.hpp"
#include "schema/sqlite/schema_view.hpp"
#include "schema/sqlite/table_change.hpp"

namespace rev::schema::sqlite {

/// Of a section. Only an upgrade has places to fill in and expressions of hints.
enum class Direction { upgrade, downgrade };

/// A table that has to be made anew. `from` has the names that columns have when it is.
struct Rebuild {
    const TableView& from;
    const TableView& to;
    const TableChange& change;
    std::string new_name;   ///< free for the new table until it has its own
    std::string rows_name;  ///< free for a copy of the rows, where the new table cannot be made beside the old one
    std::map<std::string, std::string, std::less<>> using_expressions = {};  ///< by column of `to`
    bool has_rows = false;  ///< a place to fill in is wanted for what rows lack
};

/// The table made, filled, and put in the old one's place; its indexes and triggers are not made again.
/// Source: https://www.sqlite.org/lang_altertable.html#otheralter
[[nodiscard]] std::vector<Statement> rebuild(const Rebuild& task);

/// A virtual table's content, kept over its making anew by `rows_name`. What its module keeps elsewhere is indexed
/// anew; what it does not keep is lost.
[[nodiscard]] std::vector<Statement> rebuild_virtual(const Fact& from, const Fact& to, const std::string& rows_name);

/// Makes it; with rows in the table that it indexes, fills it.
[[nodiscard]] std::vector<Statement> create_virtual(const Fact& fact);

}  // namespace rev::schema::sqlite
