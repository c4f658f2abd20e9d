// Symbols: what show, stamp, --head and absolute targets name.
#include <doctest/doctest.h>

#include "graph/graph_support.hpp"
#include "rev/graph.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;

std::string named(const Graph& graph, std::string_view symbol, const Ids& rows = {}) {
    return text_of(resolve(graph, symbol, rows));
}

Kind refused_symbol(const Graph& graph, std::string_view symbol) {
    return refusal([&] { return resolve(graph, symbol); }).kind;
}

}  // namespace

TEST_CASE("a full id, a label and a partial id name one revision") {
    const auto graph = graph_of("ae1027[accounts] -> 1975ea");
    CHECK(named(graph, "ae1027") == "ae1027");
    CHECK(named(graph, "accounts") == "ae1027");
    CHECK(named(graph, "1975") == "1975ea");
    CHECK(named(graph, "1") == "1975ea");
    CHECK(named(graph, "acc") == "ae1027");
}

TEST_CASE("names of three characters or fewer match only in full") {
    const auto graph = graph_of("abc -> abcd");
    CHECK(named(graph, "ab") == "abcd");
    CHECK(named(graph, "abc") == "abc");
}

TEST_CASE("an exact match wins over longer names") {
    const auto graph = graph_of("abcd -> abcd12");
    CHECK(named(graph, "abcd") == "abcd");
    CHECK(refused_symbol(graph, "abc") == Kind::ambiguous_prefix);
}

TEST_CASE("an ambiguous prefix names all candidates with their revisions, labels too") {
    const auto error = refusal([] { return resolve(graph_of("abcd1[abcore] -> abcd2"), "abc"); });
    CHECK(error.kind == Kind::ambiguous_prefix);
    CHECK(error.candidates == Ids{"abcd1", "abcd2", "abcore"});
    REQUIRE(error.revisions.size() == 3);
    CHECK(error.revisions[2].id == "abcd1");
}

TEST_CASE("prefixes are case-sensitive") {
    CHECK(refused_symbol(graph_of("abcdef"), "ABCD") == Kind::unknown_revision);
}

TEST_CASE("a misspelt name suggests the nearest ids and labels") {
    const auto graph = graph_of("ae1027a6acf4[accounts]");
    CHECK(refusal([&] { return resolve(graph, "ae1027a6adf4"); }).candidates == Ids{"ae1027a6acf4"});
    CHECK(refusal([&] { return resolve(graph, "acounts"); }).candidates == Ids{"accounts"});
}

TEST_CASE("the empty symbol is refused") {
    CHECK(refused_symbol(graph_of("a"), "") == Kind::bad_target);
    CHECK(refused_symbol(graph_of("a[core]"), "core@") == Kind::bad_target);
}

TEST_CASE("head is the only head; of several it lists them") {
    CHECK(named(graph_of("a -> b"), "head") == "b");
    const auto error = refusal([] { return resolve(graph_of("a -> b c"), "head"); });
    CHECK(error.kind == Kind::multiple_heads);
    REQUIRE(error.revisions.size() == 2);
    CHECK(error.revisions[1].id == "c");
}

TEST_CASE("heads leaves depended-upon heads out, while head counts them") {
    const auto graph = graph_of("p, p => q");
    CHECK(named(graph, "heads") == "q");
    CHECK(refused_symbol(graph, "head") == Kind::multiple_heads);
}

TEST_CASE("label@head and label@heads are the heads in line with the label by revises") {
    const auto graph = two_trees();
    CHECK(named(graph, "core@head") == "core3");
    CHECK(named(graph, "bill@heads") == "bill2");
    CHECK(named(graph, "core2@head") == "core3");
    CHECK(named(graph_of("a[x] -> b c"), "x@heads") == "b c");
    CHECK(refused_symbol(graph_of("a[x] -> b c"), "x@head") == Kind::multiple_heads);
}

TEST_CASE("base names nothing, with a label too, even one that there is not") {
    CHECK(named(two_trees(), "base") == "");
    CHECK(named(two_trees(), "core@base") == "");
    CHECK(named(two_trees(), "nosuch@base") == "");
}

TEST_CASE("label@id must be in line with the label") {
    const auto graph = two_trees();
    CHECK(named(graph, "core@core3") == "core3");
    CHECK(refused_symbol(graph, "core@bill2") == Kind::not_in_branch);
    CHECK(refused_symbol(graph, "nosuch@core3") == Kind::unknown_revision);
}

TEST_CASE("a label drops the candidates of other branches before they are counted") {
    const auto graph = graph_of("same1[left], same2[right]");
    CHECK(named(graph, "left@same") == "same1");
    CHECK(refused_symbol(graph, "same") == Kind::ambiguous_prefix);
}

TEST_CASE("-N is N down from every real head of the project") {
    CHECK(named(graph_of("a -> b, b -> c"), "-1") == "b");
    CHECK(named(graph_of("a -> b c, b -> d, c -> e"), "-1") == "b c");
    CHECK(named(graph_of("a -> b"), "-2") == "");
    CHECK(refused_symbol(graph_of("a -> b"), "-3") == Kind::walk_too_far);
    CHECK(refused_symbol(graph_of("a -> b c, b c -> d"), "-1") == Kind::ambiguous_walk);
}

TEST_CASE("label@-N only counts heads that carry the label") {
    CHECK(named(graph_of("a -> b[x] c, b -> d, c -> e"), "x@-1") == "b");
}

TEST_CASE("no other relative form is a symbol") {
    const auto graph = graph_of("aaaa -> bbbb, bbbb -> cccc");
    for (const char* symbol : {"+1", "aaaa+1", "head-1", "bbbb-1"}) {
        CHECK_THROWS_AS((void)resolve(graph, symbol), GraphError);
    }
}

TEST_CASE("a name that reads like a relative target is the name") {
    CHECK(named(graph_of("a[data-2] -> b"), "data-2") == "a");
}

TEST_CASE("current names the rows") {
    CHECK(named(graph_of("a -> b c"), "current", {"c", "b"}) == "c b");
    CHECK(named(graph_of("a"), "current") == "");
    CHECK(refusal([] { return resolve(graph_of("abcdef"), "current", Ids{"abcde"}); }).kind == Kind::unknown_row);
}

TEST_CASE("resolve_one refuses what names none or several") {
    const auto graph = graph_of("a -> b c");
    CHECK(resolve_one(graph, "a").id == "a");
    CHECK(refusal([&] { return resolve_one(graph, "base"); }).kind == Kind::unknown_revision);
    CHECK(refusal([&] { return resolve_one(graph, "heads"); }).kind == Kind::multiple_heads);
}

TEST_CASE("current prints the rows and the tips that they imply through dependencies") {
    const auto graph = two_trees();
    CHECK(text_of(current(graph, Ids{"bill2"})) == "bill2 core2");
    CHECK(text_of(applied(graph, Ids{"bill2"})) == "core1 core2 bill1 bill2");
    CHECK(refusal([&] { return current(graph, Ids{"gone"}); }).kind == Kind::unknown_row);
}

}  // namespace rev::test
