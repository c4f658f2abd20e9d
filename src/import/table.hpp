#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "import/history.hpp"

namespace rev::foreign {

/// A table of another tool as SQL has it, quoted, with its schema. name: `schema.name`, or `name`, which is looked for
/// along PostgreSQL's search_path. nullopt: it is not there.
[[nodiscard]] std::optional<std::string> find_table(Database& database, std::string_view name);

/// Names of its columns, in order. table: of find_table().
[[nodiscard]] std::vector<std::string> columns_of(Database& database, const std::string& table);

/// By bytes: names are as the catalog has them.
[[nodiscard]] bool contains(const std::vector<std::string>& names, std::string_view name);

/// Whether a boolean of either database is true: t, true, 1.
[[nodiscard]] bool is_true(const SqlValue& value);

/// The text; empty for NULL.
[[nodiscard]] std::string text_of(const SqlValue& value);

/// What a table says whose rows are the applied versions, in its column `version`, and nothing else. table: as for
/// find_table().
[[nodiscard]] Recorded recorded_versions(Database& database, std::string_view table);

}  // namespace rev::foreign
