#include <doctest/doctest.h>

#include "rev/plan.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;
using Targets = std::vector<std::string>;

Ids stamped(const Graph& graph, const Ids& rows, const Targets& targets, bool purge = false) {
    return stamp(graph, rows, targets, purge).to;
}

Kind refused(const Graph& graph, const Ids& rows, const Targets& targets) {
    return refusal([&] { return stamp(graph, rows, targets); }).kind;
}

Graph line() { return graph_of("aaaa -> bbbb, bbbb -> cccc"); }
Graph two_trees() { return graph_of("core1[core] -> core2, core2 -> core3, bill1[bill] -> bill2, core2 => bill1"); }

}  // namespace

TEST_CASE("a stamp moves the row in line with the target, up or down") {
    CHECK(stamped(line(), {}, {"bbbb"}) == Ids{"bbbb"});
    CHECK(stamped(line(), {"aaaa"}, {"head"}) == Ids{"cccc"});
    CHECK(stamped(line(), {"cccc"}, {"aaaa"}) == Ids{"aaaa"});
    CHECK(stamp(line(), {"bbbb"}, {"bbbb"}).steps.empty());
}

TEST_CASE("a stamp leaves the rows of other branches") {
    CHECK(stamped(graph_of("a -> b c"), {"b"}, {"c"}) == Ids{"b", "c"});
    CHECK(stamped(graph_of("a -> b, z"), {"a", "z"}, {"b"}) == Ids{"b", "z"});
}

TEST_CASE("a stamp of a merge point takes both rows away") {
    const auto graph = graph_of("a -> b c, b c -> d");
    const auto plan = stamp(graph, {"b", "c"}, {"d"});
    CHECK(rows_of(plan) == "[d]");
}

TEST_CASE("a stamp follows dependencies to the rows it affects") {
    CHECK(stamped(two_trees(), {"bill2"}, {"core1"}) == Ids{"core1"});
}

TEST_CASE("a stamp of several targets sets several rows") {
    CHECK(stamped(graph_of("a -> b c"), {}, {"b", "c"}) == Ids{"b", "c"});
    CHECK(stamped(graph_of("a -> b c"), {"a"}, {"heads"}) == Ids{"b", "c"});
    CHECK(refused(graph_of("a -> b c"), {}, {"head"}) == Kind::multiple_heads);
}

TEST_CASE("a target given twice counts once") {
    CHECK(stamped(line(), {"aaaa"}, {"bbbb", "bbbb"}) == Ids{"bbbb"});
    CHECK(stamped(line(), {"aaaa"}, {"head", "heads"}) == Ids{"cccc"});
}

TEST_CASE("a stamp of base removes all rows, each in a step of its own") {
    const auto graph = graph_of("a -> b c");
    const auto plan = stamp(graph, {"b", "c"}, {"base"});
    CHECK(rows_of(plan) == "[c] []");
    CHECK(text_of(plan) == "- -");
}

TEST_CASE("a stamp of label@base removes the rows that share lineage with the label") {
    CHECK(stamped(two_trees(), {"core3", "bill2"}, {"core@base"}).empty());
    CHECK(stamped(graph_of("a[x], z"), {"a", "z"}, {"x@base"}) == Ids{"z"});
}

TEST_CASE("a purge forgets all rows first, also those that no file has") {
    const auto graph = line();
    const auto plan = stamp(graph, {"gone", "aaaa"}, {"bbbb"}, true);
    CHECK(rows_of(plan) == "[bbbb]");
    CHECK(plan.steps.front().changes.size() == 3);
    CHECK(stamped(line(), {"gone"}, {"base"}, true).empty());
    CHECK(refused(line(), {"gone"}, {"bbbb"}) == Kind::unknown_row);
}

TEST_CASE("targets that take each other's rows away are refused before anything is written") {
    const auto graph = graph_of("a -> b c, b -> d, c -> e");
    CHECK(refused(graph, {"d", "e"}, {"b", "a"}) == Kind::overlapping_targets);
}

TEST_CASE("-N works only while there are no rows to compare with") {
    CHECK(stamped(line(), {}, {"-1"}) == Ids{"bbbb"});
    CHECK(stamped(line(), {}, {"-9"}).empty());
    CHECK(stamped(graph_of("a -> b, b -> c, z"), {}, {"-2"}) == Ids{"a"});
    CHECK(refused(line(), {"aaaa"}, {"-1"}) == Kind::bad_target);
}

TEST_CASE("with rows to compare, what stands behind a label must be clear without it, as in Alembic") {
    const auto graph = graph_of("abc1[x], abc2");
    CHECK(stamped(graph, {}, {"x@abc"}) == Ids{"abc1"});
    CHECK(refused(graph, {"abc1"}, {"x@abc"}) == Kind::ambiguous_prefix);
}

TEST_CASE("of rows that become one, the last keeps its place: those of the first target come first") {
    const auto graph = graph_of("a -> b, m, z");
    CHECK(stamped(graph, {"a", "z", "m"}, {"m", "b"}) == Ids{"b", "z"});
}

TEST_CASE("a stamp between rows that overlap is refused") {
    CHECK(refused(line(), {"aaaa", "cccc"}, {"bbbb"}) == Kind::overlapping_rows);
}

}  // namespace rev::test
