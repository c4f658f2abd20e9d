#pragma once

#include <vector>

#include "schema/migration.hpp"

namespace rev::schema::postgres {

/// What goes and what comes, alike but for the name: each at most once, in the order of the new names.
[[nodiscard]] std::vector<Rename> find_possible_renames(const Model& from, const Model& to);

/// Says so above the statements that make what may only be renamed, with the hint to write.
void warn_of_possible_renames(const std::vector<Rename>& renames, std::vector<RevisionDraft>& revisions);

}  // namespace rev::schema::postgres
