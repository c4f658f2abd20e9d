#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "schema/migration.hpp"
#include "schema/model.hpp"

namespace rev::trail {

/// What says that an object is the same one under another name: on PostgreSQL its catalog, object identifier and column
/// number, on SQLite the page at which a table begins.
using Identities = std::map<std::string, schema::FactId>;
/// In one query. PostgreSQL: of whatever has a name of its own, in all schemas.
[[nodiscard]] Identities read_identities(Database& database);

/// What has another name than a step before, for compare(): parts before what they go with. SQLite: a table that
/// begins at the same page and has at least half of the columns, and a column at the same place of a table whose
/// columns are the same in all but the name of this one.
[[nodiscard]] std::vector<schema::Rename> find_renames(const schema::Model& from, const Identities& before,
                                                       const schema::Model& to, const Identities& after);

/// The name that a thing of `id` had before the renames.
[[nodiscard]] schema::FactId name_before(schema::FactId id, const std::vector<schema::Rename>& renames);

/// Follows names through several steps, from the first model to the last. On PostgreSQL the first and the last
/// identities tell all; on SQLite each step has to be looked at.
class RenameTrail {
public:
    /// At the first step: both of the same moment.
    RenameTrail(schema::Model model, Identities identities);

    /// Whether advance() is to be called after every step, not only after the last.
    [[nodiscard]] bool needs_each_step() const noexcept { return first_.dialect() == Dialect::sqlite; }
    /// To a later moment, of which both are.
    void advance(schema::Model model, Identities identities);

    /// Of the first moment, and of the last that is known.
    [[nodiscard]] const schema::Model& first() const noexcept { return first_; }
    [[nodiscard]] const schema::Model& last() const noexcept { return last_; }
    [[nodiscard]] const Identities& last_identities() const noexcept { return last_identities_; }
    /// As find_renames(), from the first to the last.
    [[nodiscard]] std::vector<schema::Rename> renames() const;

private:
    schema::Model first_;
    Identities first_identities_;
    schema::Model last_;
    Identities last_identities_;
    std::map<schema::FactId, schema::FactId> origins_;  ///< SQLite: of tables and columns, by what they are called last
};

}  // namespace rev::trail
