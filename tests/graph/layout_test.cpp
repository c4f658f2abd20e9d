#include "graph/layout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "support/graph_of.hpp"
#include "support/small_graphs.hpp"

namespace rev::test {

namespace {

/// "e0 d0 c1 b0 a0": the lane of each revision.
std::string lanes_of(std::string_view text) {
    const auto graph = graph_of(text);
    std::string lanes;
    for (const auto& row : lay_out(graph, history(graph, "")).rows)
        lanes += row.revision->id + std::to_string(row.lane) + " ";
    return lanes.substr(0, lanes.size() - 1);
}

/// What must hold for every picture.
class Examination {
public:
    Examination(const Graph& graph, const Revisions& revisions)
        : graph_(graph), revisions_(revisions), layout_(graph::lay_out(graph, revisions)) {}

    /// What is wrong; empty if nothing is.
    std::string run() {
        check_rows();
        check_edges();
        for (std::size_t row = 0; row < layout_.rows.size(); ++row) fill_row(row);
        for (std::size_t row = 1; row < layout_.rows.size(); ++row) check_below(row);
        return wrong_;
    }

    [[nodiscard]] const graph::Layout& layout() const { return layout_; }

private:
    /// Lines that may share a place: to the same revision and of the same kind; those that leave the picture, of one
    /// revision.
    using Line = std::tuple<const Revision*, bool, bool>;
    using Place = std::pair<std::size_t, std::uint32_t>;

    void complain(const std::string& what, std::size_t row) {
        if (wrong_.empty()) wrong_ = what + " in row " + std::to_string(row);
    }

    void check_rows() {
        if (layout_.rows.size() != revisions_.size()) complain("not a row each", 0);
        std::uint32_t widest = 0;
        for (std::size_t row = 0; row < layout_.rows.size(); ++row) {
            if (layout_.rows[row].revision != revisions_[row]) complain("another revision", row);
            if (layout_.rows[row].lane >= layout_.rows[row].lanes) complain("a revision beyond the lanes", row);
            widest = std::max(widest, layout_.rows[row].lanes);
        }
        if (widest != layout_.lanes) complain("wrong number of lanes", 0);
    }

    /// Each parent and each dependency has one edge.
    void check_edges() {
        std::size_t count = 0;
        for (std::size_t row = 0; row < layout_.rows.size(); ++row) {
            const auto& revision = *revisions_[row];
            std::set<const Revision*> parents;
            std::set<const Revision*> all;
            for (const auto& id : revision.revises) parents.insert(graph_.find(id));
            all = parents;
            for (const auto* dependency : graph_.dependencies(revision)) all.insert(dependency);
            for (const auto& edge : layout_.edges_of(row)) {
                if (edge.from != row || all.erase(edge.target) != 1) complain("an edge too many", row);
                if (edge.dependency == parents.contains(edge.target)) complain("wrong kind of edge", row);
                check_ends(edge);
                ++count;
            }
            if (!all.empty()) complain("an edge is missing", row);
        }
        if (count != layout_.edges.size()) complain("edges of no row", 0);
    }

    void check_ends(const graph::LayoutEdge& edge) {
        const auto listed = std::find(revisions_.begin(), revisions_.end(), edge.target);
        if (edge.outside != (listed == revisions_.end())) complain("wrongly outside", edge.from);
        if (edge.outside ? edge.to != edge.from + 1 : revisions_[edge.to] != edge.target)
            complain("an edge to another row", edge.from);
        if (edge.to <= edge.from) complain("an edge upwards", edge.from);
        if (!edge.outside && !edge.dependency && layout_.rows[edge.to].lane != edge.lane)
            complain("a parent in another lane than its line", edge.from);
    }

    void fill_row(std::size_t row) {
        for (const auto& edge : layout_.edges_of(row)) {
            const Line line{edge.outside ? layout_.rows[row].revision : edge.target, edge.dependency, edge.outside};
            const auto first = edge.lane == layout_.rows[row].lane ? row + 1 : row;
            const bool reaches_node = !edge.outside && layout_.rows[edge.to].lane == edge.lane;
            for (auto at = first; at < (reaches_node ? edge.to : edge.to + 1); ++at) occupy(at, edge.lane, line);
        }
    }

    void occupy(std::size_t row, std::uint32_t lane, const Line& line) {
        const auto [place, is_new] = places_.try_emplace({row, lane}, line);
        if (!is_new && place->second != line) complain("two lines in one place", row);
        if (row == layout_.rows.size()) return;  // below the last: only what leaves the picture
        if (layout_.rows[row].lane == lane) complain("a line through a revision", row);
        if (lane >= layout_.rows[row].lanes) complain("a line beyond the lanes", row);
    }

    /// Nothing is right above the row's revision that it has no line to.
    void check_below(std::size_t row) {
        const auto lane = layout_.rows[row].lane;
        if (const auto above = places_.find({row - 1, lane}); above != places_.end() && std::get<2>(above->second))
            complain("a revision below an edge's end", row);
        if (layout_.rows[row - 1].lane != lane) return;
        for (const auto& edge : layout_.edges_of(row - 1))
            if (edge.to == row && edge.lane == lane && !edge.outside) return;
        complain("a revision right below one that it has no line to", row);
    }

    const Graph& graph_;
    Revisions revisions_;
    graph::Layout layout_;
    std::map<Place, Line> places_;
    std::string wrong_;
};

std::string examine(const std::vector<Revision>& revisions, const Graph& graph, std::string_view range) {
    const auto wrong = Examination(graph, history(graph, range)).run();
    return wrong.empty() ? "" : wrong + " of " + arrows_text(revisions) + std::string(range);
}

void examine_all(std::size_t size, std::size_t arrow_kinds, std::size_t stride) {
    for (std::size_t code = 0; code < small_graph_count(size, arrow_kinds); code += stride) {
        const auto revisions = graph_of_code(size, code, arrow_kinds);
        REQUIRE(examine(revisions, Graph(revisions), "") == "");
    }
}

}  // namespace

TEST_CASE("every picture of up to four revisions is sound") {
    for (std::size_t size = 1; size <= 4; ++size) examine_all(size, 3, 1);
}

TEST_CASE("every picture of five revisions without dependencies is sound, and many with them") {
    examine_all(5, 2, 1);
    examine_all(5, 3, 7);
}

TEST_CASE("pictures of random graphs are sound, also of parts of them") {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const auto revisions = random_graph(20 + seed * 5, seed);
        const Graph graph(revisions);
        REQUIRE(examine(revisions, graph, "") == "");
        // Any part: what it leaves out is outside the picture.
        auto part = history(graph, "");
        std::mt19937 dice(seed);
        std::erase_if(part, [&](const Revision*) { return dice() % 3 == 0; });
        REQUIRE(Examination(graph, part).run() == "");
    }
}

TEST_CASE("the same revisions give the same picture") {
    const Graph one(random_graph(300, 7));
    const Graph other(random_graph(300, 7));
    const auto left = graph::lay_out(one, history(one, ""));
    const auto right = graph::lay_out(other, history(other, ""));
    REQUIRE(left.rows.size() == right.rows.size());
    for (std::size_t row = 0; row < left.rows.size(); ++row) CHECK(left.rows[row].lane == right.rows[row].lane);
}

TEST_CASE("a line is one lane, a branch another, and lanes are used again") {
    CHECK(lanes_of("a -> b, b -> c") == "c0 b0 a0");
    CHECK(lanes_of("a -> b c, b c -> d") == "d0 b0 c1 a0");
    CHECK(lanes_of("a -> b c, b c -> d, d -> e f, e f -> g") == "g0 e0 f1 d0 b0 c1 a0");
}

TEST_CASE("a branch that lives long stays in its lane") {
    CHECK(lanes_of("a -> b l1, l1 -> l2, l2 -> l3, b -> c d, c d -> e, e -> f, f l3 -> g") ==
          "g0 f0 e0 c0 d2 l31 l21 l11 b0 a1");
}

TEST_CASE("unrelated revisions never stand right below each other") {
    CHECK(lanes_of("a, b, c, d") == "a0 b1 c0 d1");
    CHECK(lanes_of("a -> b c d e") == "b0 c1 d2 e1 a0");
}

TEST_CASE("a thousand children of one revision need three lanes, a thousand parents a lane each") {
    std::string fan = "base ->";
    std::string back;
    for (int number = 0; number < 1000; ++number) fan += " r" + std::to_string(number);
    for (int number = 0; number < 1000; ++number) back += " r" + std::to_string(number);
    const auto wide = graph_of(fan);
    CHECK(graph::lay_out(wide, history(wide, "")).lanes == 3);
    const auto merged = graph_of(fan + "," + back + " -> merge");
    CHECK(graph::lay_out(merged, history(merged, "")).lanes == 1000);
}

TEST_CASE("nothing is laid out as nothing") {
    const auto graph = graph_of("a");
    CHECK(graph::lay_out(graph, {}).rows.empty());
    CHECK(graph::lay_out(graph, {}).lanes == 0);
}

}  // namespace rev::test
