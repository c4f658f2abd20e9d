#pragma once

#include <optional>
#include <string>

#include "rev/database.hpp"
#include "rev/statements.hpp"

namespace rev {

/// An index as it is in the database.
struct ConcurrentIndex {
    std::string name;  ///< qualified and quoted
    bool valid = false;
};

/// The index that a CREATE INDEX CONCURRENTLY statement makes; nullopt if it is no such statement, names no index, or
/// the index is not there.
[[nodiscard]] std::optional<ConcurrentIndex> find_concurrent_index(Database& database, const Statement& statement);

/// Whether `statement` is a DROP INDEX CONCURRENTLY of an index that is not there.
[[nodiscard]] bool index_is_dropped(Database& database, const Statement& statement);

/// Whether `statement` is an ALTER TYPE ... ADD VALUE of a value that is there.
[[nodiscard]] bool enum_value_is_there(Database& database, const Statement& statement);

}  // namespace rev
