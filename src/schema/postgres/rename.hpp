#pragma once

#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// The old model after its renames.
struct RenamedModel {
    Model model;            ///< what the database is behind the statements
    Statements statements;  ///< ALTER ... RENAME
};

/// What the hints rename, and what has to be renamed with it: the sequences that belong to a renamed table's columns,
/// and constraints and indexes that differ from the new ones in nothing but their names.
[[nodiscard]] RenamedModel apply_renames(const Model& from, const Model& to, const Hints& hints, int version);

}  // namespace rev::schema::postgres
