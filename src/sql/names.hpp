#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"

namespace rev::sql {

// Names of tables, columns and the like, between what is written and what is meant.

/// The name that a token means, as the catalog spells it: without its quotes ("a", U&"a"; SQLite's also `a`, [a] and
/// 'a'), where doubled quotes are one; PostgreSQL folds one without quotes to lower case. What is no name stays.
[[nodiscard]] std::string unquoted_name(std::string_view written, Dialect dialect);

/// The same as the database compares names: SQLite does so in lower case, quoted or not.
[[nodiscard]] std::string folded_name(std::string_view written, Dialect dialect);

/// The parts of a name such as app."Account", as folded_name() has them, without the dots: one within quotes separates
/// nothing. A string is a part by what it says: so are labels of enums named. nullopt: it is no name, or more than one.
[[nodiscard]] std::optional<std::vector<std::string>> name_parts(std::string_view written, Dialect dialect);

/// Whether it is made of such letters alone that it means the same without quotes, unless it is a keyword: ASCII
/// letters (PostgreSQL: small ones), digits and `_`, no digit in front. What it does to other letters depends on the
/// database.
[[nodiscard]] bool has_plain_letters(std::string_view name, Dialect dialect) noexcept;

/// Whether a name must be quoted to mean itself wherever a name can stand: a keyword of any version that rev knows, or
/// not of plain letters alone.
[[nodiscard]] bool needs_quotes(std::string_view name, Dialect dialect);

/// The name as SQL has to write it: in double quotes only where it needs them.
[[nodiscard]] std::string quoted_name(std::string_view name, Dialect dialect);

}  // namespace rev::sql
