#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace rev::scratch {

/// What the database says to one command in a transaction of its own; nullopt: it took it, else it is as it was. Throws
/// where the connection is lost or somebody stops it.
[[nodiscard]] std::optional<CommandError> refusal_of(Database& database, const Command& command);

/// The same for one INSERT; false: it was refused.
bool try_insert(Database& database, const std::string& sql);
/// All of them or none, in one exchange.
bool try_inserts(Database& database, const std::vector<std::string>& statements);

/// Fills tables by `fill`, which says whether a table took its rows, and takes those out of `tables`. One that refers
/// to another gets its rows behind it: in rounds, as long as that gets any further.
template <typename Table, typename Fill>
void fill_in_rounds(std::vector<Table>& tables, const Fill& fill) {
    for (std::size_t before = tables.size() + 1; tables.size() < before && !tables.empty();) {
        before = tables.size();
        std::erase_if(tables, fill);
    }
}

}  // namespace rev::scratch
