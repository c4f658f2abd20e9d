#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rev/graph.hpp"

namespace rev::graph {

/// One revision's place in a picture that has a revision a row, the newest on top, and lines in lanes beside them.
struct LayoutRow {
    const Revision* revision = nullptr;
    std::uint32_t lane = 0;        ///< 0 is the leftmost
    std::uint32_t lanes = 1;       ///< everything that this row shows is in lanes 0 to `lanes` - 1
    std::uint32_t first_edge = 0;  ///< see Layout::edges_of
};

/// A line from a revision down to one that it revises or depends on. In row `from` it goes sideways from the revision's
/// lane to `lane` and there down; in row `to` it goes sideways to the other's lane, if that is another one. An edge of
/// `revises` runs in the lane of its parent all the way down.
struct LayoutEdge {
    const Revision* target = nullptr;  ///< what is revised or depended on
    std::uint32_t from = 0;            ///< row
    std::uint32_t to = 0;              ///< row, below `from`
    std::uint32_t lane = 0;
    bool dependency = false;
    bool outside = false;  ///< the target has no row: the line ends in row `to`, which is from + 1, maybe past the last
};

/// A picture of revisions. Edges to the same revision and of the same kind share one lane from where they meet, so that
/// a thousand children of one parent need two lanes. No two lines else share a place.
struct Layout {
    std::vector<LayoutRow> rows;
    std::vector<LayoutEdge> edges;  ///< by `from`; of each revision `revises` in the order written, then dependencies
    std::uint32_t lanes = 0;        ///< of the widest row

    /// Those that begin in this row.
    [[nodiscard]] std::span<const LayoutEdge> edges_of(std::size_t row) const noexcept {
        const auto end = row + 1 < rows.size() ? rows[row + 1].first_edge : edges.size();
        return {edges.data() + rows[row].first_edge, end - rows[row].first_edge};
    }
};

/// Lays out some revisions of the graph. newest_first: each once, children and dependents before what they stand on, as
/// history() lists them. A line stays in its lane; a lane that is free is used again, the leftmost first, but a
/// revision never stands right below another one, or below an edge's end, that it has no line to. The same input gives
/// the same picture. Time is near linear in revisions and edges.
[[nodiscard]] Layout lay_out(const Graph& graph, const Revisions& newest_first);

}  // namespace rev::graph
