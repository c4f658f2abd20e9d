#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "schema/postgres/items.hpp"

namespace rev::schema::postgres {

/// What is done with an item, and when: an item has up to three actions.
enum class Step : std::uint8_t {
    leave,   ///< DROP, or renaming the old one out of the way
    arrive,  ///< CREATE or ALTER
    clear,   ///< DROP of what was renamed
};

/// A sequence that becomes a column's identity, or the other way round: its position goes over.
struct Handover {
    std::size_t column;  ///< an index of Items, as `sequence` is
    std::size_t sequence;
    bool to_identity;
};

using Node = std::size_t;
/// No action.
inline constexpr Node no_node = static_cast<Node>(-1);

/// item: an index of Items. Every item has a node for each step, whether there is such an action or not.
[[nodiscard]] constexpr Node node_of(std::size_t item, Step step) { return item * 3 + static_cast<std::size_t>(step); }
[[nodiscard]] constexpr std::size_t item_of(Node node) { return node / 3; }
[[nodiscard]] constexpr Step step_of(Node node) { return static_cast<Step>(node % 3); }

/// The actions of a section, what is done within another's statement, and what has to come before what.
class Actions {
public:
    /// items: must outlive it. ordered() makes more of them anew where there is no other way out of a cycle.
    explicit Actions(Items& items);

    /// What it was made with.
    [[nodiscard]] const Items& items() const { return items_; }
    /// Whether there is such an action at all.
    [[nodiscard]] bool exists(Node node) const { return exists_[node]; }
    /// The action in whose statement it is done; itself if it has its own.
    [[nodiscard]] Node host(Node node) const;
    /// Hosts in the order to run them.
    [[nodiscard]] std::vector<Node> ordered();
    [[nodiscard]] const std::vector<Handover>& handovers() const { return handovers_; }
    /// Whether an absorbed action is a clause of its host's statement, not a consequence of it.
    [[nodiscard]] bool is_clause(Node node) const { return clauses_.contains(node); }

private:
    using Edge = std::pair<Node, Node>;

    void build();
    void find_handovers();
    void mark_existing();
    void absorb_drops();
    void absorb_creations();
    bool absorb_exclusion(std::size_t index);
    void absorb_inherited(std::size_t index, Step step);
    void absorb_into_base_type(std::size_t index);
    void absorb_into_attribute(std::size_t index, Step step);
    void absorb_partition_of_aside(std::size_t index);
    bool absorb_key_of_partition(std::size_t index);
    void release_key_of_partition(std::size_t index);
    [[nodiscard]] bool goes_with_key_of_whole(std::size_t index, Step step) const;
    void absorb_handovers();
    void absorb(Node node, Node into);
    [[nodiscard]] Node leaves_before(std::size_t index, std::size_t needed) const;
    void add(Node first, Node second);
    void add_old_edges(std::size_t index);
    void add_held_edges(std::size_t index);
    void add_new_edges(std::size_t index);
    void add_name_edges();
    void add_partition_edges(std::size_t index);
    void add_owner_edges(std::size_t index);
    void add_target_edges(std::size_t target, Node copied);
    void add_copy_edges(std::size_t index);
    void add_handover_edges();
    void add_mention_edges();
    void add_cast_edges(std::size_t index);
    void add_held_row_edges(std::size_t index);
    void add_heir_edges(std::size_t index);
    void add_row_edges(std::size_t index);
    void add_reference_edges(std::size_t index);
    void add_parent_order(std::size_t index);
    void add_grant_edges(std::size_t index);
    void add_wish(Node first, Node second);
    void add_whole_index_edges(std::size_t index);
    [[nodiscard]] bool goes_only_with_its_whole(Node node) const;
    [[nodiscard]] bool loosen(const std::set<Node>& cycle);
    [[nodiscard]] std::optional<std::size_t> inherited_from(std::size_t index, bool before) const;

    Items& items_;
    std::vector<bool> exists_;
    std::vector<Node> hosts_;
    std::set<Node> clauses_;
    std::set<Node> apart_;  ///< written by themselves after all, to break a cycle
    std::vector<Edge> edges_;
    std::set<Edge> soft_edges_;  ///< wishes: the first to give way
    std::vector<Handover> handovers_;
    bool mentions_ = true;
};

}  // namespace rev::schema::postgres
