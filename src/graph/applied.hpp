#pragma once

#include <limits>
#include <optional>

#include "graph/graph_data.hpp"
#include "rev/plan.hpp"

namespace rev::graph {

/// The rows of the version table while a plan is made: each change costs no more than the edges of its revision.
/// The rows are always the tops of what is applied. Source: docs/targets.md "The version table".
class AppliedRows {
public:
    /// rows: in table order.
    AppliedRows(const GraphData& graph, const Nodes& rows);

    /// The changes that record an upgrade of `node`.
    std::vector<RowChange> upgrade(Node node);
    /// The changes that record a downgrade of `node`.
    std::vector<RowChange> downgrade(Node node);

    /// A new row at the end of the table, and the end of a row that is there. What counts as applied stays.
    RowChange insert(Node node);
    RowChange remove(Node node);
    /// `from` (each a row, at least one) become the one row `to`: the others are removed, the last is updated.
    std::vector<RowChange> replace(const Nodes& from, Node to);

    /// Whether the table has it now: an applied node need not be one.
    [[nodiscard]] bool is_row(Node node) const { return slot_of_[node] != no_slot; }
    /// In table order.
    [[nodiscard]] std::vector<RevisionId> rows() const;

private:
    static constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();

    void add_row(Node node);

    const GraphData& graph_;
    NodeSet applied_;
    std::vector<std::uint32_t> applied_above_;  ///< how many applied nodes stand directly above each
    std::vector<std::optional<Node>> table_;    ///< a row keeps its place; removed rows leave a gap
    std::vector<std::uint32_t> slot_of_;
};

}  // namespace rev::graph
