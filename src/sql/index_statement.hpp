#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rev::sql {

/// The names in a CREATE INDEX CONCURRENTLY, as they are written: quoted or not, with a schema or without.
struct IndexNames {
    std::string index;  ///< empty: the server is to choose one
    std::string table;
};
/// nullopt: it is no such statement. PostgreSQL.
[[nodiscard]] std::optional<IndexNames> find_created_index(std::string_view statement);

/// The name in a DROP INDEX CONCURRENTLY, as it is written; nullopt: it is no such statement. PostgreSQL.
[[nodiscard]] std::optional<std::string> find_dropped_index(std::string_view statement);

}  // namespace rev::sql
