// What `rev revision` and `rev merge` may write.
#include <doctest/doctest.h>

#include "rev/graph.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;

NewRevision request(const char* id, std::vector<std::string> heads = {"head"}) {
    NewRevision request;
    request.id = id;
    request.heads = std::move(heads);
    return request;
}

NewRevision spliced(NewRevision request) {
    request.splice = true;
    return request;
}

Kind refused_new_revision(const Graph& graph, const NewRevision& request) {
    return refusal([&] { return plan_new_revision(graph, request); }).kind;
}

Graph fork() { return graph_of("base1[core] -> left1 right1"); }

}  // namespace

TEST_CASE("a new revision revises the head; in an empty project it is a base") {
    CHECK(plan_new_revision(graph_of("a -> b"), request("c")).revises == Ids{"b"});
    CHECK(plan_new_revision(Graph({}), request("c")).revises.empty());
}

TEST_CASE("with several heads one must be named") {
    CHECK(refused_new_revision(fork(), request("c")) == Kind::multiple_heads);
    CHECK(plan_new_revision(fork(), request("c", {"left"})).revises == Ids{"left1"});
    CHECK(plan_new_revision(fork(), request("c", {"heads"})).revises == Ids{"left1", "right1"});
}

TEST_CASE("base as the head starts a new tree") {
    CHECK(plan_new_revision(fork(), request("c", {"base"})).revises.empty());
}

TEST_CASE("a parent that is no head needs splice") {
    CHECK(refused_new_revision(fork(), request("c", {"base1"})) == Kind::not_a_head);
    CHECK(plan_new_revision(fork(), spliced(request("c", {"base1"}))).revises == Ids{"base1"});
}

TEST_CASE("a head that others depend on may be revised without splice") {
    CHECK(plan_new_revision(graph_of("p, p => q"), request("r", {"p"})).revises == Ids{"p"});
}

TEST_CASE("the same parent twice is refused, however it is named") {
    CHECK(refused_new_revision(fork(), request("c", {"left1", "left"})) == Kind::bad_new_revision);
}

TEST_CASE("an id that exists, is a label, is reserved or holds the grammar's characters is refused") {
    for (const char* id : {"left1", "core", "head", "a-b", ""}) {
        CHECK(refused_new_revision(fork(), request(id, {"left1"})) == Kind::bad_new_revision);
    }
}

TEST_CASE("a branch label that is in use, an id, or given twice is refused") {
    for (const auto& labels : {Ids{"core"}, Ids{"left1"}, Ids{"x", "x"}, Ids{"c"}}) {
        auto wanted = request("c", {"left1"});
        wanted.branch_labels = labels;
        CHECK(refused_new_revision(fork(), wanted) == Kind::duplicate_label);
    }
}

TEST_CASE("a dependency is written as the full id, but a label stays the label") {
    auto wanted = request("c", {"left1"});
    wanted.depends_on = {"right", "core"};
    CHECK(plan_new_revision(fork(), wanted).depends_on == Ids{"right1", "core"});
}

TEST_CASE("a dependency that names nothing, several or base is refused") {
    for (const auto& [name, kind] : {std::pair{"nosuch", Kind::unknown_revision},
                                     {"base", Kind::bad_new_revision},
                                     {"heads", Kind::multiple_heads}}) {
        auto wanted = request("c", {"left1"});
        wanted.depends_on = {name};
        CHECK(refused_new_revision(fork(), wanted) == kind);
    }
}

TEST_CASE("a merge takes heads in the order given; one alone is a plain child") {
    CHECK(plan_merge(fork(), request("m", {"right1", "left1"})).revises == Ids{"right1", "left1"});
    CHECK(plan_merge(fork(), request("m", {"left1"})).revises == Ids{"left1"});
}

TEST_CASE("a merge with an ancestor needs splice") {
    CHECK(refusal([] { return plan_merge(fork(), request("m", {"left1", "base1"})); }).kind == Kind::not_a_head);
    CHECK(plan_merge(fork(), spliced(request("m", {"left1", "base1"}))).revises == Ids{"left1", "base1"});
}

TEST_CASE("what is planned makes a sound graph") {
    auto revisions = revisions_of("base1[core] -> left1 right1");
    auto wanted = request("m", {"heads"});
    wanted.branch_labels = {"joined"};
    wanted.depends_on = {"core"};
    revisions.push_back(plan_merge(Graph(revisions), wanted));
    CHECK(text_of(Graph(revisions).heads()) == "m");
}

}  // namespace rev::test
