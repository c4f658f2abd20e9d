#include "catalog/sqlite/read_sqlite_model.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "schema/sqlite/build_model.hpp"

namespace rev::catalog {
namespace {

using schema::sqlite::ColumnInfo;
using schema::sqlite::SchemaObject;
using Columns = std::map<std::string, std::vector<ColumnInfo>, std::less<>>;

/// One state of the database for several questions, unless a transaction gives that already.
class ReadTransaction {
public:
    explicit ReadTransaction(Database& database) : database_(database), is_own_(!database.in_transaction()) {
        if (is_own_) (void)database_.query("BEGIN");
    }
    ~ReadTransaction() {
        try {
            if (is_own_) database_.rollback();
        } catch (const Error&) {
            // The connection is gone, and the transaction with it: the question that noticed has said so.
        }
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    Database& database_;
    bool is_own_;
};

/// Letters match in either case.
bool matches(std::string_view pattern, std::string_view name) {
    return base::fits(base::lower_case(name), base::lower_case(pattern), base::Wildcards::stars);
}

bool is_left_out(const std::string& name, const ReadOptions& options) {
    const auto is_own = [&](const std::vector<std::string>& own) {
        return !own.empty() && base::same_name(own.back(), name);
    };
    const auto is_excluded = [&](const std::string& pattern) {
        return matches(pattern, name) || matches(pattern, "main." + name);
    };
    return std::ranges::any_of(options.own_tables, is_own) || std::ranges::any_of(options.exclude, is_excluded);
}

bool is_virtual(const SqlRow& row) { return row[4] == "1"; }

/// type, name, table, SQL, whether it is a virtual table, in the order in which they were made. What has no pages of
/// its own has rootpage 0: of tables, the virtual ones. SQL is NULL for the indexes that UNIQUE and PRIMARY KEY bring
/// along; sqlite_... is SQLite's own.
constexpr std::string_view objects_query =
    "SELECT type, name, tbl_name, sql, type = 'table' AND rootpage = 0 FROM main.sqlite_schema"
    " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";

// main. by name: a temporary table of the same name would be found first.
constexpr std::string_view columns_query =
    "SELECT s.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden"
    " FROM main.sqlite_schema s, pragma_table_xinfo(s.name, 'main') c"
    " WHERE s.type = 'table' AND s.rootpage <> 0 AND s.sql IS NOT NULL";

constexpr std::string_view virtual_columns_query =
    "SELECT ?1, name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1, 'main')";

constexpr std::string_view shadow_tables_query =
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'";

void add_columns(const std::vector<SqlRow>& rows, Columns& columns) {
    for (const auto& row : rows)
        columns[row[0].value_or("")].push_back({.name = row[1].value_or(""),
                                                .type = row[2].value_or(""),
                                                .is_not_null = row[3] == "1",
                                                .default_value = row[4].value_or(""),
                                                .key_position = std::stoi(row[5].value_or("0")),
                                                .hidden = std::stoi(row[6].value_or("0"))});
}

/// A module that this program does not have cannot be asked; its table is known by its statement alone.
void add_virtual_columns(Database& database, const std::string& name, Columns& columns) {
    try {
        const SqlValue parameter = name;
        add_columns(database.query(virtual_columns_query, std::span(&parameter, 1)), columns);
    } catch (const Error& error) {
        if (error.sqlstate() != "SQLITE_ERROR") throw;
    }
}

std::set<std::string> first_values(const std::vector<SqlRow>& rows) {
    std::set<std::string> values;
    for (const auto& row : rows) values.insert(row.front().value_or(""));
    return values;
}

schema::Kind kind_of(const SqlRow& row) {
    if (is_virtual(row)) return schema::Kind::virtual_table;
    if (row[0] == "table") return schema::Kind::table;
    if (row[0] == "index") return schema::Kind::index;
    return row[0] == "view" ? schema::Kind::view : schema::Kind::trigger;
}

/// SQLite's word on a statement that is not run; empty: it could be. The statement begins with EXPLAIN, which prepares
/// it and runs nothing of it.
std::string fault_of(Database& database, const std::string& sql) {
    try {
        (void)database.query(sql);
        return {};
    } catch (const Error& error) {
        if (error.sqlstate() != "SQLITE_ERROR") throw;
        return error.what();
    }
}

/// The triggers of a table or view are prepared with the statements that would fire them.
std::string fault_of_triggers(Database& database, const std::string& table, const std::vector<ColumnInfo>& columns) {
    const auto name = "main." + database.quote_identifier(table);
    std::string changes;
    for (const auto& column : columns) {
        if (column.hidden != 0) continue;
        const auto quoted = database.quote_identifier(column.name);
        changes += (changes.empty() ? "" : ", ") + quoted + " = " + quoted;
    }
    auto fault = fault_of(database, "EXPLAIN DELETE FROM " + name);
    if (fault.empty()) fault = fault_of(database, "EXPLAIN INSERT INTO " + name + " DEFAULT VALUES");
    if (fault.empty() && !changes.empty()) fault = fault_of(database, "EXPLAIN UPDATE " + name + " SET " + changes);
    return fault;
}

/// SQLite checks all of them when it renames or drops a column: one that looks at nothing is in the way then.
void find_faults(Database& database, std::vector<SchemaObject>& objects, const Columns& columns) {
    std::map<std::string, std::string, std::less<>> by_table;
    for (auto& object : objects) {
        if (object.type == "view")
            object.fault = fault_of(database, "EXPLAIN SELECT * FROM main." + database.quote_identifier(object.name));
        if (object.type != "trigger") continue;
        if (!by_table.contains(object.table)) {
            const auto found = columns.find(object.table);
            by_table[object.table] = fault_of_triggers(
                database, object.table, found == columns.end() ? std::vector<ColumnInfo>() : found->second);
        }
        object.fault = by_table[object.table];
    }
}

/// Those that count, with the columns of tables.
std::vector<SchemaObject> read_objects(Database& database, const ReadOptions& options) {
    const auto rows = database.query(objects_query);
    Columns columns;
    add_columns(database.query(columns_query), columns);
    const bool has_virtual_tables = std::ranges::any_of(rows, is_virtual);
    for (const auto& row : rows)
        // One by one: a module that is not there fails the whole question.
        if (is_virtual(row)) add_virtual_columns(database, *row[1], columns);
    const auto shadows =
        has_virtual_tables ? first_values(database.query(shadow_tables_query)) : std::set<std::string>();

    std::vector<SchemaObject> objects;
    for (const auto& row : rows) {
        const auto& name = *row[1];
        if (is_left_out(name, options) || is_left_out(*row[2], options) || shadows.contains(*row[2])) continue;
        if (options.ignore.contains(kind_of(row))) continue;
        objects.push_back(
            {.type = is_virtual(row) ? "virtual table" : *row[0], .name = name, .table = *row[2], .sql = *row[3]});
        if (const auto found = columns.find(name); row[0] == "table" && found != columns.end())
            objects.back().columns = found->second;
    }
    find_faults(database, objects, columns);
    return objects;
}

/// SQLite's number of its version: 3.40.1 is 3040001.
int version_number(const std::string& version) {
    int number = 0;
    for (const auto& part : base::split_list(version, '.')) number = number * 1000 + std::stoi(part);
    return number;
}

/// What is compared as a whole is there, and no more is known of it.
std::vector<schema::Unmodelled> whole_tables(const schema::Model& model) {
    schema::Unmodelled unmodelled{.kind = "tables that are compared as a whole", .count = 0, .names = {}};
    for (const auto& fact : model.facts()) {
        if (fact.id.kind != schema::Kind::table || !fact.attributes.contains("definition")) continue;
        ++unmodelled.count;
        unmodelled.names.push_back(fact.notes.at("name"));
    }
    if (unmodelled.count == 0) return {};
    return {std::move(unmodelled)};
}

}  // namespace

schema::Model read_sqlite_model(Database& database, const ReadOptions& options) {
    const ReadTransaction transaction(database);
    const int version = version_number(database.server_info().version);
    auto model = schema::sqlite::build_model(read_objects(database, options), version);
    auto unmodelled = whole_tables(model);
    if (unmodelled.empty()) return model;
    return {Dialect::sqlite, version, {model.facts().begin(), model.facts().end()}, std::move(unmodelled)};
}

}  // namespace rev::catalog
