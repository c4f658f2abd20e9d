#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "db/database.hpp"
#include "state/tables.hpp"

namespace rev::state {

// What a question asks for and how its rows are read stand in one list, so that neither has places to be counted: a
// column that is moved, or put between two others, moves in both.

/// A column that is read, and where its values go.
template <typename Row>
struct ReadColumn {
    std::string_view name;
    void (*read)(Row& row, SqlValue&& value);
};

/// For ReadColumn::read: into a member that is a text, a whole number or an SqlValue. NULL becomes "" or 0.
template <auto member>
inline constexpr auto into = [](auto& row, SqlValue&& value) {
    auto& field = row.*member;
    using Field = std::remove_reference_t<decltype(field)>;
    if constexpr (std::integral<Field>)
        field = static_cast<Field>(number(value));
    else if constexpr (std::same_as<Field, SqlValue>)
        field = std::move(value);
    else
        field = std::move(value).value_or("");
};

/// "revision, event": for a SELECT, or a COPY.
template <typename Row, std::size_t count>
[[nodiscard]] std::string column_list(const std::array<ReadColumn<Row>, count>& columns) {
    std::string list;
    for (const auto& column : columns) list.append(list.empty() ? "" : ", ").append(column.name);
    return list;
}

/// values: of a row that has these columns, in their order.
template <typename Row, std::size_t count>
[[nodiscard]] Row read_row(const std::array<ReadColumn<Row>, count>& columns, SqlRow values) {
    Row row;
    for (std::size_t i = 0; i < count; ++i) columns[i].read(row, std::move(values.at(i)));
    return row;
}

}  // namespace rev::state
