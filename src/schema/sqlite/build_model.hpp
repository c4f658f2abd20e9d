#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema::sqlite {

/// What PRAGMA table_xinfo says of a column.
struct ColumnInfo {
    std::string name;
    std::string type;
    bool is_not_null = false;
    std::string default_value = {};  ///< as written; empty: none
    int key_position = 0;            ///< in the primary key, from 1; 0: not in it
    int hidden = 0;                  ///< 1: of a virtual table, hidden; 2: generated, virtual; 3: generated, stored
};

/// A row of sqlite_schema. Virtual tables are of type "virtual table" here.
struct SchemaObject {
    std::string type;  ///< "table", "virtual table", "index", "view", "trigger"
    std::string name;
    std::string table = {};  ///< of an index or trigger
    std::string sql;
    std::vector<ColumnInfo> columns = {};  ///< of tables; empty: not asked for
    std::string fault = {};                ///< of views and triggers: why it cannot run; empty: it can, or is not known
};

/// The facts of a schema. Ids hold names in lower case, as SQLite compares them; Fact::notes hold what making SQL
/// takes:
/// - "name": as spelled; "sql": the object's whole statement; "position": its place in `objects`, or the column's.
/// - column: "definition" as written, "default" as written.
/// - view, trigger: "fault": why it cannot run, such as "no such table: main.crew".
/// - virtual table: "columns": their quoted names, separated by commas, hidden ones left out.
/// A table whose statement could not be split, or is not what SQLite made of it by `columns`, has the attribute
/// "definition": it is compared as a whole.
/// A constraint without a name has its definition in place of one; one of a column stands behind the column's name.
[[nodiscard]] Model build_model(const std::vector<SchemaObject>& objects, int server_version,
                                std::vector<Unmodelled> unmodelled = {});

/// The way back: tables with columns only where these were compared as a whole.
[[nodiscard]] std::vector<SchemaObject> objects_of(const Model& model);

/// Quoted names separated by commas, and back.
[[nodiscard]] std::string name_list(const std::vector<std::string>& names);
[[nodiscard]] std::vector<std::string> names_in(std::string_view list);

}  // namespace rev::schema::sqlite
