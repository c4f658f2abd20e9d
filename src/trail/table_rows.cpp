#include "trail/table_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace rev::trail {
namespace {

struct ReadableTable {
    std::string name;
    std::vector<std::string> columns;
};

/// Columns in their order; generated ones follow from the others.
// Partitioned tables have their rows in the partitions, and foreign ones in another database: relkind r is enough.
constexpr const char* postgres_tables = R"(
SELECT n.nspname, c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND c.oid >= 16384 AND n.nspname NOT LIKE 'pg\_%'
 ORDER BY c.oid, a.attnum)";

constexpr const char* sqlite_tables = R"(
SELECT '', s.name, c.name FROM main.sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name,
       pragma_table_xinfo(s.name, 'main') c
 WHERE s.type = 'table' AND l.type = 'table' AND c.hidden = 0 AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY s.rowid, c.cid)";

std::string select_of(Database& database, const SqlRow& first, const std::vector<std::string>& columns) {
    std::vector<std::string> values;
    for (const auto& column : columns) {
        const auto quoted = database.quote_identifier(column);
        // As texts all types can be compared; quote() still tells 1 from '1'.
        values.push_back(database.dialect() == Dialect::sqlite ? fmt::format("quote({})", quoted)
                                                               : fmt::format("{}::text", quoted));
    }
    const auto schema = first.at(0).value_or("");
    const auto table = database.quote_identifier(first.at(1).value_or(""));
    return fmt::format(
        "SELECT {} FROM {}", base::join(values, ", "),
        (database.dialect() == Dialect::sqlite ? "main" : database.quote_identifier(schema)) + "." + table);
}

std::string name_of(const SqlRow& row) {
    const auto schema = row.at(0).value_or("");
    return (schema.empty() ? "" : schema + ".") + row.at(1).value_or("");
}

std::optional<std::size_t> index_of(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

/// The values of one column, whatever the order of the rows.
std::vector<SqlValue> values_of(const TableRows& table, std::size_t column) {
    std::vector<SqlValue> values;
    for (const auto& row : table.rows) values.push_back(row.at(column));
    std::ranges::sort(values);
    return values;
}

std::vector<std::string> changed_columns(const TableRows& before, const TableRows& after) {
    std::vector<std::string> changed;
    // Without a key nobody knows which row has become which: a column is compared as a heap of values.
    for (std::size_t i = 0; i < before.columns.size(); ++i) {
        const auto now = index_of(after.columns, before.columns[i]);
        if (now && values_of(before, i) != values_of(after, *now)) changed.push_back(before.columns[i]);
    }
    return changed;
}

}  // namespace

RowsByTable read_rows(Database& database, const std::set<std::string>& without) {
    const bool is_sqlite = database.dialect() == Dialect::sqlite;
    std::vector<std::string> names;
    std::vector<Query> queries;
    std::vector<std::vector<std::string>> columns;
    SqlRow first;
    const auto end_table = [&] {
        if (first.empty()) return;
        queries.push_back({.sql = select_of(database, first, columns.back())});
    };
    for (const auto& row : database.query(is_sqlite ? sqlite_tables : postgres_tables)) {
        if (without.contains(base::lower_case(row.at(1).value_or("")))) continue;
        if (first.empty() || name_of(first) != name_of(row)) {
            end_table();
            first = row;
            names.push_back(name_of(row));
            columns.emplace_back();
        }
        columns.back().push_back(row.at(2).value_or(""));
    }
    end_table();
    RowsByTable all;
    auto answers = database.query_all(queries);
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto& rows = all[names[i]];
        rows.columns = std::move(columns[i]);
        rows.rows = std::move(answers.at(i));
        std::ranges::sort(rows.rows);
    }
    return all;
}

std::vector<std::string> lost_rows(const RowsByTable& before, const RowsByTable& after) {
    std::vector<std::string> lost;
    for (const auto& [name, rows] : before) {
        const auto found = after.find(name);
        // That a table is gone is told as a difference of the schemas.
        if (found == after.end() || found->second == rows) continue;
        if (found->second.rows.size() != rows.rows.size()) {
            lost.push_back(fmt::format("table {} had {}, and has {}", name, base::counted(rows.rows.size(), "row"),
                                       found->second.rows.size()));
            continue;
        }
        for (const auto& column : changed_columns(rows, found->second))
            lost.push_back(fmt::format("column {}.{} has not the values that it had", name, column));
    }
    return lost;
}

}  // namespace rev::trail
