#include "rev/graph.hpp"

#include <doctest/doctest.h>

#include "support/graph_of.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;

std::string labels_of(const Graph& graph, const char* id) {
    std::string text;
    for (const auto& label : graph.labels(*graph.find(id))) text += (text.empty() ? "" : " ") + label;
    return text;
}

Kind refused_graph(const char* text) {
    return refusal([&] { return graph_of(text); }).kind;
}

}  // namespace

TEST_CASE("an empty graph has no heads and no bases, and every list of it is empty") {
    const Graph graph({});
    CHECK(graph.heads().empty());
    CHECK(graph.bases().empty());
    CHECK(history(graph, "").empty());
    CHECK(upgrade(graph, {}, "head").steps.empty());
    CHECK(upgrade(graph, {}, "heads").steps.empty());
    CHECK(downgrade(graph, {}, "base").steps.empty());
}

TEST_CASE("a diamond has one base, one branch point, one merge point and one head") {
    const auto graph = graph_of("a -> b c, b c -> d");
    CHECK(text_of(graph.bases()) == "a");
    CHECK(text_of(graph.branch_points()) == "a");
    CHECK(text_of(graph.merge_points()) == "d");
    CHECK(text_of(graph.heads()) == "d");
    CHECK(text_of(graph.children(*graph.find("a"))) == "b c");
}

TEST_CASE("a head that others depend on is a head, but no real head") {
    const auto graph = graph_of("p, q, p => q");
    CHECK(text_of(graph.heads()) == "p q");
    CHECK(text_of(graph.real_heads()) == "q");
    CHECK(text_of(resolved_heads(graph)) == "q");
    CHECK(graph.is_depended_upon(*graph.find("p")));
    CHECK_FALSE(graph.is_depended_upon(*graph.find("q")));
}

TEST_CASE("a base that depends on another branch is a base, but no real base") {
    const auto graph = graph_of("p, p => q");
    CHECK(text_of(graph.bases()) == "p q");
    CHECK(text_of(graph.real_bases()) == "p");
}

TEST_CASE("dependencies count neither for branch points nor for heads") {
    const auto graph = graph_of("a -> b, a => x y");
    CHECK(graph.branch_points().empty());
    CHECK_FALSE(graph.is_branch_point(*graph.find("a")));
}

TEST_CASE("heads and bases come in load order") {
    const auto graph = graph_of("z, a, m");
    CHECK(text_of(graph.heads()) == "z a m");
    CHECK(text_of(graph.bases()) == "z a m");
}

TEST_CASE("a dependency by label is resolved to the label's revision") {
    auto revisions = revisions_of("a[core] -> b, q");
    revisions.back().depends_on = {"core"};
    const Graph graph(revisions);
    CHECK(text_of(graph.dependencies(*graph.find("q"))) == "a");
}

TEST_CASE("a dependency that an ancestor has already is not effective") {
    const auto graph = graph_of("p, a -> b, p => a, p => b");
    CHECK(text_of(graph.dependencies(*graph.find("b"))) == "p");
    CHECK(graph.effective_dependencies(*graph.find("b")).empty());
    CHECK(text_of(graph.effective_dependencies(*graph.find("a"))) == "p");
}

TEST_CASE("a dependency that is an ancestor itself stays effective") {
    const auto graph = graph_of("a -> b, b -> c, a => c");
    CHECK(text_of(graph.effective_dependencies(*graph.find("c"))) == "a");
}

TEST_CASE("effective dependencies come by id") {
    const auto graph = graph_of("n, m, n m => q");
    CHECK(text_of(graph.dependencies(*graph.find("q"))) == "n m");
    CHECK(text_of(graph.effective_dependencies(*graph.find("q"))) == "m n");
}

TEST_CASE("a label is on its revision, on all above it and on the line below it") {
    const auto graph = graph_of("p1 -> p2[late], p2 -> p3");
    CHECK(labels_of(graph, "p1") == "late");
    CHECK(labels_of(graph, "p3") == "late");
}

TEST_CASE("a label does not go down where its branch is no single line") {
    const auto graph = graph_of("p1 -> p2[late], p2 -> p3 p4");
    CHECK(labels_of(graph, "p1") == "");
    CHECK(labels_of(graph, "p3") == "late");
    CHECK(labels_of(graph, "p4") == "late");
}

TEST_CASE("a label stops going down at a branch point, a merge point or a revision depended upon by two") {
    CHECK(labels_of(graph_of("a -> b c, b -> d[x]"), "b") == "x");
    CHECK(labels_of(graph_of("a -> b c, b -> d[x]"), "a") == "");
    CHECK(labels_of(graph_of("a b -> m, m -> n[x]"), "m") == "");
    CHECK(labels_of(graph_of("a -> b[x], a => q"), "a") == "");
}

TEST_CASE("a label goes on down past a revision that one other both revises and depends on") {
    CHECK(labels_of(graph_of("a -> b, a => b, b -> c[x]"), "a") == "x");
}

TEST_CASE("labels of two branches meet on their merge") {
    CHECK(labels_of(graph_of("a -> b[two] c[one], b c -> d"), "d") == "one two");
}

TEST_CASE("a missing parent names the revision that wants it and the nearest id") {
    const auto error = refusal([] {
        Revision first;
        first.id = "abcdef";
        Revision second;
        second.id = "b";
        second.revises = {"abcdeg"};
        return Graph({first, second});
    });
    CHECK(error.kind == Kind::missing_parent);
    CHECK(error.symbol == "abcdeg");
    CHECK(error.revisions.at(0).id == "b");
    CHECK(error.candidates == Ids{"abcdef"});
}

TEST_CASE("a dependency may not be a partial id") {
    auto revisions = revisions_of("abcdef, q");
    revisions.back().depends_on = {"abcd"};
    CHECK(refusal([&] { return Graph(revisions); }).kind == Kind::missing_dependency);
}

TEST_CASE("a parent may not be a label") {
    auto revisions = revisions_of("a[core], b");
    revisions.back().revises = {"core"};
    CHECK(refusal([&] { return Graph(revisions); }).kind == Kind::missing_parent);
}

TEST_CASE("a revision that revises itself or depends on itself is a cycle") {
    CHECK(refused_graph("a -> a") == Kind::cycle);
    CHECK(refused_graph("a => a") == Kind::cycle);
}

TEST_CASE("a cycle between a base and a head is found and shown as a path from a revision to itself") {
    const auto error = refusal([] { return graph_of("base -> a, a -> b, b -> a, b -> c"); });
    REQUIRE(error.kind == Kind::cycle);
    REQUIRE(error.revisions.size() == 3);
    CHECK(error.revisions.front().id == error.revisions.back().id);
}

TEST_CASE("a cycle through a dependency is a cycle") { CHECK(refused_graph("a -> b, b => a") == Kind::cycle); }

TEST_CASE("a long cycle is shown in the order of its edges") {
    const auto error = refusal([] { return graph_of("a -> b, b -> c, c -> d, d -> a"); });
    REQUIRE(error.revisions.size() == 5);
    for (std::size_t i = 0; i + 1 < error.revisions.size(); ++i) {
        CHECK(error.revisions[i].revises == Ids{error.revisions[i + 1].id});
    }
}

TEST_CASE("an id that two files have is refused with both files") {
    auto revisions = revisions_of("a, b");
    revisions.back().id = "a";
    const auto error = refusal([&] { return Graph(revisions); });
    CHECK(error.kind == Kind::duplicate_id);
    REQUIRE(error.revisions.size() == 2);
    CHECK(error.revisions[0].path == "versions/a.sql");
    CHECK(error.revisions[1].path == "versions/b.sql");
}

TEST_CASE("a label on two revisions, twice on one, or equal to any id is refused") {
    CHECK(refused_graph("a[x], b[x]") == Kind::duplicate_label);
    CHECK(refused_graph("a[x|x]") == Kind::duplicate_label);
    CHECK(refused_graph("a[b], b") == Kind::duplicate_label);
    CHECK(refused_graph("a[a]") == Kind::duplicate_label);
}

TEST_CASE("an id with a character of the target grammar is refused") {
    for (const char* id : {"a@b", "a-b", "a+b", "a:b", ""}) {
        Revision revision;
        revision.id = id;
        CHECK(refusal([&] { return Graph({revision}); }).kind == Kind::invalid_id);
    }
}

TEST_CASE("a graph can be moved, and what it gave stays valid") {
    auto graph = graph_of("a -> b");
    const auto heads = graph.heads();
    const Graph moved(std::move(graph));
    CHECK(heads.front() == moved.find("b"));
    CHECK(moved.find("c") == nullptr);
}

}  // namespace rev::test
