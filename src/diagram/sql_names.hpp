#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rev/dialect.hpp"

namespace rev::diagram {

/// A foreign key's definition as the engine spells it.
struct KeyText {
    std::vector<std::string> columns;     ///< in the parentheses behind FOREIGN KEY; empty: of the column that has it
    std::vector<std::string> table;       ///< parts of the name behind REFERENCES
    std::vector<std::string> to_columns;  ///< empty: the primary key
};
/// Never throws: what is not found is empty. Names without their quotes.
[[nodiscard]] KeyText read_foreign_key(std::string_view definition, Dialect dialect);

/// Names in the first parentheses: of a primary or unique key. An expression gives none.
[[nodiscard]] std::vector<std::string> names_in_parentheses(std::string_view definition, Dialect dialect);

/// Of `name type, "other name" numeric(10,2)`: what is said of a view's columns.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_column_list(std::string_view list);

/// A type as format_type() spells it: parts of its name, what stands in parentheses cut off, and whether it is an
/// array. `timestamp(3) with time zone` is one name.
struct TypeText {
    std::vector<std::string> name;
    bool is_array = false;
};
/// Names without their quotes.
[[nodiscard]] TypeText read_type(std::string_view type);

}  // namespace rev::diagram
