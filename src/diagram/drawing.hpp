#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/model.hpp"

/// A schema as people draw it. Source: docs/dump.md.
namespace rev::diagram {

/// What gives a column its value where nobody does.
enum class ColumnSource {
    none,
    default_value,    ///< DEFAULT, serial; SQLite: the row's number
    identity,         ///< BY DEFAULT
    always_identity,  ///< nobody else may
    generated,        ///< from other columns
};

/// A column of a table or view.
struct Column {
    std::string name;
    std::string type;  ///< as the engine spells it; empty: SQLite, no type
    bool is_not_null = false;
    ColumnSource source = ColumnSource::none;
    bool is_primary = false;
    bool is_unique = false;   ///< alone
    bool is_foreign = false;  ///< a foreign key has it
    std::string comment = {};
};

/// Whatever has columns and a name.
struct Table {
    /// virtual_table: SQLite's alone; materialized_view: PostgreSQL's alone.
    enum class Kind { table, view, materialized_view, virtual_table };
    Kind kind = Kind::table;
    std::string schema;  ///< empty: SQLite
    std::string name;
    std::vector<Column> columns = {};
    std::string comment = {};
    bool is_strict = false;  ///< SQLite
};

/// A foreign key.
struct Reference {
    std::size_t from = 0;  ///< the table that has it
    std::size_t to = 0;    ///< the one that it refers to
    std::vector<std::string> columns;
    std::vector<std::string> to_columns;  ///< of that, in the order of `columns`
    std::string name;                     ///< may be empty on SQLite
    bool is_optional = false;             ///< a column may be NULL
    bool is_unique = false;               ///< at most one row refers to each
};

/// By name in lower case: name and type of each column.
using ColumnsOfViews = std::map<std::string, std::vector<std::pair<std::string, std::string>>>;

/// Tables and the foreign keys between them, apart from any language that they are drawn in.
struct Drawing {
    Dialect dialect = Dialect::sqlite;
    std::vector<Table> tables;          ///< by schema and name; partitions are left out
    std::vector<Reference> references;  ///< their numbers are places in `tables`
};

/// columns_of_views: SQLite, whose models do not have them.
[[nodiscard]] Drawing draw(const schema::Model& model, const ColumnsOfViews& columns_of_views = {});

/// "public.crew", or "crew" on SQLite.
[[nodiscard]] std::string name_of(const Table& table);

/// An entity-relationship diagram in Mermaid's language. Where it would be longer than what GitHub draws, columns that
/// are no keys are left out, then all.
[[nodiscard]] std::string mermaid_text(const Drawing& drawing);

/// One page that needs nothing else: tables to walk and search, and each with its neighbours.
[[nodiscard]] std::string page_html(const Drawing& drawing, const std::string& title);

/// Types for TypeScript: a row of each table and view as it is read, and as it is written.
[[nodiscard]] std::string typescript_text(const Drawing& drawing, const schema::Model& model);

}  // namespace rev::diagram
