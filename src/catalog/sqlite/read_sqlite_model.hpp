#pragma once

#include "catalog/read_model.hpp"
#include "db/database.hpp"
#include "schema/model.hpp"

namespace rev::catalog {

/// The schema of SQLite's main database, in one read transaction. The truth is the text in sqlite_schema; what the
/// engine says of the columns checks how it was split. Left out: SQLite's own tables, those in which virtual tables
/// keep their content, and what stands on a table that is left out.
/// Source: schema/sqlite/build_model.hpp says which facts there are.
[[nodiscard]] schema::Model read_sqlite_model(Database& database, const ReadOptions& options = {});

}  // namespace rev::catalog
