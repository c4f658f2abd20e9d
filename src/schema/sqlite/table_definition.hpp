#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/sqlite/tokens.hpp"

namespace rev::schema::sqlite {

/// A column as its CREATE TABLE has it. Ranges are of the table's tokens; empty: not given.
struct ColumnDefinition {
    std::string name;  ///< as spelled
    std::size_t name_token = 0;
    TokenRange text = {};  ///< all of it
    TokenRange type = {};
    TokenRange collation = {};      ///< the name alone
    TokenRange not_null = {};       ///< with its CONSTRAINT name and conflict clause
    TokenRange default_value = {};  ///< with its parentheses
    TokenRange generated = {};      ///< the expression, with its parentheses
    bool is_stored = false;         ///< generated
};

/// A constraint of a table, also one that stands in a column's definition. Ranges as above.
struct ConstraintDefinition {
    /// NOT NULL is the column's.
    enum class Type { primary_key, unique, check, foreign_key };
    Type type = Type::check;
    std::string name;                   ///< empty: none
    std::optional<std::size_t> column;  ///< index of the column in whose definition it stands
    TokenRange text = {};               ///< from behind its name on, with DEFERRABLE
    /// Tokens of the columns: of the key, or the ones that refer. A column's own constraint names none.
    std::vector<std::size_t> columns;
    TokenRange expression = {};               ///< CHECK
    std::optional<std::size_t> parent;        ///< FOREIGN KEY: the token of the table
    std::vector<std::size_t> parent_columns;  ///< FOREIGN KEY: their tokens; empty: the primary key
    bool is_descending = false;               ///< PRIMARY KEY DESC of a column
    bool is_autoincrement = false;
};

/// CREATE TABLE, split. `text.sql` is the statement that it was read from.
struct TableDefinition {
    TokenText text;
    std::size_t name_token = 0;  ///< of the table
    std::vector<ColumnDefinition> columns;
    std::vector<ConstraintDefinition> constraints;  ///< in their order
    bool is_without_rowid = false;
    bool is_strict = false;
    bool has_conflict_clause = false;  ///< ON CONFLICT stands somewhere

    /// folded: in lower case. nullptr: there is none.
    [[nodiscard]] const ColumnDefinition* find(std::string_view folded) const;
    /// The columns of a key in lower case, in their order.
    [[nodiscard]] std::vector<std::string> columns_of(const ConstraintDefinition& constraint) const;
    /// The column that is another name of the rowid: INTEGER PRIMARY KEY. In lower case; empty: none.
    [[nodiscard]] std::string rowid_column() const;
};

/// Splits a CREATE TABLE as sqlite_schema keeps it. nullopt: it has something that is not known here.
/// Source: SQLite's parse.y.
[[nodiscard]] std::optional<TableDefinition> read_table(std::string_view sql);

}  // namespace rev::schema::sqlite
