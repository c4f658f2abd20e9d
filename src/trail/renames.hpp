#pragma once

#include <map>
#include <string>
#include <vector>

#include "rev/database.hpp"
#include "schema/migration.hpp"
#include "schema/model.hpp"

namespace rev::trail {

/// What says that an object is the same one under another name: on PostgreSQL its catalog, object identifier and column
/// number, on SQLite the page at which a table begins.
using Identities = std::map<std::string, schema::FactId>;
[[nodiscard]] Identities read_identities(Database& database);

/// What has another name than a step before, for compare(): parts before what they go with. SQLite: a table that
/// begins at the same page and has at least half of the columns, and a column at the same place of a table whose
/// columns are the same in all but the name of this one.
[[nodiscard]] std::vector<schema::Rename> find_renames(const schema::Model& from, const Identities& before,
                                                       const schema::Model& to, const Identities& after);

}  // namespace rev::trail
