#include "graph/order.hpp"

#include <algorithm>
#include <limits>

#include "graph/names.hpp"

namespace rev::graph {

namespace {

constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();

/// The list of tips that is walked. A slot keeps its place: its tip changes, new tips get new slots at the end, and a
/// finished slot is unlinked. So "earlier in the list" is "smaller slot number".
///
/// A tip may be emitted once no listed tip is above it. That is known by counting: `pending_` holds for each node how
/// many of the nodes directly above it are still to come. Only a tip that has to wait searches upwards for the first
/// slot that blocks it, and keeps what it found for the next time, since it mostly comes back for the next one.
class Walker {
public:
    Walker(const GraphData& graph, const NodeSet& taking_part, const Nodes& tips)
        : graph_(graph),
          taking_part_(taking_part),
          below_(graph.ancestors(tips, Edges::dependencies)),
          pending_(graph.size(), 0),
          slot_of_(graph.size(), no_slot),
          region_(graph.size(), 0),
          emitted_(graph.size()) {
        count_pending();
        for (const Node tip : tips) {
            if (taking_part_[tip] && slot_of_[tip] == no_slot) append(tip);
        }
    }

    Nodes run() {
        // Each turn either emits the tip of a slot or goes to the slot that blocks it; in a graph without cycles that
        // chain ends at a tip which nothing blocks.
        std::uint32_t slot = first_;
        while (first_ != no_slot) {
            const Node tip = slots_[slot].tip;
            const auto blocker = pending_[tip] == 0 ? no_slot : blocking_slot(tip);
            slot = blocker == no_slot ? emit(slot) : blocker;
        }
        return std::move(order_);
    }

private:
    struct Slot {
        Node tip;
        std::uint32_t previous;
        std::uint32_t next;
    };

    void count_pending() {
        for (Node node = 0; node < graph_.size(); ++node) {
            if (!below_[node]) continue;
            for (const Node down : graph_.downs.of(node)) ++pending_[down];
        }
        // Nodes that don't take part are never emitted: they are passed as soon as all above them is.
        for (auto node = graph_.topological.rbegin(); node != graph_.topological.rend(); ++node) {
            if (below_[*node] && !taking_part_[*node] && !emitted_[*node] && pending_[*node] == 0) release(*node);
        }
    }

    /// Marks a node as done, and with it those below that don't take part and wait for nothing else.
    void release(Node node) {
        Nodes stack{node};
        while (!stack.empty()) {
            const Node at = stack.back();
            stack.pop_back();
            emitted_[at] = true;
            for (const Node down : graph_.downs.of(at)) {
                if (--pending_[down] == 0 && !taking_part_[down] && !emitted_[down]) stack.push_back(down);
            }
        }
    }

    void append(Node tip) {
        const auto slot = static_cast<std::uint32_t>(slots_.size());
        slots_.push_back({tip, last_, no_slot});
        slot_of_[tip] = slot;
        (last_ == no_slot ? first_ : slots_[last_].next) = slot;
        last_ = slot;
    }

    void unlink(std::uint32_t slot) {
        const auto [tip, previous, next] = slots_[slot];
        (previous == no_slot ? first_ : slots_[previous].next) = next;
        (next == no_slot ? last_ : slots_[next].previous) = previous;
    }

    /// Emits the slot's tip and moves the slot down; returns the slot to look at next.
    std::uint32_t emit(std::uint32_t slot) {
        const Node tip = slots_[slot].tip;
        slot_of_[tip] = no_slot;
        order_.push_back(tip);
        release(tip);

        Nodes next;
        for (const Node down : graph_.downs.of(tip)) {
            if (taking_part_[down] && !emitted_[down] && slot_of_[down] == no_slot) next.push_back(down);
        }
        if (next.empty()) {
            const auto previous = slots_[slot].previous;
            unlink(slot);
            // As Alembic's loop does: it goes back by one in its list of branches, not on.
            return previous == no_slot ? first_ : previous;
        }
        slots_[slot].tip = next.front();
        slot_of_[next.front()] = slot;
        for (auto more = next.begin() + 1; more != next.end(); ++more) append(*more);
        return slot;
    }

    /// The first slot whose tip stands above `tip`; no_slot if there is none.
    std::uint32_t blocking_slot(Node tip) {
        if (searcher_ == tip && search_ != 0) {
            for (; next_blocker_ < blockers_.size(); ++next_blocker_) {
                const auto slot = blockers_[next_blocker_];
                const Node above = slots_[slot].tip;
                // The slot's tip may have changed since the search: it blocks only while its tip is one that the search
                // has passed.
                if (slot_of_[above] == slot && region_[above] == search_) return slot;
            }
        }
        search_upwards(tip);
        return blockers_.empty() ? no_slot : blockers_.front();
    }

    void search_upwards(Node tip) {
        searcher_ = tip;
        ++search_;
        blockers_.clear();
        next_blocker_ = 0;
        Nodes stack{tip};
        while (!stack.empty()) {
            const Node at = stack.back();
            stack.pop_back();
            for (const Node up : graph_.ups.of(at)) {
                if (!below_[up] || emitted_[up] || region_[up] == search_) continue;
                region_[up] = search_;
                if (slot_of_[up] != no_slot) blockers_.push_back(slot_of_[up]);
                stack.push_back(up);
            }
        }
        std::sort(blockers_.begin(), blockers_.end());
    }

    const GraphData& graph_;
    const NodeSet& taking_part_;
    NodeSet below_;                       ///< the tips and all below them: nothing else matters
    std::vector<std::uint32_t> pending_;  ///< of the nodes below the tips: nodes directly above that are to come
    std::vector<std::uint32_t> slot_of_;
    std::vector<std::uint32_t> region_;  ///< number of the search that last passed
    NodeSet emitted_;
    std::vector<Slot> slots_;
    std::uint32_t first_ = no_slot;
    std::uint32_t last_ = no_slot;
    Nodes order_;

    Node searcher_ = 0;
    std::uint32_t search_ = 0;
    std::vector<std::uint32_t> blockers_;  ///< slots above `searcher_` when it searched, in order
    std::size_t next_blocker_ = 0;
};

}  // namespace

Nodes walk_order(const GraphData& graph, const NodeSet& taking_part, const Nodes& tips) {
    // Independent of the order in which the tips were named, so that `a b` and `b a` give one plan.
    auto in_load_order = tips;
    std::sort(in_load_order.begin(), in_load_order.end());
    auto order = Walker(graph, taking_part, in_load_order).run();
    // The walk follows only what takes part: whatever hangs on a revision outside the range alone is never reached.
    const auto wanted = static_cast<std::size_t>(std::count(taking_part.begin(), taking_part.end(), true));
    if (order.size() != wanted) {
        throw graph_error(graph, GraphError::Kind::not_in_range,
                          "a part of the range can only be reached through a dependency outside it", "");
    }
    return order;
}

}  // namespace rev::graph
