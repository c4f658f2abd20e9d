// Makes rows up. The database itself says what a column is; a row that it refuses is tried again with fewer columns.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "autogenerate/rows.hpp"
#include "base/text.hpp"
#include "scratch/fill.hpp"

namespace rev::autogenerate {
namespace {

constexpr int rows_a_table = 2;

/// What a row needs to know of a column.
struct RowColumn {
    std::string name;
    std::string type;               ///< PostgreSQL: of pg_type, such as int4; SQLite: as declared
    char category = ' ';            ///< pg_type.typcategory
    std::string label[2];           ///< of an enum: its first and second
    int length = 0;                 ///< of a character type; 0: any
    bool required = false;          ///< NOT NULL without a default
    std::string referenced_table;   ///< quoted; empty: no foreign key of this column alone
    std::string referenced_column;  ///< quoted
};

/// Columns into which values can be written, of one table. Name, base type, its category, two labels of an enum,
/// length, whether it must have a value, and what it refers to. A domain is told as its base type. Columns that fill
/// themselves (identity, generated, nextval) are left out. The modifier of varchar(n) and its like is n + 4.
constexpr const char* postgres_columns = R"(
SELECT a.attname, b.typname, b.typcategory::text,
       (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1),
       (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder OFFSET 1 LIMIT 1),
       (CASE WHEN coalesce(nullif(a.atttypmod, -1), t.typtypmod) > 4 THEN
            coalesce(nullif(a.atttypmod, -1), t.typtypmod) - 4 ELSE 0 END)::text,
       ((a.attnotnull OR t.typnotnull) AND NOT a.atthasdef)::text,
       (SELECT quote_ident(n.nspname) || '.' || quote_ident(r.relname) FROM pg_constraint c
          JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace n ON n.oid = r.relnamespace
         WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum] ORDER BY c.conname LIMIT 1),
       (SELECT quote_ident(f.attname) FROM pg_constraint c
          JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
         WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum] ORDER BY c.conname LIMIT 1)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
 WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attidentity = '' AND a.attgenerated = ''
   AND NOT EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                      AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
 ORDER BY a.attnum)";

std::string text_at(const SqlRow& row, std::size_t column) { return row.at(column).value_or(""); }

std::vector<RowColumn> read_postgres_columns(Database& database, const std::string& table) {
    std::vector<RowColumn> columns;
    const std::array<SqlValue, 1> parameters = {table};
    for (const auto& row : database.query(postgres_columns, parameters)) {
        const auto category = text_at(row, 2);
        columns.push_back({.name = text_at(row, 0),
                           .type = text_at(row, 1),
                           .category = category.empty() ? ' ' : category.front(),
                           .label = {text_at(row, 3), text_at(row, 4)},
                           .length = std::atoi(text_at(row, 5).c_str()),
                           .required = text_at(row, 6) == "true",
                           .referenced_table = text_at(row, 7),
                           .referenced_column = text_at(row, 8)});
    }
    return columns;
}

std::vector<RowColumn> read_sqlite_columns(Database& database, const std::string& table) {
    std::vector<RowColumn> columns;
    const std::array<SqlValue, 1> parameters = {table};
    for (const auto& row :
         database.query("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo(?) WHERE hidden = 0",
                        parameters)) {
        RowColumn column{.name = text_at(row, 0),
                         .type = base::lower_case(text_at(row, 1)),
                         .label = {},
                         .referenced_table = {},
                         .referenced_column = {}};
        column.required = (text_at(row, 2) != "0" && !row.at(3)) || text_at(row, 4) != "0";
        columns.push_back(std::move(column));
    }
    const auto keys = database.query(
        // A foreign key that names no column refers to the primary key; one of several columns (seq > 0) is left out.
        "SELECT \"from\", \"table\", coalesce(\"to\", (SELECT name FROM pragma_table_info(k.\"table\") WHERE pk = 1)) "
        "FROM pragma_foreign_key_list(?) k WHERE id NOT IN (SELECT id FROM pragma_foreign_key_list(?) WHERE seq > 0)",
        std::array<SqlValue, 2>{table, table});
    for (const auto& key : keys) {
        const auto found =
            std::ranges::find_if(columns, [&](const auto& c) { return base::same_name(c.name, text_at(key, 0)); });
        if (found == columns.end()) continue;
        found->referenced_table = database.quote_identifier(text_at(key, 1));
        found->referenced_column = database.quote_identifier(text_at(key, 2));
    }
    return columns;
}

/// By the name of the type; nullopt: rev knows none of that type.
std::optional<std::string> postgres_value(Database& database, const RowColumn& column, int number) {
    const auto& type = column.type;
    const auto is = [&](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), type) != names.end();
    };
    if (column.category == 'E')
        return database.quote_literal(number == 2 && !column.label[1].empty() ? column.label[1] : column.label[0]);
    if (column.category == 'A') return "'{}'";
    if (column.category == 'N') return std::to_string(number);
    if (column.category == 'B') return number == 1 ? "true" : "false";
    if (column.category == 'S')
        return database.quote_literal(column.length == 1 ? std::to_string(number) : fmt::format("a{}", number));
    if (column.category == 'R') return type.find("multi") == std::string::npos ? "'empty'" : "'{}'";
    if (type == "date") return fmt::format("'2020-01-0{}'", number);
    if (is({"timestamp", "timestamptz"})) return fmt::format("'2020-01-0{} 12:00:00'", number);
    if (is({"time", "timetz"})) return fmt::format("'0{}:00:00'", number);
    if (column.category == 'T') return fmt::format("'{} day'", number);
    if (type == "uuid") return fmt::format("'00000000-0000-4000-8000-00000000000{}'", number);
    if (is({"json", "jsonb"})) return fmt::format("'{{\"a\": {}}}'", number);
    if (type == "bytea") return fmt::format("'\\x0{}'", number);
    if (is({"inet", "cidr"})) return fmt::format("'10.0.0.{}'", number);
    if (type == "macaddr") return fmt::format("'08:00:2b:01:02:0{}'", number);
    if (type == "xml") return fmt::format("'<a>{}</a>'", number);
    if (is({"bit", "varbit"}))
        // bit(n) has n itself for a modifier: the 4 that the query takes off come back.
        return fmt::format("repeat('{}', {})::varbit", number - 1, std::max(column.length + 4, 1));
    if (is({"tsvector", "tsquery"})) return fmt::format("'a{}'", number);
    if (type == "point") return fmt::format("'(0,{})'", number);
    if (type == "hstore") return fmt::format("'a=>{}'", number);
    return std::nullopt;
}

std::string sqlite_value(const RowColumn& column, int number) {
    const auto has = [&](std::string_view part) { return column.type.find(part) != std::string::npos; };
    if (has("int") || has("bool") || has("num") || has("dec")) return std::to_string(number);
    if (has("real") || has("floa") || has("doub")) return fmt::format("{}.5", number);
    if (has("blob")) return fmt::format("x'0{}'", number);
    if (has("date") || has("time")) return fmt::format("'2020-01-0{} 12:00:00'", number);
    return fmt::format("'a{}'", number);
}

std::optional<std::string> value_of(Database& database, const RowColumn& column, int number) {
    if (!column.referenced_table.empty())
        return fmt::format(
            // The first row refers to the first that is there, the second to the second if there is one: a UNIQUE
            // foreign key takes each once.
            "(SELECT {0} FROM {1} ORDER BY 1 LIMIT 1 OFFSET (SELECT CASE WHEN count(*) > {2} THEN {2} ELSE 0 END FROM "
            "{1}))",
            column.referenced_column, column.referenced_table, number - 1);
    return database.dialect() == Dialect::sqlite ? sqlite_value(column, number)
                                                 : postgres_value(database, column, number);
}

enum class Filling { all, required };

std::string insert_sql(Database& database, const std::string& table, const std::vector<RowColumn>& columns, int number,
                       Filling filling) {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const auto& column : columns) {
        if (filling == Filling::required && !column.required) continue;
        const auto value = value_of(database, column, number);
        if (!value) continue;
        names.push_back(database.quote_identifier(column.name));
        values.push_back(*value);
    }
    if (names.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table);
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, base::join(names, ", "), base::join(values, ", "));
}

struct TableToFill {
    std::string name;  ///< quoted
    std::vector<RowColumn> columns;
};

bool fill(Database& database, const TableToFill& table) {
    // Fewer values have fewer constraints to satisfy.
    for (const auto filling : {Filling::all, Filling::required}) {
        int written = 0;
        for (int number = 1; number <= rows_a_table; ++number)
            if (scratch::try_insert(database, insert_sql(database, table.name, table.columns, number, filling)))
                ++written;
        if (written > 0) return true;
    }
    return false;
}

std::vector<TableToFill> tables_to_fill(Database& database, const schema::Model& model,
                                        const std::set<schema::FactId>& without) {
    std::vector<TableToFill> tables;
    for (const auto& fact : model.facts()) {
        if (fact.id.kind != schema::Kind::table || without.contains(fact.id)) continue;
        TableToFill table;
        for (const auto& part : fact.id.name)
            table.name += (table.name.empty() ? "" : ".") + database.quote_identifier(part);
        table.columns = database.dialect() == Dialect::sqlite ? read_sqlite_columns(database, fact.id.name.back())
                                                              : read_postgres_columns(database, table.name);
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace

void make_up_rows(Database& database, const schema::Model& model, const std::set<schema::FactId>& without) {
    auto tables = tables_to_fill(database, model, without);
    scratch::fill_in_rounds(tables, [&](const TableToFill& table) { return fill(database, table); });
}

}  // namespace rev::autogenerate
