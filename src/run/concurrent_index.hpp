#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "sql/statements.hpp"

namespace rev::run {

/// An index as it is in the database.
struct ConcurrentIndex {
    std::string name;  ///< qualified and quoted
    bool valid = false;
};

/// The index that a CREATE INDEX CONCURRENTLY statement makes; nullopt if it is no such statement, names no index, or
/// the index is not there.
[[nodiscard]] std::optional<ConcurrentIndex> find_concurrent_index(Database& database, const Statement& statement);

/// Whether `statement`, cut off, may leave an INVALID index whose name it does not say: CREATE INDEX CONCURRENTLY
/// without a name, REINDEX ... CONCURRENTLY (x_ccnew, x_ccold).
[[nodiscard]] bool may_leave_unnamed_index(const Statement& statement);

/// The INVALID indexes of the database, as an array of oids in PostgreSQL's notation.
[[nodiscard]] std::string invalid_indexes(Database& database);

/// Those that `statement` has left since there were those of `before`; qualified and quoted, by name. One that another
/// session is building now is none of them.
[[nodiscard]] std::vector<std::string> left_invalid_indexes(Database& database, const Statement& statement,
                                                            const std::string& before);

/// Whether `statement` is a DROP INDEX CONCURRENTLY of an index that is not there.
[[nodiscard]] bool index_is_dropped(Database& database, const Statement& statement);

/// Whether `statement` is an ALTER TYPE ... ADD VALUE of a value that is there.
[[nodiscard]] bool enum_value_is_there(Database& database, const Statement& statement);

}  // namespace rev::run
