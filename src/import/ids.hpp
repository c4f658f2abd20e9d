#pragma once

#include <span>
#include <string>
#include <vector>

#include "import/history.hpp"
#include "rev/revision.hpp"

namespace rev::foreign {

/// The revision ids of migrations, in their order: Migration::id with `_` for what an id may not hold. One that is then
/// longer than 32, a word of the target grammar, empty, or that of an earlier migration, ends with `_` and 8 hex digits
/// of the name's SHA-256. The same names give the same ids, also when more follow.
[[nodiscard]] std::vector<RevisionId> ids_of(std::span<const Migration> migrations);

/// How new ids go on: timestamp where all ids begin with 14 digits, sequential where they are numbers, else random.
[[nodiscard]] Numbering numbering_of(std::span<const RevisionId> ids);

}  // namespace rev::foreign
