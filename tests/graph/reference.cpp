#include "graph/reference.hpp"

#include <algorithm>
#include <stdexcept>

namespace rev::test {

namespace {

bool contains(const Reference::Nodes& nodes, Reference::Node node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void add_once(Reference::Nodes& nodes, Reference::Node node) {
    if (!contains(nodes, node)) nodes.push_back(node);
}

}  // namespace

Reference::Reference(std::vector<Revision> revisions)
    : revisions_(std::move(revisions)),
      parents_(size()),
      dependencies_(size()),
      effective_(size()),
      downs_(size()),
      below_(size()) {
    if (size() > Set().size()) throw std::length_error("too many revisions for the reference");
    for (Node node = 0; node < size(); ++node) {
        for (const auto& id : revisions_[node].revises) parents_[node].push_back(node_of(id));
        for (const auto& id : revisions_[node].depends_on) dependencies_[node].push_back(node_of(id));
    }
    for (Node node = 0; node < size(); ++node) find_effective_dependencies(node);
    for (Node node = 0; node < size(); ++node) {
        Set& below = below_[node];
        Nodes waiting{node};
        while (!waiting.empty()) {
            const Node at = waiting.back();
            waiting.pop_back();
            if (below[at]) continue;
            below.set(at);
            for (const Node down : downs_[at]) waiting.push_back(down);
        }
    }
}

Reference::Node Reference::node_of(const std::string& name) const {
    for (Node node = 0; node < size(); ++node) {
        const auto& labels = revisions_[node].branch_labels;
        if (revisions_[node].id == name || std::find(labels.begin(), labels.end(), name) != labels.end()) return node;
    }
    throw std::out_of_range("the reference has no revision " + name);
}

Reference::Nodes Reference::nodes_of(std::span<const std::string> ids) const {
    Nodes nodes;
    for (const auto& id : ids) nodes.push_back(node_of(id));
    return nodes;
}

std::vector<std::string> Reference::ids_of(const Nodes& nodes) const {
    std::vector<std::string> ids;
    for (const Node node : nodes) ids.push_back(id_of(node));
    return ids;
}

/// Those that no ancestor by revises has as its own dependency.
void Reference::find_effective_dependencies(Node node) {
    Nodes inherited;
    const auto ancestors = ancestors_by_revises(node);
    for (Node at = 0; at < size(); ++at) {
        if (at == node || !ancestors[at]) continue;
        for (const Node dependency : dependencies_[at]) inherited.push_back(dependency);
    }
    for (const Node dependency : dependencies_[node]) {
        if (!contains(inherited, dependency)) add_once(effective_[node], dependency);
    }
    std::sort(effective_[node].begin(), effective_[node].end(), [&](Node a, Node b) { return id_of(a) < id_of(b); });
    for (const Node parent : parents_[node]) add_once(downs_[node], parent);
    for (const Node dependency : effective_[node]) add_once(downs_[node], dependency);
}

Reference::Set Reference::ancestors_by_revises(Node node) const {
    Set seen;
    Nodes waiting{node};
    while (!waiting.empty()) {
        const Node at = waiting.back();
        waiting.pop_back();
        if (seen[at]) continue;
        seen.set(at);
        for (const Node parent : parents_[at]) waiting.push_back(parent);
    }
    return seen;
}

Reference::Set Reference::ancestors(const Nodes& nodes) const {
    Set set;
    for (const Node node : nodes) set |= below_[node];
    return set;
}

Reference::Set Reference::descendants(Node node) const {
    Set above;
    above.set(node);
    for (bool grown = true; grown;) {
        grown = false;
        for (Node up = 0; up < size(); ++up) {
            const auto stands_on = [&](Node down) { return above[down]; };
            if (above[up]) continue;
            if (!std::any_of(parents_[up].begin(), parents_[up].end(), stands_on) &&
                !std::any_of(dependencies_[up].begin(), dependencies_[up].end(), stands_on)) {
                continue;
            }
            above.set(up);
            grown = true;
        }
    }
    return above;
}

Reference::Nodes Reference::tops(const Set& set) const {
    Set covered;
    for (Node node = 0; node < size(); ++node) {
        for (const Node down : downs_[node]) {
            if (set[node]) covered |= below_[down];
        }
    }
    Nodes tops;
    for (Node node = 0; node < size(); ++node) {
        if (set[node] && !covered[node]) tops.push_back(node);
    }
    return tops;
}

bool Reference::has_redundant_down(Node node) const {
    for (const Node down : downs_[node]) {
        for (const Node other : downs_[node]) {
            if (down != other && below_[other][down]) return true;
        }
    }
    return false;
}

Reference::Nodes Reference::heads() const {
    Nodes heads;
    for (Node node = 0; node < size(); ++node) {
        if (children(node).empty()) heads.push_back(node);
    }
    return heads;
}

Reference::Nodes Reference::bases() const {
    Nodes bases;
    for (Node node = 0; node < size(); ++node) {
        if (parents_[node].empty()) bases.push_back(node);
    }
    return bases;
}

Reference::Nodes Reference::children(Node node) const {
    Nodes children;
    for (Node up = 0; up < size(); ++up) {
        if (contains(parents_[up], node)) children.push_back(up);
    }
    return children;
}

Reference::Nodes Reference::order(const Set& set, const Nodes& tips) const {
    Nodes listed;
    for (Node node = 0; node < size(); ++node) {
        if (set[node] && contains(tips, node)) listed.push_back(node);
    }
    Nodes order;
    Set done;
    std::size_t index = 0;
    while (!listed.empty()) {
        const Node tip = listed[index];
        const auto above =
            std::find_if(listed.begin(), listed.end(), [&](Node other) { return other != tip && below_[other][tip]; });
        if (above != listed.end()) {
            index = static_cast<std::size_t>(above - listed.begin());
            continue;
        }
        order.push_back(tip);
        done.set(tip);
        Nodes next;
        for (const Node down : downs_[tip]) {
            if (set[down] && !done[down] && !contains(listed, down)) next.push_back(down);
        }
        if (next.empty()) {
            listed.erase(listed.begin() + static_cast<std::ptrdiff_t>(index));
            index = index == 0 ? 0 : index - 1;
        } else {
            listed[index] = next.front();
            listed.insert(listed.end(), next.begin() + 1, next.end());
        }
    }
    return order;
}

/// One changed row keeps its place: of several that go, the last of the node's downs; of several that come, too.
Reference::Nodes Reference::rows_after(Nodes rows, const Set& applied, const Set& kept, Node node) const {
    auto wanted = tops(applied);
    for (const Node row : rows) {
        if (kept[row] && applied[row]) add_once(wanted, row);
    }
    std::sort(wanted.begin(), wanted.end());
    Nodes candidates = downs_[node];
    candidates.push_back(node);
    Nodes gone;
    Nodes come;
    for (const Node candidate : candidates) {
        if (contains(rows, candidate) && !contains(wanted, candidate)) gone.push_back(candidate);
        if (!contains(rows, candidate) && contains(wanted, candidate)) come.push_back(candidate);
    }
    if (!gone.empty() && !come.empty()) {
        *std::find(rows.begin(), rows.end(), gone.back()) = come.back();
        gone.pop_back();
        come.pop_back();
    }
    std::erase_if(rows, [&](Node row) { return contains(gone, row); });
    rows.insert(rows.end(), come.begin(), come.end());

    auto sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != wanted) throw std::logic_error("the rows are not the tops of what is applied");
    return rows;
}

Reference::Steps Reference::run(Nodes rows, const Nodes& order, bool up) const {
    auto applied = ancestors(rows);
    Set overlapping;
    for (const Node row : rows) overlapping.set(row);
    for (const Node top : tops(applied)) overlapping.reset(top);
    Steps steps;
    for (const Node node : order) {
        applied.set(node, up);
        rows = rows_after(rows, applied, overlapping, node);
        steps.push_back({node, rows});
    }
    return steps;
}

Reference::Steps Reference::upgrade_rows(const Nodes& rows, const Nodes& order) const { return run(rows, order, true); }

Reference::Steps Reference::downgrade_rows(const Nodes& rows, const Nodes& order) const {
    return run(rows, order, false);
}

Reference::Steps Reference::upgrade(const Nodes& rows, const Nodes& targets) const {
    auto steps = order(ancestors(targets) & ~ancestors(rows), targets);
    std::reverse(steps.begin(), steps.end());
    return upgrade_rows(rows, steps);
}

std::optional<Reference::Steps> Reference::downgrade(const Nodes& rows, std::optional<Node> target) const {
    Set dropped;
    for (const Node root : target ? children(*target) : bases()) dropped |= descendants(root);
    dropped &= ancestors(rows);
    if (dropped.none() && target && !contains(rows, *target)) return std::nullopt;
    return downgrade_rows(rows, order(dropped, rows));
}

}  // namespace rev::test
