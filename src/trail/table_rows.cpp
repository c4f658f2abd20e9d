#include "trail/table_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace rev::trail {
namespace {

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

std::vector<std::string> lost_rows(const RowsByTable& before, const RowsByTable& after) {
    std::vector<std::string> lost;
    for (const auto& [name, held] : before) {
        const auto found = after.find(name);
        // That a table is gone is told as a difference of the schemas.
        if (found == after.end() || found->second == held) continue;
        const auto& rows = *held;
        const auto& now = *found->second;
        if (now.rows.size() != rows.rows.size()) {
            lost.push_back(fmt::format("table {} had {}, and has {}", name, base::counted(rows.rows.size(), "row"),
                                       now.rows.size()));
            continue;
        }
        for (const auto& column : changed_columns(rows, now))
            lost.push_back(fmt::format("column {}.{} has not the values that it had", name, column));
    }
    return lost;
}

}  // namespace rev::trail
