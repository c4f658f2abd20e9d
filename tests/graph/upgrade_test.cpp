#include <doctest/doctest.h>

#include "graph/graph_support.hpp"
#include "rev/plan.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;

std::string upgrade_steps(const Graph& graph, const Ids& rows, std::string_view target) {
    return text_of(upgrade(graph, rows, target));
}

Kind refused_upgrade(const Graph& graph, const Ids& rows, std::string_view target) {
    return refusal([&] { return upgrade(graph, rows, target); }).kind;
}

}  // namespace

TEST_CASE("an upgrade runs all missing ancestors, parents first") {
    CHECK(upgrade_steps(line(), {}, "head") == "aaaa bbbb cccc dddd");
    CHECK(upgrade_steps(line(), {"bbbb"}, "cccc") == "cccc");
}

TEST_CASE("an upgrade of a merge runs the last parent's branch first and leaves one row") {
    const auto graph = graph_of("a -> b c, b c -> d");
    const auto plan = upgrade(graph, {}, "head");
    CHECK(text_of(plan) == "a c b d");
    CHECK(rows_of(plan) == "[a] [c] [c b] [d]");
    CHECK(plan.to == Ids{"d"});
}

TEST_CASE("an upgrade to what is applied already, or to base, does nothing") {
    CHECK(upgrade_steps(line(), {"cccc"}, "aaaa") == "");
    CHECK(upgrade_steps(line(), {"cccc"}, "cccc") == "");
    CHECK(upgrade_steps(line(), {"cccc"}, "base") == "");
}

TEST_CASE("an upgrade pulls dependencies in and leaves other branches alone") {
    CHECK(upgrade_steps(two_trees(), {}, "bill1") == "core1 core2 bill1");
    CHECK(upgrade_steps(two_trees(), {"bill1"}, "bill@head") == "bill2");
    CHECK(rows_of(upgrade(two_trees(), {"bill2"}, "core@head")) == "[bill2 core3]");
}

TEST_CASE("a depended-upon head has no row while what depends on it is applied") {
    const auto graph = graph_of("p, p => q");
    const auto plan = upgrade(graph, {}, "heads");
    CHECK(rows_of(plan) == "[p] [q]");
}

TEST_CASE("+N counts from the one current row, or from nothing") {
    CHECK(upgrade_steps(line(), {}, "+2") == "aaaa bbbb");
    CHECK(upgrade_steps(line(), {"bbbb"}, "+1") == "cccc");
    CHECK(refused_upgrade(line(), {"cccc"}, "+2") == Kind::walk_too_far);
    CHECK(refused_upgrade(graph_of("a -> b c"), {"b", "c"}, "+1") == Kind::several_rows);
}

TEST_CASE("+N at a fork is ambiguous, and a branch says the way") {
    const auto graph = graph_of("a -> b[x] c");
    CHECK(refused_upgrade(graph, {"a"}, "+1") == Kind::ambiguous_walk);
    CHECK(upgrade_steps(graph, {"a"}, "x@+1") == "b");
    CHECK(upgrade_steps(graph, {"a"}, "c@+1") == "c");
}

TEST_CASE("label@+N starts at the row in line with the label, at the branch's applied top, or at its base") {
    CHECK(upgrade_steps(two_trees(), {"core1"}, "core@+1") == "core2");
    CHECK(upgrade_steps(two_trees(), {"bill1"}, "core@+1") == "core3");
    CHECK(upgrade_steps(two_trees(), {"core3"}, "bill@+1") == "bill1");
}

TEST_CASE("ID+N and ID-N are walked from the id") {
    CHECK(upgrade_steps(line(), {}, "aaaa+1") == "aaaa bbbb");
    CHECK(upgrade_steps(line(), {}, "dddd-2") == "aaaa bbbb");
    CHECK(upgrade_steps(line(), {}, "aaaa+0") == "aaaa");
    CHECK(upgrade_steps(line(), {}, "head-1") == "aaaa bbbb cccc");
    CHECK(refused_upgrade(line(), {}, "aaaa-1") == Kind::walk_too_far);
    CHECK(refused_upgrade(line(), {}, "dddd+1") == Kind::walk_too_far);
}

TEST_CASE("-N, +0 and a range are no targets of an upgrade") {
    CHECK(refused_upgrade(line(), {"bbbb"}, "-1") == Kind::bad_target);
    CHECK(refused_upgrade(line(), {"bbbb"}, "+0") == Kind::bad_target);
    CHECK(refused_upgrade(line(), {"bbbb"}, "-0") == Kind::bad_target);
    CHECK(refused_upgrade(line(), {}, "aaaa:bbbb") == Kind::bad_target);
}

TEST_CASE("what follows the digits of a relative target is refused") {
    CHECK_THROWS_AS((void)upgrade(line(), {}, "+1junk"), GraphError);
}

TEST_CASE("a row that no file has is refused, and a partial id is no row") {
    CHECK(refused_upgrade(line(), {"gone"}, "head") == Kind::unknown_row);
    CHECK(refused_upgrade(line(), {"aaa"}, "head") == Kind::unknown_row);
}

TEST_CASE("rows of which one is below another are refused") {
    CHECK(refused_upgrade(line(), {"aaaa", "bbbb"}, "head") == Kind::overlapping_rows);
}

TEST_CASE("targets of which one is below another are refused") {
    CHECK(refused_upgrade(graph_of("a[x] -> b c, b => c"), {}, "x@heads") == Kind::overlapping_targets);
}

TEST_CASE("several heads where one is wanted are listed") {
    const auto error = refusal([] { return upgrade(graph_of("a -> b c"), {}, "head"); });
    CHECK(error.kind == Kind::multiple_heads);
    CHECK(error.revisions.size() == 2);
}

}  // namespace rev::test
