#pragma once

#include <vector>

#include "schema/migration.hpp"
#include "schema/sqlite/rebuild.hpp"
#include "schema/sqlite/renames.hpp"

namespace rev::schema::sqlite {

/// The statements of one direction.
struct Section {
    std::vector<Statement> statements;
    /// False: SQLite's enforcement has to be off meanwhile, or dropping a table would take rows of others along.
    bool foreign_keys = true;
};

struct SectionTask {
    const Model& from;
    const Model& to;
    Direction direction;
    const ActiveRenames& renames;
    const MigrationOptions& options;
    const std::vector<Rename>& possible_renames;  ///< upgrade
};

[[nodiscard]] Section plan_section(const SectionTask& task);

}  // namespace rev::schema::sqlite
