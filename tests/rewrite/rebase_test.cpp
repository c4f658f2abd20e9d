// What a rebase moves, what it refuses, and what holds of every one.
#include "rewrite/rebase.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "graph/invariants.hpp"
#include "rev/error.hpp"
#include "support/graph_of.hpp"
#include "support/small_graphs.hpp"

namespace rev::rewrite {
namespace {

using test::graph_of;

Revisions named(const Graph& graph, const std::vector<std::string>& ids) {
    Revisions revisions;
    for (const auto& id : ids) revisions.push_back(graph.find(id));
    return revisions;
}

Rebase plan(const Graph& graph, const std::vector<std::string>& moved, const std::string& onto = "") {
    return plan_rebase(graph, {.chosen = named(graph, moved), .onto = onto.empty() ? nullptr : graph.find(onto)});
}

std::string refusal_of(const Graph& graph, const std::vector<std::string>& moved, const std::string& onto = "") {
    try {
        (void)plan(graph, moved, onto);
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK_FALSE(error.hint().empty());
        return error.code();
    }
    return "";
}

TEST_CASE("a branch goes onto the other head, with all that stands on it") {
    const auto graph = graph_of("a -> b, a -> c, c -> d, d -> e");
    const auto rebase = plan(graph, {"c"});
    CHECK(test::text_of(rebase.moved) == "c d e");
    CHECK(test::text_of(rebase.lowest) == "c");
    CHECK(rebase.onto->id == "b");
    CHECK(test::text_of(rebase.passed) == "b");
    const auto after = rebased_revisions(graph, rebase);
    CHECK(test::text_of(Graph(after).heads()) == "e");
    CHECK(test::text_of(plan(graph, {"d"}).moved) == "d e");
}

TEST_CASE("a whole tree goes onto another, and two lowest ones onto one head") {
    const auto graph = graph_of("a -> b, x -> y");
    const auto rebase = plan(graph, {"x"});
    CHECK(test::text_of(rebase.moved) == "x y");
    CHECK(rebase.onto->id == "b");
    const auto fork = graph_of("a -> b, a -> c, a -> d");
    const auto both =
        plan_rebase(fork, {.chosen = named(fork, {"c", "d"}), .onto = fork.find("b"), .must_be_connected = false});
    CHECK(test::text_of(both.lowest) == "c d");
}

TEST_CASE("nothing is to do where the history is one line, or stands there already") {
    const auto line = graph_of("a -> b, b -> c");
    CHECK(plan(line, {"b"}).moved.empty());
    CHECK(plan(line, {"c"}, "b").moved.empty());
    CHECK(plan_rebase(line, {}).moved.empty());
}

TEST_CASE("what cannot be moved is refused by name") {
    CHECK(refusal_of(graph_of("a -> b, a -> c, a -> d"), {"c"}) == "several_heads");
    CHECK(refusal_of(graph_of("a -> b, a -> c, a -> d"), {"c"}, "d").empty());
    CHECK(refusal_of(graph_of("a -> b, a -> c, b -> x, c -> y"), {"x", "c"}) == "not_connected");
    CHECK(refusal_of(graph_of("a -> b, a -> c, c -> d"), {"c"}, "d") == "onto_moved");
    CHECK(refusal_of(graph_of("a -> b, a -> c, b c -> m, a -> d"), {"c"}, "d") == "moved_merge_point");
    CHECK(refusal_of(graph_of("a -> b, a -> c, b c -> m, a -> d"), {"m"}, "d") == "moved_merge_point");
    // A merge whose branches move together is no obstacle.
    CHECK(refusal_of(graph_of("a -> b, a -> c, c -> d, c -> e, d e -> m"), {"c"}, "b").empty());
    // b depends on d: were d above b, there would be a cycle.
    CHECK(refusal_of(graph_of("a -> b, a -> c, c -> d, d => b"), {"c"}) == "cycle");
}

/// Rows that a database may have: what some revisions and all below them leave.
std::vector<RevisionId> some_rows(const Graph& graph, std::mt19937& random) {
    const auto& target = graph.revisions()[random() % graph.size()];
    return plan_upgrade(graph, {}, target.id).to;
}

bool has_any(const Graph& graph, const std::vector<RevisionId>& rows, const Revisions& revisions) {
    const auto applied_now = applied(graph, rows);
    return std::ranges::any_of(
        revisions, [&](const auto* revision) { return std::ranges::find(applied_now, revision) != applied_now.end(); });
}

TEST_CASE("on random graphs a rebase keeps what the planner promises, and every database below can go on") {
    std::size_t done = 0;
    for (unsigned seed = 0; seed < 600; ++seed) {
        std::mt19937 random(seed);
        const Graph graph(test::random_graph(4 + seed % 12, seed));
        const auto& chosen = graph.revisions()[random() % graph.size()];
        const auto& onto = graph.revisions()[random() % graph.size()];
        CAPTURE(seed);
        CAPTURE(test::arrows_text({graph.revisions().begin(), graph.revisions().end()}));
        CAPTURE(chosen.id);
        CAPTURE(onto.id);
        Rebase rebase;
        try {
            rebase = plan_rebase(graph, {.chosen = {&chosen}, .onto = &onto});
        } catch (const Error&) {
            continue;
        }
        if (rebase.moved.empty()) continue;
        ++done;
        const auto after = rebased_revisions(graph, rebase);
        const Graph changed(after);
        // Only the lowest ones differ, and only in what they revise.
        for (std::size_t i = 0; i < after.size(); ++i) {
            auto expected = graph.revisions()[i];
            if (std::ranges::find(rebase.lowest, &graph.revisions()[i]) != rebase.lowest.end())
                expected.revises = {onto.id};
            CHECK(after[i].id == expected.id);
            CHECK(after[i].revises == expected.revises);
            CHECK(after[i].depends_on == expected.depends_on);
        }
        const test::Invariants invariants(after);
        for (const auto& rows : {std::vector<RevisionId>(), some_rows(graph, random), some_rows(graph, random)}) {
            if (has_any(graph, rows, rebase.moved)) continue;
            CHECK(invariants.broken({Direction::upgrade, rows, {"heads"}}) == "");
            // What is applied in the end is all there is, each revision once.
            const auto plan = plan_upgrade(changed, rows, "heads");
            CHECK(plan.steps.size() + applied(changed, rows).size() == changed.size());
            CHECK(test::ids_of(applied(changed, plan.to)).size() == changed.size());
        }
    }
    CHECK(done > 100);
}

}  // namespace
}  // namespace rev::rewrite
