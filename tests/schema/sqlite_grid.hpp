#pragma once

#include "schema/grid.hpp"
#include "schema/sqlite_pair.hpp"

namespace rev::test {

/// What a pair tries: as `cells_of()` for PostgreSQL. A constraint's events name its type: "add check".
[[nodiscard]] GridCells cells_of(const SchemaPair& pair);

/// All that pairs have to try on SQLite.
[[nodiscard]] GridCells wanted_sqlite_cells();

}  // namespace rev::test
