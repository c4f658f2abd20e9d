#include <doctest/doctest.h>

#include "graph/graph_support.hpp"
#include "graph/stamp.hpp"
#include "rev/plan.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;
using Targets = std::vector<std::string>;

Ids stamped(const Graph& graph, const Ids& rows, const Targets& targets, bool purge = false) {
    return stamp(graph, rows, targets, purge).to;
}

Kind refused_stamp(const Graph& graph, const Ids& rows, const Targets& targets) {
    return refusal([&] { return stamp(graph, rows, targets); }).kind;
}

/// The last rows, of which each change has hit one.
Ids recorded(const Graph& graph, const Ids& rows, const Ids& applied) {
    const auto plan = graph::plan_record(graph, rows, applied);
    CHECK_NOTHROW(static_cast<void>(rows_of(plan)));
    return plan.to;
}

Graph short_line() { return graph_of("aaaa -> bbbb, bbbb -> cccc"); }

}  // namespace

TEST_CASE("a stamp moves the row in line with the target, up or down") {
    CHECK(stamped(short_line(), {}, {"bbbb"}) == Ids{"bbbb"});
    CHECK(stamped(short_line(), {"aaaa"}, {"head"}) == Ids{"cccc"});
    CHECK(stamped(short_line(), {"cccc"}, {"aaaa"}) == Ids{"aaaa"});
    CHECK(stamp(short_line(), {"bbbb"}, {"bbbb"}).steps.empty());
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
    CHECK(refused_stamp(graph_of("a -> b c"), {}, {"head"}) == Kind::multiple_heads);
}

TEST_CASE("a target given twice counts once") {
    CHECK(stamped(short_line(), {"aaaa"}, {"bbbb", "bbbb"}) == Ids{"bbbb"});
    CHECK(stamped(short_line(), {"aaaa"}, {"head", "heads"}) == Ids{"cccc"});
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
    const auto graph = short_line();
    const auto plan = stamp(graph, {"gone", "aaaa"}, {"bbbb"}, true);
    CHECK(rows_of(plan) == "[bbbb]");
    CHECK(plan.steps.front().changes.size() == 3);
    CHECK(stamped(short_line(), {"gone"}, {"base"}, true).empty());
    CHECK(refused_stamp(short_line(), {"gone"}, {"bbbb"}) == Kind::unknown_row);
}

TEST_CASE("what others have applied becomes rows of what nothing applied stands on, in load order") {
    CHECK(recorded(short_line(), {}, {"bbbb", "aaaa"}) == Ids{"bbbb"});
    CHECK(recorded(graph_of("a -> b c"), {}, {"c", "a", "b"}) == Ids{"b", "c"});
    CHECK(recorded(graph_of("a -> b c, b c -> d"), {"c", "b"}, {"a", "b", "c", "d"}) == Ids{"d"});
    // By a dependency, too.
    CHECK(recorded(two_trees(), {}, {"core1", "core2", "bill1"}) == Ids{"bill1"});
    CHECK(recorded(two_trees(), {}, {"core1", "core2", "core3", "bill1"}) == Ids{"core3", "bill1"});
    CHECK(recorded(short_line(), {"aaaa"}, {}).empty());
}

TEST_CASE("rows that say already what others have applied stay as they are") {
    const auto graph = graph_of("a -> b c");
    const Ids rows{"c", "b"};
    const Ids applied{"a", "b", "c"};
    const auto plan = graph::plan_record(graph, rows, applied);
    CHECK(plan.steps.empty());
    CHECK(plan.to == rows);
}

TEST_CASE("what others have applied must be the project's, and so must the rows") {
    CHECK(refusal([] { return recorded(short_line(), {}, {"gone"}); }).kind == Kind::unknown_row);
    CHECK(refusal([] { return recorded(short_line(), {"gone"}, {"aaaa"}); }).kind == Kind::unknown_row);
}

TEST_CASE("targets that take each other's rows away are refused before anything is written") {
    const auto graph = graph_of("a -> b c, b -> d, c -> e");
    CHECK(refused_stamp(graph, {"d", "e"}, {"b", "a"}) == Kind::overlapping_targets);
}

TEST_CASE("-N works only while there are no rows to compare with") {
    CHECK(stamped(short_line(), {}, {"-1"}) == Ids{"bbbb"});
    CHECK(stamped(short_line(), {}, {"-9"}).empty());
    CHECK(stamped(graph_of("a -> b, b -> c, z"), {}, {"-2"}) == Ids{"a"});
    CHECK(refused_stamp(short_line(), {"aaaa"}, {"-1"}) == Kind::bad_target);
}

TEST_CASE("with rows to compare, what stands behind a label must be clear without it, as in Alembic") {
    const auto graph = graph_of("abc1[x], abc2");
    CHECK(stamped(graph, {}, {"x@abc"}) == Ids{"abc1"});
    CHECK(refused_stamp(graph, {"abc1"}, {"x@abc"}) == Kind::ambiguous_prefix);
}

TEST_CASE("of rows that become one, the last keeps its place: those of the first target come first") {
    const auto graph = graph_of("a -> b, m, z");
    CHECK(stamped(graph, {"a", "z", "m"}, {"m", "b"}) == Ids{"b", "z"});
}

TEST_CASE("a stamp between rows that overlap is refused") {
    CHECK(refused_stamp(short_line(), {"aaaa", "cccc"}, {"bbbb"}) == Kind::overlapping_rows);
}

}  // namespace rev::test
