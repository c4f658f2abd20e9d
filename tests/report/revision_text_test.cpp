#include <doctest/doctest.h>

#include "report/revision_text.hpp"

using rev::Graph;
using rev::Revision;
using rev::report::append_line;
using rev::report::LineParts;
using rev::report::Style;

namespace {

Revision node(std::string id, std::vector<std::string> revises, std::string message = "") {
    Revision revision;
    revision.id = std::move(id);
    revision.revises = std::move(revises);
    revision.message = std::move(message);
    revision.path = "versions/" + revision.id + ".sql";
    return revision;
}

/// a1 <- b1, c1 <- m1; another base o1 that depends on m1.
Graph sample() {
    std::vector<Revision> revisions{node("a1", {}, "create account"), node("b1", {"a1"}, "b one"),
                                    node("c1", {"a1"}, "c one"), node("m1", {"b1", "c1"}, "merge"),
                                    node("o1", {}, "other")};
    revisions[1].branch_labels = {"bee"};
    revisions[4].depends_on = {"m1"};
    return Graph(std::move(revisions));
}

std::string line(const Graph& graph, const char* id, const LineParts& parts) {
    std::string text;
    rev::report::append_line(text, graph, *graph.find(id), parts, Style());
    return text;
}

}  // namespace

TEST_CASE("a line of the history is Alembic's") {
    const auto graph = sample();
    const LineParts all{.parents = true, .labels = true, .message = true};
    CHECK(line(graph, "a1", all) == "<base> -> a1 (branchpoint), create account");
    CHECK(line(graph, "b1", all) == "a1 -> b1 (bee), b one");
    CHECK(line(graph, "m1", all) == "b1, c1 -> m1 (bee) (effective head) (mergepoint), merge");
    CHECK(line(graph, "o1", all) == "<base> (m1) -> o1 (head), other");
}

TEST_CASE("the current mark stands between head and branch point") {
    const auto graph = sample();
    CHECK(line(graph, "m1", {.current = true}) == "m1 (effective head) (current) (mergepoint)");
    CHECK(line(graph, "a1", {.branch_and_merge_points = false, .current = true}) == "a1 (current)");
}

TEST_CASE("a message cannot steer the terminal") {
    const Graph graph({node("a1", {}, "clear \x1b[2J")});
    CHECK(line(graph, "a1", {.message = true}) == "a1 (head), clear \\x1b[2J");
}

TEST_CASE("details are Alembic's, the description between message and id") {
    const auto graph = sample();
    std::string text;
    rev::report::append_details(text, graph, *graph.find("a1"), "Why it is so.\n\nAnd more.", {.current = true},
                                Style());
    CHECK(text ==
          "Rev: a1 (branchpoint) (current)\n"
          "Parent: <base>\n"
          "Branches into: b1, c1\n"
          "Path: versions/a1.sql\n"
          "\n"
          "    create account\n"
          "    \n"
          "    Why it is so.\n"
          "    \n"
          "    And more.\n"
          "    \n"
          "    Revision ID: a1\n"
          "    Revises:\n");
}

TEST_CASE("details of a merge point name what it merges, labels and dependencies") {
    const auto graph = sample();
    std::string text;
    rev::report::append_details(text, graph, *graph.find("m1"), "", {}, Style());
    CHECK(text.starts_with("Rev: m1 (head) (mergepoint)\nMerges: b1, c1\nBranch names: bee\nPath: "));
    text.clear();
    rev::report::append_details(text, graph, *graph.find("o1"), "", {}, Style());
    CHECK(text.starts_with("Rev: o1 (head)\nParent: <base>\nAlso depends on: m1\nPath: "));
}

TEST_CASE("a branch point is followed by its children and a blank line") {
    const auto graph = sample();
    std::string text;
    rev::report::append_branch(text, graph, *graph.find("a1"), false, "", Style());
    CHECK(text == "a1 (branchpoint)\n   -> b1 (bee)\n   -> c1\n\n");
}

TEST_CASE("the labels of a merged branch are named where a revision carries them, those of others everywhere") {
    std::vector<Revision> revisions{node("a1", {}),           node("b1", {"a1"}), node("b2", {"b1"}),
                                    node("m1", {"a1", "b2"}), node("t1", {"m1"}), node("o1", {}),
                                    node("o2", {"o1"}),       node("o3", {"o1"}), node("o4", {"o2", "o3"})};
    revisions[1].branch_labels = {"bee"};
    revisions[5].branch_labels = {"other"};
    const Graph graph(std::move(revisions));
    const auto merged = rev::report::merged_labels(graph);
    CHECK(merged == std::set<std::string>{"bee"});
    const LineParts parts{.labels = true, .branch_and_merge_points = false, .named_once = &merged};
    CHECK(line(graph, "b1", parts) == "b1 (bee)");
    CHECK(line(graph, "b2", parts) == "b2");
    CHECK(line(graph, "t1", parts) == "t1 (head)");
    CHECK(line(graph, "o4", parts) == "o4 (other) (head)");
}
