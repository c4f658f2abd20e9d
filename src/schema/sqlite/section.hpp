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

/// What is to be written. All that it refers to must outlive it.
struct SectionTask {
    const Model& from;
    const SchemaView& before;  ///< of `from`
    const SchemaView& after;   ///< of the model that it leads to
    Direction direction;
    const ActiveRenames& renames;
    const MigrationOptions& options;
    const std::vector<Rename>& possible_renames;  ///< upgrade
};

/// Its statements are in the order to run them.
[[nodiscard]] Section plan_section(const SectionTask& task);

}  // namespace rev::schema::sqlite
