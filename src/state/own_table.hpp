#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "rev/error.hpp"

namespace rev::state {

/// A column of a table of rev's own.
struct TableColumn {
    std::string_view name;
    std::string_view postgresql;  ///< type and constraints
    std::string_view sqlite;
};

[[nodiscard]] constexpr TableColumn text_column(std::string_view name) { return {name, "pg_catalog.text", "TEXT"}; }
[[nodiscard]] constexpr TableColumn number_column(std::string_view name) { return {name, "bigint", "INTEGER"}; }

/// A placeholder of the column's type: an untyped one may be bound as text, which PostgreSQL assigns to no number.
[[nodiscard]] std::string placeholder(const TableColumn& column, Dialect dialect);

/// A table of rev's own as this rev makes it.
struct OwnTable {
    std::string_view name;
    std::vector<TableColumn> columns;  ///< in the order in which the table was given them
    /// The first so many are what every rev has given it: a table that lacks one of these is somebody else's. Those
    /// behind them are added where an older rev made the table.
    std::size_t needed = 0;
};
/// The first of the needed columns that is not among these; empty: all are.
[[nodiscard]] std::string_view find_lacking(const OwnTable& table, std::span<const std::string> columns);

// What stands under the name of a table of rev's own and is none: Error "foreign_table" with ExitCode::database. name:
// as it is to be shown.

[[nodiscard]] Error foreign_table_error(const std::string& what, std::string hint);
/// column: that it lacks.
[[nodiscard]] Error lacking_column_error(std::string_view name, std::string_view column, std::string hint);
/// kind: "a view".
[[nodiscard]] Error no_plain_table_error(std::string_view name, std::string_view kind, std::string hint);

/// Of PostgreSQL's pg_class.relkind: "a view". An r, which is a plain table, has none.
[[nodiscard]] std::string_view kind_of_relation(std::string_view relkind);
/// Those of which one of a name keeps a table of that name from being made, as an array's text.
inline constexpr std::string_view relation_kinds = "{r,p,f,v,m,i,I,S,c}";

}  // namespace rev::state
