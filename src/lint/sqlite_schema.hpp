#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/symbols.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::lint {

/// SQLite compares names without regard to case: here all are in lower case.
struct SqliteColumn {
    std::string name;
    bool is_not_null = false;
    bool is_unique = false;  ///< UNIQUE or PRIMARY KEY by its own definition
    bool is_stored = false;  ///< GENERATED ... STORED
    bool is_generated = false;
    std::optional<std::string> default_value = {};  ///< as written
    bool has_constant_default = true;               ///< also where there is none
    std::optional<std::string> references = {};     ///< a table
    PlanNumber made_in = 0;
};

/// A foreign key, of a column or of the table.
struct SqliteReference {
    std::string table;
    std::vector<std::string> columns = {};  ///< of the table that refers
    bool acts = false;                      ///< ON DELETE CASCADE, SET NULL or SET DEFAULT
};

/// A table as far as its statements tell. Names are as in SqliteColumn.
struct SqliteTable {
    /// What was copied into it from another table.
    enum class Rows { none, some, all };

    std::vector<SqliteColumn> columns = {};
    std::vector<SqliteReference> references = {};
    std::set<std::string> constrained = {};  ///< columns that table constraints name
    PlanNumber made_in = 0;
    PlanNumber renamed_in = 0;
    bool is_complete = true;  ///< all columns are known
    Rows rows = Rows::none;
    bool is_temporary = false;

    /// name: in lower case. nullptr: none is known.
    [[nodiscard]] SqliteColumn* find_column(std::string_view name);
    [[nodiscard]] const SqliteColumn* find_column(std::string_view name) const;
};

/// An index, view or trigger: what its text names.
struct SqliteDependent {
    std::string kind;   ///< "index", "view" or "trigger"
    std::string table;  ///< of an index or trigger
    std::set<std::string> names;
};

/// What the statements so far have made.
struct SqliteSchema {
    std::map<std::string, SqliteTable> tables = {};          ///< by name
    std::map<std::string, SqliteDependent> dependents = {};  ///< by name
};

/// A name as SQLite compares it: without quotes, in lower case.
[[nodiscard]] std::string plain_name(std::string_view token);

/// The name at the cursor without its schema; the cursor goes behind it.
[[nodiscard]] std::string take_plain_name(sql::SqlCursor& cursor);

/// One `name type constraint ...` of CREATE TABLE or ADD COLUMN.
[[nodiscard]] SqliteColumn read_column(std::string_view definition, SqliteTable& table);

/// CREATE TABLE from its `(` on.
[[nodiscard]] SqliteTable read_table(std::string_view statement);

/// Every word and quoted name of a text.
[[nodiscard]] std::set<std::string> names_in(std::string_view text);

}  // namespace rev::lint
