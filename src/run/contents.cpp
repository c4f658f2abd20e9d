// Whether the same values are in a table as before, without keeping them: of each column the number of values and a sum
// of their hashes. A sum does not depend on the order of rows, of which tables have none, and unlike XOR it tells two
// equal values from none.

#include "run/contents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "state/tables.hpp"

namespace rev::run {
namespace {

using Kind = LostRows::Kind;

/// PostgreSQL sends no more than this many columns of an answer, two for each of the table's.
constexpr std::size_t most_columns_at_once = 500;

/// The server adds up: no row travels.
Contents read_postgres(Database& database, const std::string& table, std::span<const std::string> columns) {
    Contents contents;
    // A table without columns has a number of rows all the same.
    for (std::size_t first = 0; first == 0 || first < columns.size(); first += most_columns_at_once) {
        std::string sql = "SELECT pg_catalog.count(*)";
        const auto part = columns.subspan(first, std::min(most_columns_at_once, columns.size() - first));
        for (const auto& column : part)
            sql += fmt::format(
                // The bytes of the text: another collation could take different texts for equal ones. The sum of
                // bigints is a numeric, which does not overflow.
                ", pg_catalog.count({0}), pg_catalog.sum(pg_catalog.hashtextextended(({0})::pg_catalog.text"
                " COLLATE pg_catalog.\"C\", 0))",
                column);
        const auto row = database.query(sql + " FROM " + table).at(0);
        contents.rows = state::number(row.at(0));
        for (std::size_t i = 1; i < row.size(); i += 2)
            contents.columns.push_back({state::number(row[i]), row[i + 1].value_or("0")});
    }
    return contents;
}

/// SQLite has no hash function of its own.
Contents read_sqlite(Database& database, const std::string& table, std::span<const std::string> columns) {
    // So that there is a list also where there is no column.
    std::string list = "NULL";
    // It writes a blob, a number and a text differently, which a cast to TEXT would mix up.
    for (const auto& column : columns) list += fmt::format(", quote({})", column);
    std::vector<std::uint64_t> sums(columns.size());
    Contents contents;
    contents.columns.resize(columns.size());
    database.query_each(fmt::format("SELECT {} FROM {}", list, table), [&](const SqlRow& row) {
        ++contents.rows;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto& value = row.at(i + 1);
            if (!value || *value == "NULL") continue;  // quote() writes the text NULL as 'NULL'
            ++contents.columns[i].values;
            // Both sums are made in this process, which is as far as such a hash goes; unsigned ones may wrap around.
            sums[i] += std::hash<std::string_view>()(*value);
        }
    });
    for (std::size_t i = 0; i < columns.size(); ++i) contents.columns[i].sum = std::to_string(sums[i]);
    return contents;
}

/// A column that was renamed while its table was built anew has other names around it and the same values.
bool take_equal(std::vector<ColumnContents>& columns, const ColumnContents& wanted) {
    const auto found = std::ranges::find(columns, wanted);
    if (found == columns.end()) return false;
    columns.erase(found);
    return true;
}

/// No column that had values has them still: these are other rows.
bool is_replaced(const TableFate& fate) {
    const auto had_values = [](const ColumnFate& column) { return column.before.values > 0; };
    const auto is_same = [](const ColumnFate& column) { return column.after == column.before; };
    return std::ranges::any_of(fate.columns, had_values) &&
           std::ranges::none_of(fate.columns, [&](const auto& each) { return had_values(each) && is_same(each); }) &&
           std::ranges::none_of(fate.new_columns, [&](const auto& each) {
               return std::ranges::any_of(fate.columns, [&](const auto& column) { return column.before == each; });
           });
}

/// Fewer values of a column are lost ones; more are NULLs that were filled in.
void compare_column(const TableFate& fate, const ColumnFate& column, std::vector<LostRows>& lost) {
    const auto& [name, before, after] = column;
    if (after->values < before.values)
        lost.push_back({Kind::column, fate.table, name, before.values - after->values});
    else if (after->values == before.values && after->sum != before.sum)
        lost.push_back({Kind::changed, fate.table, name, before.values});
}

}  // namespace

Contents read_contents(Database& database, const std::string& table, std::span<const std::string> columns) {
    return database.dialect() == Dialect::sqlite ? read_sqlite(database, table, columns)
                                                 : read_postgres(database, table, columns);
}

std::vector<LostRows> compare_contents(const TableFate& fate) {
    if (fate.rows_before == 0) return {};
    std::vector<LostRows> lost;
    // Where rows are gone the sums differ anyway, so that nothing can be said of single columns but that they are gone.
    const bool comparable = fate.rows_after >= fate.rows_before;
    if (!comparable)
        lost.push_back({Kind::deleted, fate.table, {}, fate.rows_before - fate.rows_after});
    else if (is_replaced(fate))
        return {{Kind::replaced, fate.table, {}, fate.rows_before}};
    // Each new column can stand in for one that is gone only: take_equal() takes it away.
    auto new_columns = fate.new_columns;
    for (const auto& column : fate.columns) {
        if (column.before.values == 0) continue;
        if (column.after) {
            if (comparable) compare_column(fate, column, lost);
        } else if (!take_equal(new_columns, column.before)) {
            lost.push_back({Kind::column, fate.table, column.name, column.before.values});
        }
    }
    return lost;
}

}  // namespace rev::run
