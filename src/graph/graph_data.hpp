#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rev/graph.hpp"

namespace rev::graph {

/// A revision's place in load order.
using Node = std::uint32_t;
using Nodes = std::vector<Node>;
/// One mark for each node.
using NodeSet = std::vector<bool>;

/// A list of nodes for each node: a directed graph of Boost's, stored in two pieces.
class Adjacency {
public:
    using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                     boost::no_property, Node, std::uint32_t>;

    Adjacency() = default;
    /// The edges of each node keep the order in which they are given.
    explicit Adjacency(const std::vector<std::pair<Node, Node>>& edges, std::size_t node_count);

    /// In the order of the edges; empty: it has none.
    [[nodiscard]] std::span<const Node> of(Node node) const {
        const auto [first, last] = boost::adjacent_vertices(node, graph_);
        return {first, last};
    }
    /// The same edges the other way round; each list in load order.
    [[nodiscard]] Adjacency reversed() const;
    /// For Boost's algorithms.
    [[nodiscard]] const Graph& graph() const noexcept { return graph_; }

private:
    Graph graph_;
};

/// Which edges a walk follows.
enum class Edges {
    revises,       ///< `revises` alone
    dependencies,  ///< `revises` and dependencies
};

/// The graph by numbers. Everything is computed once, when it is built.
class GraphData {
public:
    /// Throws GraphError as Graph does.
    explicit GraphData(std::vector<Revision> revisions);

    std::vector<Revision> revisions;
    Adjacency parents;                 ///< revises, in the order written
    Adjacency dependencies;            ///< depends_on resolved, in the order written
    Adjacency effective_dependencies;  ///< by id
    Adjacency downs;                   ///< revises, then effective dependencies, each once
    Adjacency children;                ///< by revises
    Adjacency dependents;              ///< reverse of dependencies
    Adjacency ups;                     ///< reverse of downs
    Nodes topological;                 ///< every node after all its downs

    /// How many nodes there are: their numbers are below it.
    [[nodiscard]] std::size_t size() const noexcept { return revisions.size(); }
    /// Of an exact id alone.
    [[nodiscard]] std::optional<Node> find_id(std::string_view id) const;
    /// The revision of an exact id or label.
    [[nodiscard]] std::optional<Node> find_name(std::string_view name) const;
    /// Every branch label, sorted, with the revision whose own it is.
    [[nodiscard]] const std::map<std::string_view, Node>& labels() const noexcept { return labels_; }
    /// By its place in memory: of a revision of this graph, no copy.
    [[nodiscard]] Node node_of(const Revision& revision) const {
        return static_cast<Node>(&revision - revisions.data());
    }
    /// As Graph has them. is_head: dependents do not count; is_real_head: they do.
    [[nodiscard]] const std::string& id(Node node) const { return revisions[node].id; }
    [[nodiscard]] bool is_head(Node node) const { return children.of(node).empty(); }
    [[nodiscard]] bool is_real_head(Node node) const { return is_head(node) && dependents.of(node).empty(); }
    [[nodiscard]] bool is_base(Node node) const { return parents.of(node).empty(); }

    /// The nodes and all below them.
    [[nodiscard]] NodeSet ancestors(std::span<const Node> nodes, Edges edges) const;
    /// The nodes and all above them; with dependencies: all, not only effective ones.
    [[nodiscard]] NodeSet descendants(std::span<const Node> nodes, Edges edges) const;
    /// The node, its ancestors and its descendants.
    [[nodiscard]] NodeSet lineage(Node node, Edges edges) const;
    /// The members of the branches that the labels of `labelled` name. Source: docs/targets.md "Branch labels".
    [[nodiscard]] NodeSet label_members(Node labelled) const;
    /// All labels that a node is a member of, sorted.
    [[nodiscard]] const std::vector<std::string>& labels_of(Node node) const {
        return label_sets_.empty() ? no_labels_ : label_sets_[label_set_of_[node]];
    }

private:
    [[nodiscard]] bool has_several_followers(Node node) const;
    [[nodiscard]] Nodes members_of_branch(Node labelled, NodeSet& seen) const;
    void index_names();
    void connect();
    void sort_topologically();
    [[nodiscard]] GraphError cycle_in(const Adjacency& all) const;
    void find_effective_dependencies();
    void find_label_sets();
    [[nodiscard]] Nodes inheriting(std::span<const Node> sharers, std::span<const std::uint32_t> place,
                                   std::vector<Node>& passed_for, Node dependency) const;

    std::unordered_map<std::string_view, Node> ids_;
    std::map<std::string_view, Node> labels_;
    /// The labels of each node. Whole lines of revisions share theirs, so each set stands once.
    std::vector<std::vector<std::string>> label_sets_;  ///< empty: no revision has a label
    std::vector<std::uint32_t> label_set_of_;           ///< by node
    std::vector<std::string> no_labels_;
};

}  // namespace rev::graph
