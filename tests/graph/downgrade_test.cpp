#include <doctest/doctest.h>

#include "graph/graph_support.hpp"
#include "rev/plan.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;

std::string downgrade_steps(const Graph& graph, const Ids& rows, std::string_view target) {
    return text_of(downgrade(graph, rows, target));
}

Kind refused_downgrade(const Graph& graph, const Ids& rows, std::string_view target) {
    return refusal([&] { return downgrade(graph, rows, target); }).kind;
}

Graph diamond() { return graph_of("a -> b c, b c -> d"); }

}  // namespace

TEST_CASE("a downgrade undoes what is above the target, children first, and keeps the target") {
    const auto graph = line();
    const auto plan = downgrade(graph, {"dddd"}, "bbbb");
    CHECK(text_of(plan) == "dddd cccc");
    CHECK(rows_of(plan) == "[cccc] [bbbb]");
    CHECK(downgrade_steps(line(), {"cccc"}, "base") == "cccc bbbb aaaa");
}

TEST_CASE("downgrade of a merge keeps the other branch") {
    CHECK(rows_of(downgrade(diamond(), {"d"}, "b")) == "[c b]");
    CHECK(downgrade_steps(diamond(), {"d"}, "a") == "d b c");
    CHECK(rows_of(downgrade(diamond(), {"d"}, "a")) == "[c b] [c] [a]");
}

TEST_CASE("downgrade -1 at a merge point undoes the merge and leaves its parents as rows") {
    const auto graph = diamond();
    const auto plan = downgrade(graph, {"d"}, "-1");
    CHECK(text_of(plan) == "d");
    CHECK(rows_of(plan) == "[c b]");
}

TEST_CASE("downgrade -2 that would go on below a merge point is ambiguous") {
    const auto error = refusal([] { return downgrade(diamond(), {"d"}, "-2"); });
    CHECK(error.kind == Kind::ambiguous_walk);
    CHECK(error.origin == "d");
    REQUIRE(error.revisions.size() == 2);
    CHECK(error.revisions[0].id == "b");
}

TEST_CASE("downgrade -N with several rows is refused and lists them") {
    const auto error = refusal([] { return downgrade(diamond(), {"c", "b"}, "-1"); });
    CHECK(error.kind == Kind::several_rows);
    REQUIRE(error.revisions.size() == 2);
    CHECK(error.revisions[0].id == "c");
}

TEST_CASE("downgrade -N takes N steps, down to nothing, and no further") {
    CHECK(downgrade_steps(line(), {"dddd"}, "-1") == "dddd");
    CHECK(downgrade_steps(line(), {"bbbb"}, "-2") == "bbbb aaaa");
    CHECK(refused_downgrade(line(), {"bbbb"}, "-3") == Kind::walk_too_far);
    CHECK(refused_downgrade(line(), {}, "-1") == Kind::walk_too_far);
    CHECK(refused_downgrade(line(), {"bbbb"}, "base-0") == Kind::walk_too_far);
}

TEST_CASE("downgrade -N stays on the row's branch where the end has other children") {
    CHECK(downgrade_steps(graph_of("a -> b c, b -> d"), {"d"}, "-2") == "d b");
}

TEST_CASE("label@-N starts at the row in line with the label") {
    const auto graph = graph_of("a -> b[x] c[y], b -> d, c -> e");
    CHECK(downgrade_steps(graph, {"d", "e"}, "x@-1") == "d");
    CHECK(downgrade_steps(graph, {"d", "e"}, "y@-2") == "e c");
    CHECK(refused_downgrade(graph, {"d"}, "nosuch@-1") == Kind::unknown_revision);
}

TEST_CASE("label@-N starts at the branch's applied top where the label has no row") {
    CHECK(downgrade_steps(two_trees(), {"bill2"}, "core@-1") == "bill2 bill1 core2");
    CHECK(refused_downgrade(two_trees(), {"core1"}, "bill@-1") == Kind::not_a_downgrade_target);
}

TEST_CASE("ID-N and ID+N are walked from the id") {
    CHECK(downgrade_steps(line(), {"dddd"}, "dddd-1") == "dddd");
    CHECK(downgrade_steps(line(), {"dddd"}, "aaaa+1") == "dddd cccc");
    CHECK(downgrade_steps(line(), {"dddd"}, "aaaa-1") == "dddd cccc bbbb aaaa");
}

TEST_CASE("+N is no target of a downgrade") {
    CHECK(refused_downgrade(line(), {"dddd"}, "+1") == Kind::bad_target);
    CHECK(refused_downgrade(two_trees(), {"core3"}, "core@+1") == Kind::bad_target);
}

TEST_CASE("what depends on a revision that goes, goes first; what it stood on stays") {
    const auto graph = graph_of("core1[core] -> core2, bill0[bill] -> bill1, core2 => bill1, bill1 -> bill2");
    const auto plan = downgrade(graph, {"bill2"}, "core@base");
    CHECK(text_of(plan) == "bill2 bill1 core2 core1");
    CHECK(plan.to == Ids{"bill0"});
}

TEST_CASE("label@target keeps the branches that the label is not on") {
    const auto graph = graph_of("a -> b[x] c[y]");
    CHECK(downgrade_steps(graph, {"b", "c"}, "a") == "b c");
    CHECK(downgrade_steps(graph, {"b", "c"}, "x@a") == "b");
    CHECK(downgrade(graph, {"b", "c"}, "x@a").to == Ids{"c"});
}

TEST_CASE("a label that there is not is refused, also where it would have no effect") {
    CHECK(refused_downgrade(line(), {"dddd"}, "nosuch@base") == Kind::unknown_revision);
    CHECK(refused_downgrade(line(), {"dddd"}, "nosuch@bbbb") == Kind::unknown_revision);
    CHECK(refused_downgrade(graph_of("a, b"), {"a", "b"}, "nosuch@base-1") == Kind::unknown_revision);
}

TEST_CASE("a label none of whose branch is above the target is refused") {
    CHECK(refused_downgrade(graph_of("a -> b c, z[q]"), {"b", "c", "z"}, "q@a") == Kind::not_a_downgrade_target);
}

TEST_CASE("a downgrade to where the database is does nothing; elsewhere above or beside it is refused") {
    CHECK(downgrade_steps(line(), {"bbbb"}, "bbbb") == "");
    CHECK(downgrade_steps(line(), {}, "base") == "");
    CHECK(refused_downgrade(line(), {"bbbb"}, "cccc") == Kind::not_a_downgrade_target);
    CHECK(refused_downgrade(graph_of("p, p => q"), {"q"}, "p") == Kind::not_a_downgrade_target);
}

TEST_CASE("rows are the tops of what is applied, also below a redundant parent") {
    const auto graph = graph_of("a -> b, a b -> c, z");
    const auto plan = downgrade(graph, {"c", "z"}, "b");
    CHECK(rows_of(plan) == "[b z]");
    CHECK(text_of(upgrade(graph_of("a -> b, a b -> c"), {}, "c")) == "a b c");
    CHECK(rows_of(upgrade(graph_of("a -> b, a b -> c"), {}, "c")) == "[a] [b] [c]");
}

TEST_CASE("a downgrade below a dependency gives the depended-upon head its row back") {
    CHECK(rows_of(downgrade(graph_of("p, p => q"), {"q"}, "q@base")) == "[p]");
}

TEST_CASE("rows that overlap can still be taken down") {
    CHECK(rows_of(downgrade(line(), {"bbbb", "dddd"}, "base")) == "[bbbb cccc] [bbbb] [aaaa] []");
}

}  // namespace rev::test
