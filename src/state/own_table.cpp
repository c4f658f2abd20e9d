// What a table of rev's own looks like, and what is said of one that does not.

#include "state/own_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rev::state {

std::string placeholder(const TableColumn& column, Dialect dialect) {
    auto type = dialect == Dialect::postgresql ? column.postgresql : column.sqlite;
    type = type.substr(0, type.find(" NOT NULL"));
    const bool is_text = type == "pg_catalog.text" || type == "TEXT";
    return is_text ? "?" : fmt::format("CAST(? AS {})", type);
}

std::string_view find_lacking(const OwnTable& table, std::span<const std::string> columns) {
    for (const auto& column : std::span(table.columns).first(table.needed))
        if (std::ranges::find(columns, column.name) == columns.end()) return column.name;
    return {};
}

Error foreign_table_error(const std::string& what, std::string hint) {
    return Error(ExitCode::database, error_codes::foreign_table, what).with_hint(std::move(hint));
}

Error lacking_column_error(std::string_view name, std::string_view column, std::string hint) {
    return foreign_table_error(fmt::format("the table {} is not rev's own: it has no column {}", name, column),
                               std::move(hint));
}

Error no_plain_table_error(std::string_view name, std::string_view kind, std::string hint) {
    return foreign_table_error(fmt::format("{} is {}, and rev's tables are plain ones", name, kind), std::move(hint));
}

std::string_view kind_of_relation(std::string_view relkind) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kinds = {{{"v", "a view"},
                                                                                     {"m", "a materialized view"},
                                                                                     {"f", "a foreign table"},
                                                                                     {"p", "a partitioned table"},
                                                                                     {"i", "an index"},
                                                                                     {"I", "an index"},
                                                                                     {"S", "a sequence"},
                                                                                     {"c", "a composite type"}}};
    const auto* found = std::ranges::find(kinds, relkind, [](const auto& kind) { return kind.first; });
    return found == kinds.end() ? std::string_view() : found->second;
}

}  // namespace rev::state
