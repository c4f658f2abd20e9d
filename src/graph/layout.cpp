#include "graph/layout.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "graph/graph_data.hpp"

namespace rev::graph {
namespace {

using Lane = std::uint32_t;
using Row = std::uint32_t;
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// Which lanes hold a line.
class Lanes {
public:
    /// The leftmost free lane that is not among `avoided`.
    Lane take(std::span<const Lane> avoided = {}) {
        const auto is_good = [&](Lane lane) { return std::ranges::find(avoided, lane) == avoided.end(); };
        const auto found = std::ranges::find_if(free_, is_good);
        if (found != free_.end()) {
            const Lane lane = *found;
            free_.erase(found);
            hold(lane);
            return lane;
        }
        // No free lane will do: those to the right of all are free, too, but must be known as such before one beyond
        // them is taken.
        while (!is_good(static_cast<Lane>(held_.size()))) {
            free_.insert(static_cast<Lane>(held_.size()));
            held_.push_back(false);
        }
        held_.push_back(false);
        hold(static_cast<Lane>(held_.size() - 1));
        return static_cast<Lane>(held_.size() - 1);
    }

    void give_back(Lane lane) {
        held_[lane] = false;
        free_.insert(lane);
        while (width_ > 0 && !held_[width_ - 1]) --width_;
    }

    /// One more than the rightmost lane that is held.
    [[nodiscard]] Lane width() const noexcept { return width_; }

private:
    void hold(Lane lane) {
        held_[lane] = true;
        width_ = std::max(width_, lane + 1);
    }

    std::vector<bool> held_;
    std::set<Lane> free_;  ///< of those in `held_`
    Lane width_ = 0;
};

class Designer {
public:
    Designer(const GraphData& graph, const Revisions& newest_first)
        : graph_(graph),
          row_of_(graph.size(), none),
          last_child_(graph.size(), none),
          lane_of_{std::vector<Lane>(graph.size(), none), std::vector<Lane>(graph.size(), none)} {
        layout_.rows.resize(newest_first.size());
        for (Row row = 0; row < newest_first.size(); ++row) {
            layout_.rows[row].revision = newest_first[row];
            row_of_[graph.node_of(*newest_first[row])] = row;
        }
    }

    Layout run() {
        for (Row row = 0; row < layout_.rows.size(); ++row) place(row);
        return std::move(layout_);
    }

private:
    enum Kind { revises, depends_on };

    // Row by row downwards, and never back: what is placed stays, which is what keeps the time near linear.
    void place(Row row) {
        auto& placed = layout_.rows[row];
        const Node node = graph_.node_of(*placed.revision);
        placed.first_edge = static_cast<std::uint32_t>(layout_.edges.size());
        placed.lane = lane_for(node);
        add_edges(row, node);
        const bool goes_on = lay_edges(row);
        placed.lanes = lanes_.width();
        layout_.lanes = std::max(layout_.lanes, placed.lanes);
        end_lines(row, node, goes_on);
    }

    /// Where the lines to the node come down; else a free lane in which nothing stands right above.
    Lane lane_for(Node node) {
        // The lane of `revises` goes first: a revision stands in the line of its children, and dependencies lead to it
        // from the side.
        for (const Kind kind : {revises, depends_on})
            if (lane_of_[kind][node] != none) return lane_of_[kind][node];
        return lanes_.take(open_above_);
    }

    void add_edges(Row row, Node node) {
        const auto add = [&](Node target, Kind kind) {
            // A revision that both revises and depends on another has one line to it.
            if (std::exchange(last_child_[target], row) == row) return;
            const auto to = row_of_[target];
            // `to <= row`: only if the given order was wrong; a line upwards would break the lanes.
            const bool outside = to == none || to <= row;
            layout_.edges.push_back(
                {&graph_.revisions[target], row, outside ? row + 1 : to, none, kind == depends_on, outside});
        };
        for (const Node parent : graph_.parents.of(node)) add(parent, revises);
        for (const Node dependency : graph_.dependencies.of(node)) add(dependency, depends_on);
    }

    /// Gives each edge of the row its lane; whether one goes straight down from the revision.
    bool lay_edges(Row row) {
        std::optional<Lane> own = layout_.rows[row].lane;
        // The first line that needs a lane goes on straight down in the revision's own.
        const auto next_lane = [&] {
            if (!own) return lanes_.take();
            return *std::exchange(own, std::nullopt);
        };
        for (const Kind kind : {revises, depends_on}) {
            lay_inside(row, kind, next_lane);
            lay_outside(row, kind, next_lane);
        }
        return !own.has_value();
    }

    /// Edges to rows below join the line that is on its way there, or begin one.
    void lay_inside(Row row, Kind kind, const std::function<Lane()>& next_lane) {
        for (auto& edge : edges_from(row)) {
            if (edge.outside || edge.dependency != (kind == depends_on)) continue;
            auto& lane = lane_of_[kind][graph_.node_of(*edge.target)];
            if (lane == none) lane = next_lane();
            edge.lane = lane;
        }
    }

    /// All that leave the picture share one short line.
    void lay_outside(Row row, Kind kind, const std::function<Lane()>& next_lane) {
        Lane lane = none;
        for (auto& edge : edges_from(row)) {
            if (!edge.outside || edge.dependency != (kind == depends_on)) continue;
            if (lane == none) ends_.push_back({lane = next_lane(), row + 1});
            edge.lane = lane;
        }
    }

    std::span<LayoutEdge> edges_from(Row row) {
        const auto first = layout_.rows[row].first_edge;
        return {layout_.edges.data() + first, layout_.edges.size() - first};
    }

    /// Frees the lanes of what ends in this row, for the rows below.
    void end_lines(Row row, Node node, bool goes_on) {
        open_above_.clear();
        const Lane own = layout_.rows[row].lane;
        for (const Kind kind : {revises, depends_on}) {
            const Lane lane = lane_of_[kind][node];
            if (lane != none && lane != own) lanes_.give_back(lane);
        }
        std::erase_if(ends_, [&](const End& end) {
            if (end.row != row) return false;
            lanes_.give_back(end.lane);
            open_above_.push_back(end.lane);
            return true;
        });
        if (goes_on) return;
        lanes_.give_back(own);
        open_above_.push_back(own);
    }

    /// A line to outside the picture.
    struct End {
        Lane lane;
        Row row;  ///< the last that shows it
    };

    const GraphData& graph_;
    std::vector<Row> row_of_;
    std::vector<Row> last_child_;   ///< of each node: the last row with an edge to it
    std::vector<Lane> lane_of_[2];  ///< by Kind, of each node: where lines to it come down
    Lanes lanes_;
    std::vector<End> ends_;
    std::vector<Lane> open_above_;  ///< lanes without a line in which the row above shows a revision or an edge's end
    Layout layout_;
};

}  // namespace

Layout lay_out(const Graph& graph, const Revisions& newest_first) { return Designer(graph.data(), newest_first).run(); }

}  // namespace rev::graph
