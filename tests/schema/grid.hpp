#pragma once

#include <compare>
#include <set>
#include <string>

#include "schema/migration.hpp"

namespace rev::test {

/// What a pair tries: a kind, and what becomes of a thing of that kind: "add", "drop", "change", "rename", or "under
/// KIND": it changes while something of that kind depends on it.
struct GridCell {
    schema::Kind kind;
    std::string event;

    auto operator<=>(const GridCell&) const = default;
};

using GridCells = std::set<GridCell>;

/// What the way from one model to the other tries; the way back is tried too, so what is added is dropped as well.
[[nodiscard]] GridCells cells_of(const schema::Model& from, const schema::Model& to, const schema::Migration& migration,
                                 const schema::Hints& hints);

/// All that pairs have to try on PostgreSQL, but for what the server does not offer.
[[nodiscard]] GridCells wanted_cells();

/// The grid for people: a kind a line, and what of the wanted cells lacks.
[[nodiscard]] std::string grid_text(const GridCells& tried, const GridCells& wanted);

}  // namespace rev::test
