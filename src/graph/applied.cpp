#include "graph/applied.hpp"

namespace rev::graph {

AppliedRows::AppliedRows(const GraphData& graph, const Nodes& rows)
    : graph_(graph),
      applied_(graph.ancestors(rows, Edges::dependencies)),
      // A row of the table means "this and all below it": the tops of what is applied are rows, and nothing else is.
      // Counting what is applied directly above each node tells when one becomes a top.
      applied_above_(graph.size(), 0),
      slot_of_(graph.size(), no_slot) {
    for (const Node row : rows) add_row(row);
    for (Node node = 0; node < graph.size(); ++node) {
        if (!applied_[node]) continue;
        for (const Node down : graph.downs.of(node)) ++applied_above_[down];
    }
}

void AppliedRows::add_row(Node node) {
    slot_of_[node] = static_cast<std::uint32_t>(table_.size());
    table_.emplace_back(node);
}

RowChange AppliedRows::insert(Node node) {
    add_row(node);
    return {RowChange::Kind::insert, {}, graph_.id(node)};
}

RowChange AppliedRows::remove(Node node) {
    table_[slot_of_[node]].reset();
    slot_of_[node] = no_slot;
    return {RowChange::Kind::remove, graph_.id(node), {}};
}

std::vector<RowChange> AppliedRows::replace(const Nodes& from, Node to) {
    std::vector<RowChange> changes;
    changes.reserve(from.size());
    // As Alembic does for a merge: one row is updated, the others are deleted first. Which one is updated decides the
    // table's order afterwards, and must not depend on chance.
    for (auto gone = from.begin(); gone + 1 != from.end(); ++gone) changes.push_back(remove(*gone));
    const Node last = from.back();
    changes.push_back({RowChange::Kind::update, graph_.id(last), graph_.id(to)});
    slot_of_[to] = slot_of_[last];
    table_[slot_of_[to]] = to;
    slot_of_[last] = no_slot;
    return changes;
}

std::vector<RowChange> AppliedRows::upgrade(Node node) {
    Nodes rows_below;
    for (const Node down : graph_.downs.of(node)) {
        ++applied_above_[down];
        if (is_row(down)) rows_below.push_back(down);
    }
    applied_[node] = true;
    // Either a base, or a revision whose parents another branch stands on: then no row changes into it.
    if (rows_below.empty()) return {insert(node)};
    return replace(rows_below, node);
}

std::vector<RowChange> AppliedRows::downgrade(Node node) {
    applied_[node] = false;
    Nodes tops;
    for (const Node down : graph_.downs.of(node)) {
        // A table that was edited by hand may hold a row below another one; that row stays as it is.
        if (--applied_above_[down] == 0 && !is_row(down)) tops.push_back(down);
    }
    if (tops.empty()) return {remove(node)};
    // The row of a merge becomes that of one parent, and the other parents get new ones.
    auto changes = replace({node}, tops.back());
    for (auto more = tops.begin(); more + 1 != tops.end(); ++more) changes.push_back(insert(*more));
    return changes;
}

std::vector<RevisionId> AppliedRows::rows() const {
    std::vector<RevisionId> rows;
    for (const auto& row : table_) {
        if (row) rows.push_back(graph_.id(*row));
    }
    return rows;
}

}  // namespace rev::graph
