#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/exception.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <limits>
#include <optional>

#include "base/text.hpp"
#include "graph/graph_data.hpp"
#include "graph/names.hpp"
#include "rev/target.hpp"

namespace rev::graph {

// Boost's constructor sorts by counting, which is stable.
Adjacency::Adjacency(const std::vector<std::pair<Node, Node>>& edges, std::size_t node_count)
    : graph_(boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(), static_cast<Node>(node_count)) {}

Adjacency Adjacency::reversed() const {
    std::vector<std::pair<Node, Node>> edges;
    edges.reserve(boost::num_edges(graph_));
    const auto node_count = boost::num_vertices(graph_);
    // Node by node in load order, so that each list of the reversed graph is in load order as well.
    for (Node from = 0; from < node_count; ++from) {
        for (const Node to : of(from)) edges.emplace_back(to, from);
    }
    return Adjacency(edges, node_count);
}

namespace {

using Edge = std::pair<Node, Node>;

GraphError about(GraphError::Kind kind, const std::string& message, std::string symbol,
                 std::vector<Revision> revisions) {
    GraphError error(kind, message);
    error.symbol = std::move(symbol);
    error.revisions = std::move(revisions);
    return error;
}

/// A path from a node of a cycle back to itself, found by walking only inside its strong component. Breadth first: of
/// all ways back it finds one of the shortest, which is what a person can follow.
Nodes cycle_path(const Adjacency& edges, const std::vector<int>& component, Node start) {
    std::vector<Node> came_from(component.size(), start);
    std::vector<bool> seen(component.size());
    Nodes queue{start};
    for (std::size_t at = 0; at < queue.size(); ++at) {
        for (const Node next : edges.of(queue[at])) {
            if (next == start) {
                Nodes path{start};
                for (Node step = queue[at]; step != start; step = came_from[step]) path.push_back(step);
                path.push_back(start);
                std::reverse(path.begin(), path.end());
                return path;
            }
            if (component[next] != component[start] || seen[next]) continue;
            seen[next] = true;
            came_from[next] = queue[at];
            queue.push_back(next);
        }
    }
    return {};
}

}  // namespace

/// The steps build on each other: names are looked up to connect, effective dependencies need an order, labels need
/// both.
GraphData::GraphData(std::vector<Revision> given) : revisions(std::move(given)) {
    index_names();
    connect();
    sort_topologically();
    find_effective_dependencies();
    find_label_sets();
}

void GraphData::index_names() {
    ids_.reserve(revisions.size());
    for (Node node = 0; node < revisions.size(); ++node) {
        const auto& revision = revisions[node];
        // These have a meaning in targets; an id that holds one could not be named.
        if (revision.id.empty() || revision.id.find_first_of("@-+:") != std::string::npos) {
            throw about(GraphError::Kind::invalid_id,
                        "revision id '" + revision.id + "' holds one of @ - + :", revision.id, {revision});
        }
        const auto [place, is_new] = ids_.emplace(revision.id, node);
        if (!is_new) {
            throw about(GraphError::Kind::duplicate_id, "revision id '" + revision.id + "' is used twice", revision.id,
                        {revisions[place->second], revision});
        }
    }
    // After all ids: a label must not equal an id that comes later in load order.
    for (Node node = 0; node < revisions.size(); ++node) {
        for (const auto& label : revisions[node].branch_labels) {
            const auto same_id = ids_.find(label);
            const auto [place, is_new] = labels_.emplace(label, node);
            if (is_new && same_id == ids_.end()) continue;
            const Node other = is_new ? same_id->second : place->second;
            throw about(GraphError::Kind::duplicate_label, "branch label '" + label + "' is used twice", label,
                        {revisions[other], revisions[node]});
        }
    }
}

std::optional<Node> GraphData::find_id(std::string_view id) const {
    const auto found = ids_.find(id);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Node> GraphData::find_name(std::string_view name) const {
    if (const auto node = find_id(name)) return node;
    const auto found = labels_.find(name);
    return found == labels_.end() ? std::nullopt : std::optional(found->second);
}

void GraphData::connect() {
    std::vector<Edge> parent_edges;
    std::vector<Edge> dependency_edges;
    for (Node node = 0; node < revisions.size(); ++node) {
        for (const auto& parent : revisions[node].revises) {
            const auto found = find_id(parent);
            if (!found) throw missing(*this, GraphError::Kind::missing_parent, parent, node);
            parent_edges.emplace_back(node, *found);
        }
        // A dependency may be written as a label, a parent may not: so does Alembic.
        for (const auto& name : revisions[node].depends_on) {
            const auto found = find_name(name);
            if (!found) throw missing(*this, GraphError::Kind::missing_dependency, name, node);
            dependency_edges.emplace_back(node, *found);
        }
    }
    parents = Adjacency(parent_edges, size());
    dependencies = Adjacency(dependency_edges, size());
    children = parents.reversed();
    dependents = dependencies.reversed();
}

void GraphData::sort_topologically() {
    std::vector<Edge> edges;
    for (Node from = 0; from < size(); ++from) {
        // All dependencies and not only the effective ones, which are known only once there is an order.
        for (const auto* list : {&parents, &dependencies}) {
            for (const Node to : list->of(from)) edges.emplace_back(from, to);
        }
    }
    const Adjacency all(edges, size());
    topological.reserve(size());
    try {
        // Boost lists what an edge leads to first, so that parents come before children here.
        boost::topological_sort(all.graph(), std::back_inserter(topological));
    } catch (const boost::not_a_dag&) {
        throw cycle_in(all);
    }
}

/// Names one cycle: that of the first revision in load order which is on one.
GraphError GraphData::cycle_in(const Adjacency& all) const {
    std::vector<int> component(size());
    // Only on the way to an error message: it costs another pass over the whole graph.
    const auto count = boost::strong_components(
        all.graph(), boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, all.graph())));
    std::vector<int> members(static_cast<std::size_t>(count), 0);
    for (const int c : component) ++members[static_cast<std::size_t>(c)];
    GraphError error(GraphError::Kind::cycle, "the revisions form a cycle");
    for (Node node = 0; node < size(); ++node) {
        const auto downs_of = all.of(node);
        const bool loops = std::find(downs_of.begin(), downs_of.end(), node) != downs_of.end();
        if (!loops && members[static_cast<std::size_t>(component[node])] == 1) continue;
        error.symbol = id(node);
        for (const Node step : loops ? Nodes{node, node} : cycle_path(all, component, node)) {
            error.revisions.push_back(revisions[step]);
        }
        break;
    }
    return error;
}

namespace {

constexpr Node no_node = std::numeric_limits<Node>::max();

/// The edges of both, the first ones first; what a node has twice is listed once.
Adjacency each_once(const Adjacency& first, const Adjacency& second, std::size_t node_count) {
    std::vector<Edge> edges;
    // A mark that holds the number of the node for which it was set, instead of a set that is cleared for each of them.
    std::vector<Node> last_from(node_count, no_node);
    for (Node from = 0; from < node_count; ++from) {
        for (const auto* list : {&first, &second}) {
            for (const Node to : list->of(from)) {
                if (last_from[to] == from) continue;
                last_from[to] = from;
                edges.emplace_back(from, to);
            }
        }
    }
    return Adjacency(edges, node_count);
}

}  // namespace

/// Those of `sharers`, which all depend on one revision, that have another of them among their ancestors by revises.
/// Walks up from each sharer once for all of them, and never higher than the highest.
Nodes GraphData::inheriting(std::span<const Node> sharers, std::span<const std::uint32_t> place,
                            std::vector<Node>& passed_for, Node dependency) const {
    std::uint32_t highest = 0;
    for (const Node sharer : sharers) highest = std::max(highest, place[sharer]);
    Nodes stack(sharers.begin(), sharers.end());
    while (!stack.empty()) {
        const Node at = stack.back();
        stack.pop_back();
        for (const Node child : children.of(at)) {
            if (place[child] > highest || passed_for[child] == dependency) continue;
            passed_for[child] = dependency;
            stack.push_back(child);
        }
    }
    Nodes inheriting;
    std::copy_if(sharers.begin(), sharers.end(), std::back_inserter(inheriting),
                 [&](Node sharer) { return passed_for[sharer] == dependency; });
    return inheriting;
}

/// A dependency that an ancestor by revises has already is not effective.
void GraphData::find_effective_dependencies() {
    // Nothing below a sharer in this order can stand above it: that bounds the walks.
    std::vector<std::uint32_t> place(size());
    for (std::uint32_t i = 0; i < topological.size(); ++i) place[topological[i]] = i;

    Nodes depended_upon;
    for (Node node = 0; node < size(); ++node) {
        if (!dependents.of(node).empty()) depended_upon.push_back(node);
    }
    std::sort(depended_upon.begin(), depended_upon.end(), [this](Node a, Node b) { return id(a) < id(b); });

    std::vector<Edge> effective;
    std::vector<Node> passed_for(size(), no_node);
    std::vector<Node> listed_for(size(), no_node);
    for (const Node dependency : depended_upon) {
        const auto sharers = dependents.of(dependency);
        // A dependency of one revision alone is inherited from nobody.
        if (sharers.size() > 1) {
            for (const Node node : inheriting(sharers, place, passed_for, dependency)) listed_for[node] = dependency;
        }
        for (const Node node : sharers) {
            if (listed_for[node] == dependency) continue;
            listed_for[node] = dependency;
            effective.emplace_back(node, dependency);
        }
    }
    effective_dependencies = Adjacency(effective, size());

    downs = each_once(parents, effective_dependencies, size());
    ups = downs.reversed();
}

namespace {

/// Boost's colours of a search in one bit a node: what was discovered is never white again, and nothing here asks
/// whether it is finished. A colour map of Boost's own takes 32 times as much, for each question about ancestors.
class Discovered {
public:
    using key_type = Node;
    using value_type = boost::default_color_type;
    using reference = value_type;
    using category = boost::read_write_property_map_tag;

    explicit Discovered(NodeSet& nodes) : nodes_(&nodes) {}
    friend value_type get(const Discovered& map, Node node) {
        return (*map.nodes_)[node] ? boost::black_color : boost::white_color;
    }
    friend void put(const Discovered& map, Node node, value_type color) {
        if (color != boost::white_color) (*map.nodes_)[node] = true;
    }

private:
    NodeSet* nodes_;
};

/// Where edges lead from these nodes, and they themselves.
NodeSet reachable(const Adjacency& edges, std::span<const Node> from) {
    NodeSet seen(boost::num_vertices(edges.graph()));
    boost::queue<Node> queue;
    boost::breadth_first_visit(edges.graph(), from.begin(), from.end(), queue, boost::default_bfs_visitor(),
                               Discovered(seen));
    return seen;
}

}  // namespace

NodeSet GraphData::ancestors(std::span<const Node> nodes, Edges edges) const {
    return reachable(edges == Edges::revises ? parents : downs, nodes);
}

NodeSet GraphData::descendants(std::span<const Node> nodes, Edges edges) const {
    // What a dependency that is not effective leads to, an ancestor's same dependency leads to as well.
    return reachable(edges == Edges::revises ? children : ups, nodes);
}

NodeSet GraphData::lineage(Node node, Edges edges) const {
    const Nodes start{node};
    auto both = ancestors(start, edges);
    const auto above = descendants(start, edges);
    for (Node i = 0; i < size(); ++i) both[i] = both[i] || above[i];
    return both;
}

/// Whether two revisions or more revise the node or depend on it. One that does both, or twice, counts once.
bool GraphData::has_several_followers(Node node) const {
    std::optional<Node> first;
    for (const auto followers : {children.of(node), dependents.of(node)}) {
        for (const Node follower : followers) {
            if (!first) first = follower;
            if (follower != *first) return true;
        }
    }
    return false;
}

/// Above the labelled revision: all its descendants by revises. Below it: only where the labelled revision and all
/// above it are one line, down to where that line begins to be shared. Costs as much as there are members: a history
/// may have a label for each of thousands of short branches. seen: of size(), all false, and so again afterwards.
Nodes GraphData::members_of_branch(Node labelled, NodeSet& seen) const {
    Nodes members{labelled};
    seen[labelled] = true;
    for (std::size_t at = 0; at < members.size(); ++at) {
        for (const Node child : children.of(members[at])) {
            if (seen[child]) continue;
            seen[child] = true;
            members.push_back(child);
        }
    }
    for (const Node member : members) seen[member] = false;
    const auto is_shared = [this](Node node) { return has_several_followers(node) || parents.of(node).size() > 1; };
    if (std::any_of(members.begin(), members.end(), is_shared)) return members;
    for (Node node = labelled; !parents.of(node).empty();) {
        node = parents.of(node).front();
        if (is_shared(node)) break;
        members.push_back(node);
    }
    return members;
}

NodeSet GraphData::label_members(Node labelled) const {
    NodeSet set(size());
    for (const Node member : members_of_branch(labelled, set)) set[member] = true;
    return set;
}

/// One label after the other, by name: those that share a set and get the label share the set that has it, too.
void GraphData::find_label_sets() {
    if (labels_.empty()) return;
    // Set 0 is the empty one: every node begins with it.
    label_sets_.emplace_back();
    label_set_of_.assign(size(), 0);
    NodeSet seen(size());
    for (const auto& [label, labelled] : labels_) {
        std::vector<std::uint32_t> with_label(label_sets_.size(), 0);
        for (const Node member : members_of_branch(labelled, seen)) {
            auto& set = label_set_of_[member];
            // 0 says "none yet", since no set that has a label can be the empty one.
            auto& extended = with_label[set];
            if (extended == 0) {
                extended = static_cast<std::uint32_t>(label_sets_.size());
                auto names = label_sets_[set];
                names.emplace_back(label);
                label_sets_.push_back(std::move(names));
            }
            set = extended;
        }
    }
}

Graph::Graph(std::vector<Revision> revisions) : data_(std::make_unique<GraphData>(std::move(revisions))) {}
Graph::~Graph() = default;
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;

std::size_t Graph::size() const noexcept { return data_->size(); }

std::span<const Revision> Graph::revisions() const noexcept { return data_->revisions; }

const Revision* Graph::find(std::string_view id) const noexcept {
    const auto node = data_->find_id(id);
    return node ? &data_->revisions[*node] : nullptr;
}

namespace {

template <typename Wanted>
Revisions select(const GraphData& graph, Wanted&& wanted) {
    Revisions revisions;
    for (Node node = 0; node < graph.size(); ++node) {
        if (wanted(node)) revisions.push_back(&graph.revisions[node]);
    }
    return revisions;
}

Revisions to_revisions(const GraphData& graph, std::span<const Node> nodes) {
    Revisions revisions;
    for (const Node node : nodes) revisions.push_back(&graph.revisions[node]);
    return revisions;
}

}  // namespace

Revisions Graph::heads() const {
    return select(*data_, [&](Node node) { return data_->is_head(node); });
}

Revisions Graph::real_heads() const {
    return select(*data_, [&](Node node) { return data_->is_real_head(node); });
}

Revisions Graph::bases() const {
    return select(*data_, [&](Node node) { return data_->is_base(node); });
}

Revisions Graph::real_bases() const {
    return select(*data_, [&](Node node) { return data_->is_base(node) && data_->dependencies.of(node).empty(); });
}

Revisions Graph::branch_points() const {
    auto points = history(*this, "");
    std::erase_if(points, [&](const Revision* revision) { return !is_branch_point(*revision); });
    return points;
}

Revisions Graph::merge_points() const {
    return select(*data_, [&](Node node) { return data_->parents.of(node).size() > 1; });
}

bool Graph::is_head(const Revision& revision) const noexcept { return data_->is_head(data_->node_of(revision)); }

bool Graph::is_base(const Revision& revision) const noexcept { return data_->is_base(data_->node_of(revision)); }

bool Graph::is_branch_point(const Revision& revision) const noexcept {
    return data_->children.of(data_->node_of(revision)).size() > 1;
}

bool Graph::is_merge_point(const Revision& revision) const noexcept {
    return data_->parents.of(data_->node_of(revision)).size() > 1;
}

bool Graph::is_depended_upon(const Revision& revision) const noexcept {
    return !data_->dependents.of(data_->node_of(revision)).empty();
}

Revisions Graph::children(const Revision& revision) const {
    return to_revisions(*data_, data_->children.of(data_->node_of(revision)));
}

Revisions Graph::dependencies(const Revision& revision) const {
    return to_revisions(*data_, data_->dependencies.of(data_->node_of(revision)));
}

Revisions Graph::effective_dependencies(const Revision& revision) const {
    return to_revisions(*data_, data_->effective_dependencies.of(data_->node_of(revision)));
}

std::vector<std::string> Graph::labels(const Revision& revision) const {
    return data_->labels_of(data_->node_of(revision));
}

}  // namespace rev::graph
