#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rev/revision.hpp"

namespace rev::test {

/// The rules of docs/targets.md, written down one by one without a thought for speed, to compare the planner with.
/// Nodes are places in load order. At most 512 of them.
class Reference {
public:
    using Node = std::size_t;
    using Nodes = std::vector<Node>;
    using Set = std::bitset<512>;

    struct Step {
        Node node = 0;
        Nodes rows;  ///< after the step, in table order
    };
    using Steps = std::vector<Step>;

    /// The revisions must make a sound graph.
    explicit Reference(std::vector<Revision> revisions);

    [[nodiscard]] std::size_t size() const { return revisions_.size(); }
    [[nodiscard]] Node node_of(const std::string& id) const;
    [[nodiscard]] Nodes nodes_of(std::span<const std::string> ids) const;
    [[nodiscard]] const std::string& id_of(Node node) const { return revisions_[node].id; }
    [[nodiscard]] std::vector<std::string> ids_of(const Nodes& nodes) const;

    /// Parents, then effective dependencies by id, each once.
    [[nodiscard]] const Nodes& downs(Node node) const { return downs_[node]; }
    [[nodiscard]] const Nodes& effective_dependencies(Node node) const { return effective_[node]; }
    /// The node and all below it, by `downs`.
    [[nodiscard]] const Set& ancestors(Node node) const { return below_[node]; }
    [[nodiscard]] Set ancestors(const Nodes& nodes) const;
    /// The node and all that revise it or depend on it, directly or not.
    [[nodiscard]] Set descendants(Node node) const;
    /// The members of `set` that stand below no other member.
    [[nodiscard]] Nodes tops(const Set& set) const;
    /// Whether one of the node's downs is an ancestor of another of them.
    [[nodiscard]] bool has_redundant_down(Node node) const;

    [[nodiscard]] Nodes heads() const;
    [[nodiscard]] Nodes bases() const;
    [[nodiscard]] Nodes children(Node node) const;

    /// The order of a downgrade of `set` from `tips`.
    [[nodiscard]] Nodes order(const Set& set, const Nodes& tips) const;
    /// The rows after each of `order`, starting from `rows`: the tops of what is applied.
    [[nodiscard]] Steps upgrade_rows(const Nodes& rows, const Nodes& order) const;
    [[nodiscard]] Steps downgrade_rows(const Nodes& rows, const Nodes& order) const;

    [[nodiscard]] Steps upgrade(const Nodes& rows, const Nodes& targets) const;
    /// target: nullopt is base. nullopt: not a valid downgrade target.
    [[nodiscard]] std::optional<Steps> downgrade(const Nodes& rows, std::optional<Node> target) const;

private:
    void find_effective_dependencies(Node node);
    [[nodiscard]] Set ancestors_by_revises(Node node) const;
    /// kept: rows that started below another row; they stay until their own downgrade.
    [[nodiscard]] Nodes rows_after(Nodes rows, const Set& applied, const Set& kept, Node node) const;
    [[nodiscard]] Steps run(Nodes rows, const Nodes& order, bool up) const;

    std::vector<Revision> revisions_;
    std::vector<Nodes> parents_;
    std::vector<Nodes> dependencies_;
    std::vector<Nodes> effective_;
    std::vector<Nodes> downs_;
    std::vector<Set> below_;
};

}  // namespace rev::test
