// How refusals are worded: they name what to choose from, and commands that work.
#include <doctest/doctest.h>

#include <map>

#include "rev/plan.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

namespace {

template <typename Ask>
Error worded(Ask&& ask) {
    return to_error(refusal(ask));
}

bool says(const std::string& text, std::string_view part) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, "\"", text, "\" does not say \"", part, "\"");
    return true;
}

Graph labelled_diamond() { return graph_of("a -> b[left] c, b c -> d"); }

}  // namespace

TEST_CASE("an ambiguous prefix is answered with the candidates and their messages") {
    const auto error = worded([] { return resolve(graph_of("abcd1[abcore] -> abcd2"), "abc"); });
    CHECK(error.code() == "ambiguous_prefix");
    CHECK(error.exit_code() == ExitCode::graph);
    says(error.what(), "\n  abcd2, about abcd2");
    says(error.what(), "\n  abcore, the branch label of abcd1 (abcore), about abcd1");
    says(error.hint(), "`abcd1`, `abcd2` or `abcore`");
}

TEST_CASE("an unknown name is answered with the nearest") {
    CHECK(worded([] { return resolve(graph_of("ae1027a6acf4"), "ae1027a6adf4"); }).hint() ==
          "did you mean `ae1027a6acf4`?");
    says(worded([] { return resolve(graph_of("a"), "zzzzzz"); }).hint(), "`rev history`");
}

TEST_CASE("a misspelt word of targets is answered with the word, whatever command was asked") {
    const auto graph = graph_of("ae1027a6acf4[core] -> b1");
    for (const auto& each : std::map<std::string, std::string>{{"hed", "`head`"},
                                                               {"HEAD", "`head`"},
                                                               {"heds", "`heads`"},
                                                               {"bsae", "`base`"},
                                                               {"core@hed", "`core@head`"},
                                                               {"HEAD~2", "`head-2`"},
                                                               {"HEAD^", "`head-1`"},
                                                               {"latest", "`head`"},
                                                               {"zero", "`base`"}}) {
        const auto& given = each.first;
        const auto& meant = each.second;
        CAPTURE(given);
        says(worded([&] { return upgrade(graph, {}, given); }).hint(), "did you mean " + meant);
        if (given.find('@') == std::string::npos)
            says(worded([&] { return downgrade(graph, {"b1"}, given); }).hint(), "did you mean " + meant);
        says(worded([&] { return resolve(graph, given); }).hint(), "did you mean " + meant);
    }
}

TEST_CASE("a bare number is answered with the steps that were meant") {
    CHECK(worded([] { return upgrade(graph_of("a"), {}, "2"); }).hint() == "did you mean `+2`?");
    CHECK(worded([] { return downgrade(graph_of("a"), {"a"}, "1"); }).hint() == "did you mean `-1`?");
}

TEST_CASE("a target of the other direction is answered with what the command takes") {
    const auto up = worded([] { return upgrade(graph_of("a"), {"a"}, "-1"); });
    CHECK(up.code() == "bad_target");
    says(up.hint(), "upgrade takes `head`");
    says(up.hint(), "`rev downgrade -1`");
    says(up.hint(), "`man rev-targets`");
    const auto down = worded([] { return downgrade(graph_of("a"), {"a"}, "+1"); });
    says(down.hint(), "downgrade takes `-1`, `base`");
    says(down.hint(), "`rev upgrade +1`");
}

TEST_CASE("several heads have advice of the command that was asked") {
    const auto graph = graph_of("a -> b c");
    const std::vector<Target> head{"head"};
    const auto stamp = worded([&] { return plan_stamp(graph, {}, head, false); });
    says(stamp.hint(), "`rev stamp heads`");
    says(stamp.hint(), "`rev stamp b`");
    NewRevision request;
    request.id = "new1";
    const auto revision = worded([&] { return plan_new_revision(graph, request); });
    says(revision.hint(), "`--head b`");
    says(revision.hint(), "`rev merge -m \"merge heads\" b c`");
    request.heads = {"b"};
    request.depends_on = {"head"};
    CHECK(worded([&] { return plan_new_revision(graph, request); }).hint().find("--head") == std::string::npos);
    request.depends_on = {};
    request.heads = {"a"};
    says(worded([&] { return plan_new_revision(graph, request); }).hint(), "`--splice`");
    CHECK(worded([&] { return plan_merge(graph, request); }).hint().find("--splice") == std::string::npos);
}

TEST_CASE("several heads are listed with the commands that merge them and that upgrade all") {
    const auto error = worded([] { return upgrade(graph_of("a -> b c"), {}, "head"); });
    CHECK(error.code() == "multiple_heads");
    says(error.what(), "\n  b, about b\n  c, about c");
    says(error.hint(), "`rev merge -m \"merge heads\" b c`");
    says(error.hint(), "`rev upgrade heads`");
}

TEST_CASE("several heads of a branch are upgraded by the branch") {
    const auto error = worded([] { return upgrade(graph_of("a[core] -> b c"), {}, "core@head"); });
    says(error.hint(), "`rev upgrade core@heads`");
}

TEST_CASE("an ambiguous walk down names the parents and the forms that work") {
    const auto error = worded([] { return downgrade(labelled_diamond(), {"d"}, "-2"); });
    CHECK(error.code() == "ambiguous_walk");
    says(error.what(),
         "'-2' is ambiguous: d is a merge point of several revisions:\n  b (left), about b\n  c, about c");
    says(error.hint(), "`b` or `c`");
    says(error.hint(), "`b-1`");
    CHECK(text_of(downgrade(labelled_diamond(), {"d"}, "b")) == "d");
    CHECK(text_of(downgrade(labelled_diamond(), {"d"}, "b-1")) == "d b c");
}

TEST_CASE("an ambiguous walk up names the children and the forms that work") {
    const auto error = worded([] { return upgrade(labelled_diamond(), {"a"}, "+1"); });
    says(error.what(), "'+1' is ambiguous: several revisions follow a");
    says(error.hint(), "`left@+1` or `c@+1`");
    CHECK(text_of(upgrade(labelled_diamond(), {"a"}, "left@+1")) == "b");
    CHECK(text_of(upgrade(labelled_diamond(), {"a"}, "c@+1")) == "c");
}

TEST_CASE("a relative target with several rows names them and the forms that work") {
    const auto graph = graph_of("a -> b[left] c, b -> d, c -> e");
    const auto down = worded([&] { return downgrade(graph, {"d", "e"}, "-1"); });
    CHECK(down.code() == "several_rows");
    says(down.what(), "\n  d, about d\n  e, about e");
    says(down.hint(), "`d-1` or `e-1`");
    CHECK(text_of(downgrade(graph, {"d", "e"}, "d-1")) == "d");
    const auto up = worded([&] { return upgrade(graph, {"b", "c"}, "+1"); });
    says(up.hint(), "`left@+1` or `c@+1`");
    CHECK(text_of(upgrade(graph, {"b", "c"}, "c@+1")) == "e");
}

TEST_CASE("a cycle is printed as a path with the files") {
    const auto error = worded([] { return graph_of("base -> a, a -> b, b -> c, c => a, c -> d"); });
    CHECK(error.code() == "cycle");
    CHECK(std::string(error.what()) ==
          "the revisions form a cycle: a -> b -> c -> a:\n"
          "  b revises a (versions/b.sql)\n"
          "  c revises b (versions/c.sql)\n"
          "  a depends on c (versions/a.sql)");
}

TEST_CASE("a missing parent is located in its file") {
    auto revisions = revisions_of("abcdef, b");
    revisions.back().revises = {"abcdeg"};
    const auto error = worded([&] { return Graph(revisions); });
    CHECK(error.code() == "missing_parent");
    CHECK(error.location().file == "versions/b.sql");
    says(error.what(), "revision b revises 'abcdeg'");
    CHECK(error.hint() == "did you mean `abcdef`?");
}

TEST_CASE("an id used twice names both files") {
    auto revisions = revisions_of("a, b");
    revisions.back().id = "a";
    const auto error = worded([&] { return Graph(revisions); });
    says(error.what(), "a (versions/a.sql)");
    says(error.what(), "a (versions/b.sql)");
}

TEST_CASE("what the database holds is a matter of the database, what the targets say of the graph") {
    const auto graph = graph_of("a -> b");
    CHECK(worded([&] { return upgrade(graph, {"gone"}, "head"); }).exit_code() == ExitCode::database);
    CHECK(worded([&] { return upgrade(graph, {"a", "b"}, "head"); }).exit_code() == ExitCode::database);
    CHECK(worded([] { return upgrade(graph_of("a[x] -> b c, b => c"), {}, "x@heads"); }).exit_code() ==
          ExitCode::graph);
}

TEST_CASE("control characters of a message do not reach the terminal") {
    auto revisions = revisions_of("a -> b c");
    revisions[1].message = "\x1b[31mred";
    const auto error = worded([&] { return upgrade(Graph(revisions), {}, "head"); });
    says(error.what(), "\\x1b[31mred");
}

TEST_CASE("a long list is cut and says how many are left") {
    std::string text;
    for (int i = 0; i < 20; ++i) text += (i == 0 ? "" : ", ") + std::string("head") + std::to_string(i);
    const auto error = worded([&] { return upgrade(graph_of(text), {}, "head"); });
    says(error.what(), "... and 8 more");
    says(error.hint(), "merge -m \"merge heads\" heads`");
}

TEST_CASE("a long cycle is cut short") {
    std::string edges;
    for (int number = 0; number < 2000; ++number)
        edges += (number == 0 ? "r" : ", r") + std::to_string(number) + " -> r" + std::to_string((number + 1) % 2000);
    const auto text = std::string(worded([&] { return graph_of(edges); }).what());
    CHECK(text.size() < 2000);
    CHECK(text.find("(2000 in all)") != std::string::npos);
    CHECK(text.find("and 1988 more") != std::string::npos);
}

}  // namespace rev::test
