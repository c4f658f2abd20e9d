#include "rev/graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "rev/plan.hpp"
#include "support/graph_of.hpp"

using rev::GraphError;

namespace {

using Ids = std::vector<std::string>;

Ids ids(const rev::Revisions& revisions) {
    Ids result;
    for (const auto* revision : revisions) result.push_back(revision->id);
    return result;
}

GraphError error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const GraphError& error) {
        return error;
    }
    FAIL("nothing was refused");
    return {GraphError::Kind::bad_target, ""};
}

Ids steps_of(const rev::Plan& plan) {
    Ids result;
    for (const auto& step : plan.steps) result.push_back(step.revision->id);
    return result;
}

const char* const diamond = "a <- ; b <- a; c <- a; d <- b c";

}  // namespace

TEST_CASE("an empty graph has no heads, and upgrade to head does nothing") {
    const rev::Graph graph({});
    CHECK(graph.heads().empty());
    CHECK(rev::history(graph, "").empty());
    CHECK(rev::plan_upgrade(graph, {}, "head").steps.empty());
}

TEST_CASE("a diamond has one base, one branch point, one merge point and one head") {
    const rev::Graph graph(rev_test::graph_of(diamond));
    CHECK(ids(graph.bases()) == Ids{"a"});
    CHECK(ids(graph.branch_points()) == Ids{"a"});
    CHECK(ids(graph.merge_points()) == Ids{"d"});
    CHECK(ids(graph.heads()) == Ids{"d"});
}

TEST_CASE("a missing parent names the file's revision and the nearest id") {
    const auto error = error_of([] { const rev::Graph graph(rev_test::graph_of("abcdef <- ; b <- abcdeg")); });
    CHECK(error.kind == GraphError::Kind::missing_parent);
    CHECK(error.candidates == Ids{"abcdef"});
    CHECK(std::string(rev::to_error(error).what()).find("'abcdeg'") != std::string::npos);
}

TEST_CASE("a cycle that hangs between a base and a head is shown as a path") {
    const auto error =
        error_of([] { const rev::Graph graph(rev_test::graph_of("a <- base b; base <- ; b <- a; c <- b")); });
    REQUIRE(error.kind == GraphError::Kind::cycle);
    CHECK(error.revisions.front().id == error.revisions.back().id);
    CHECK(error.revisions.size() == 3);
    CHECK(std::string(rev::to_error(error).what()).find("a -> b -> a") != std::string::npos);
}

TEST_CASE("a revision that revises itself is a cycle") {
    CHECK(error_of([] { const rev::Graph graph(rev_test::graph_of("a <- a")); }).kind == GraphError::Kind::cycle);
}

TEST_CASE("an id that two files have is refused with both files") {
    const auto error = error_of([] { const rev::Graph graph(rev_test::graph_of("a <- ; a <- ")); });
    CHECK(error.kind == GraphError::Kind::duplicate_id);
    CHECK(error.revisions.size() == 2);
}

TEST_CASE("a label on two revisions, or equal to an id, is refused") {
    CHECK(error_of([] { const rev::Graph graph(rev_test::graph_of("a [x] <- ; b [x] <- a")); }).kind ==
          GraphError::Kind::duplicate_label);
    CHECK(error_of([] { const rev::Graph graph(rev_test::graph_of("a [b] <- ; b <- a")); }).kind ==
          GraphError::Kind::duplicate_label);
}

TEST_CASE("several heads are listed with the command that merges them and the one that upgrades all") {
    const rev::Graph graph(rev_test::graph_of("a <- ; b <- a; c <- a"));
    const auto error = rev::to_error(error_of([&] { (void)rev::plan_upgrade(graph, {}, "head"); }));
    CHECK(error.code() == "multiple_heads");
    CHECK(error.hint().find("rev merge -m \"merge heads\" b c") != std::string::npos);
    CHECK(error.hint().find("heads") != std::string::npos);
}

TEST_CASE("an ambiguous prefix lists the candidates") {
    const rev::Graph graph(rev_test::graph_of("abcd1 <- ; abcd2 <- abcd1"));
    const auto error = error_of([&] { (void)rev::resolve(graph, "abc"); });
    CHECK(error.kind == GraphError::Kind::ambiguous_prefix);
    CHECK(error.candidates == Ids{"abcd1", "abcd2"});
}

TEST_CASE("a misspelt id suggests the nearest") {
    const rev::Graph graph(rev_test::graph_of("ae1027a6acf4 <- "));
    const auto error = rev::to_error(error_of([&] { (void)rev::resolve(graph, "ae1027a6adf4"); }));
    CHECK(error.hint().find("ae1027a6acf4") != std::string::npos);
}

TEST_CASE("an upgrade of a merge runs both parents first, and leaves one row") {
    const rev::Graph graph(rev_test::graph_of(diamond));
    const auto plan = rev::plan_upgrade(graph, {}, "head");
    CHECK(steps_of(plan) == Ids{"a", "c", "b", "d"});
    CHECK(plan.to == Ids{"d"});
}

TEST_CASE("downgrade of a merge keeps both branches") {
    const rev::Graph graph(rev_test::graph_of(diamond));
    const auto plan = rev::plan_downgrade(graph, Ids{"d"}, "-1");
    CHECK(steps_of(plan) == Ids{"d"});
    auto rows = plan.to;
    std::sort(rows.begin(), rows.end());
    CHECK(rows == Ids{"b", "c"});
}

TEST_CASE("what depends on a revision that goes, goes first") {
    const rev::Graph graph(
        rev_test::graph_of("core1 [core] <- ; core2 <- core1; bill1 [bill] <- + core2; bill2 <- bill1"));
    const auto plan = rev::plan_downgrade(graph, Ids{"bill2"}, "core@base");
    CHECK(steps_of(plan) == Ids{"bill2", "bill1", "core2", "core1"});
    CHECK(plan.to.empty());
}

TEST_CASE("a row that no file has is refused by its exact id") {
    const rev::Graph graph(rev_test::graph_of("abcdef <- "));
    CHECK(error_of([&] { (void)rev::plan_upgrade(graph, Ids{"abcde"}, "head"); }).kind ==
          GraphError::Kind::unknown_row);
}

TEST_CASE("a new revision on a revision that is no head needs splice") {
    const rev::Graph graph(rev_test::graph_of("a <- ; b <- a"));
    rev::NewRevision request{.id = "c", .heads = {"a"}};
    CHECK(error_of([&] { (void)rev::plan_new_revision(graph, request); }).kind == GraphError::Kind::not_a_head);
    request.splice = true;
    CHECK(rev::plan_new_revision(graph, request).revises == Ids{"a"});
}

TEST_CASE("up and down again through random graphs comes back to no rows, each change hitting one row") {
    std::mt19937 random(20261121);
    for (int round = 0; round < 300; ++round) {
        const rev::Graph graph(rev_test::random_graph(random, 12));
        const auto up = rev::plan_upgrade(graph, {}, "heads");
        CHECK(up.steps.size() == graph.size());
        Ids rows;
        Ids done;
        for (const auto& step : up.steps) {
            for (const auto& parent : step.revision->revises) {
                CHECK(std::find(done.begin(), done.end(), parent) != done.end());
            }
            done.push_back(step.revision->id);
            for (const auto& change : step.changes) rev::apply(change, rows);
        }
        CHECK(rows == up.to);

        const auto down = rev::plan_downgrade(graph, rows, "base");
        CHECK(down.steps.size() == graph.size());
        for (const auto& step : down.steps) {
            for (const auto& change : step.changes) rev::apply(change, rows);
        }
        CHECK(rows.empty());
    }
}

TEST_CASE("the plan is the same whatever the order of the rows") {
    std::mt19937 random(7);
    for (int round = 0; round < 100; ++round) {
        const rev::Graph graph(rev_test::random_graph(random, 10));
        const auto middle = graph.revisions()[graph.size() / 2].id;
        auto rows = rev::plan_upgrade(graph, {}, middle).to;
        const auto plan = rev::plan_upgrade(graph, rows, "heads");
        std::reverse(rows.begin(), rows.end());
        CHECK(steps_of(rev::plan_upgrade(graph, rows, "heads")) == steps_of(plan));
    }
}

TEST_CASE("long lines, ladders and fans are planned without recursion or quadratic cost") {
    std::vector<rev::Revision> ladder(1);
    ladder[0].id = "r0";
    const auto add = [&](Ids parents) {
        rev::Revision revision;
        revision.id = "r" + std::to_string(ladder.size());
        revision.revises = std::move(parents);
        ladder.push_back(std::move(revision));
        return ladder.back().id;
    };
    for (int i = 0; i < 10'000; ++i) {
        const auto fork = ladder.back().id;
        const auto left = add({fork});
        const auto right = add({fork});
        add({left, right});
    }
    for (int i = 0; i < 10'000; ++i) add({"r0"});
    const rev::Graph graph(ladder);
    CHECK(rev::history(graph, "").size() == graph.size());
    const auto up = rev::plan_upgrade(graph, {}, "heads");
    CHECK(up.steps.size() == graph.size());
    CHECK(rev::plan_downgrade(graph, up.to, "base").steps.size() == graph.size());
}
