#include "import/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rev::foreign {
namespace {

std::string quoted(const Database& database, std::string_view schema, std::string_view name) {
    return database.quote_identifier(schema) + "." + database.quote_identifier(name);
}

/// Asked along the session's search_path, so that its every operator is qualified.
constexpr std::string_view find_along_path =
    "SELECT CAST(n.nspname AS pg_catalog.text) FROM"
    " pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path(name, number)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) path.name"
    " JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid"
    " AND c.relname OPERATOR(pg_catalog.=) ? ORDER BY path.number LIMIT 1";

std::optional<std::string> find_on_path(Database& database, std::string_view name) {
    const std::vector<SqlValue> parameters{std::string(name)};
    const auto rows = database.query_in_session(find_along_path, parameters);
    if (rows.empty()) return std::nullopt;
    return quoted(database, text_of(rows.front().front()), name);
}

}  // namespace

std::optional<std::string> find_table(Database& database, std::string_view name) {
    if (database.dialect() == Dialect::sqlite) {
        if (!database.has_table("", name)) return std::nullopt;
        return quoted(database, "main", name);
    }
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return find_on_path(database, name);
    const auto schema = name.substr(0, dot);
    if (!database.has_table(schema, name.substr(dot + 1))) return std::nullopt;
    return quoted(database, schema, name.substr(dot + 1));
}

std::vector<std::string> columns_of(Database& database, const std::string& table) {
    const std::vector<SqlValue> parameters{table};
    // find_table() has quoted it, "main"."name", and the function of the pragma takes the bare name. In PostgreSQL,
    // system columns have numbers below one, and a dropped column stays in the catalog.
    const auto rows =
        database.dialect() == Dialect::sqlite
            ? database.query(
                  "SELECT name FROM pragma_table_info(?) ORDER BY cid",
                  std::vector<SqlValue>{table.substr(table.find('.') + 2, table.size() - table.find('.') - 3)})
            : database.query(
                  "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = CAST(? AS pg_catalog.regclass)"
                  " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                  parameters);
    std::vector<std::string> names;
    for (const auto& row : rows) names.push_back(text_of(row.front()));
    return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// PostgreSQL says t; in SQLite it is what the tool has written.
bool is_true(const SqlValue& value) { return value && (*value == "t" || *value == "true" || *value == "1"); }

std::string text_of(const SqlValue& value) { return value.value_or(""); }

Recorded recorded_versions(Database& database, std::string_view table) {
    Recorded result;
    const auto found = find_table(database, table);
    if (!found) return result;
    result.has_table = true;
    for (const auto& row : database.query(fmt::format("SELECT version FROM {} ORDER BY version", *found)))
        result.versions.push_back(text_of(row[0]));
    return result;
}

}  // namespace rev::foreign
