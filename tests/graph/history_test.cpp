#include <doctest/doctest.h>

#include "graph/graph_support.hpp"
#include "rev/graph.hpp"

namespace rev::test {

namespace {

using Kind = GraphError::Kind;

std::string listed(const Graph& graph, std::string_view range, const Ids& rows = {}) {
    return text_of(history(graph, range, rows));
}

Kind refused_history(const Graph& graph, std::string_view range, const Ids& rows = {}) {
    return refusal([&] { return history(graph, range, rows); }).kind;
}

}  // namespace

TEST_CASE("history is newest first, one branch after the other, the first parent of a merge first") {
    CHECK(listed(line(), "") == "dddd cccc bbbb aaaa");
    CHECK(listed(graph_of("a -> b c, b -> b2, c -> c2, b2 c2 -> d"), "") == "d b2 b c2 c a");
}

TEST_CASE("a range holds both its ends; an open end is base or the heads") {
    CHECK(listed(line(), "bbbb:cccc") == "cccc bbbb");
    CHECK(listed(line(), "cccc:") == "dddd cccc");
    CHECK(listed(line(), ":bbbb") == "bbbb aaaa");
    CHECK(listed(line(), ":") == "dddd cccc bbbb aaaa");
}

TEST_CASE("a range without a colon, or with two, is refused") {
    CHECK(refused_history(line(), "bbbb") == Kind::bad_target);
    CHECK(refused_history(line(), "a:b:c") == Kind::bad_target);
}

TEST_CASE("the ends of a range the wrong way round, or on two branches, are refused") {
    CHECK(refused_history(line(), "cccc:bbbb") == Kind::not_in_range);
    CHECK(refused_history(graph_of("a -> b c"), "b:c") == Kind::not_in_range);
}

TEST_CASE("what a dependency brought in is in the whole history, but not above a start") {
    const auto graph = graph_of("p, a -> b, p => b");
    CHECK(listed(graph, ":b") == "b a p");
    CHECK(listed(graph, "a:b") == "b a");
}

TEST_CASE("current stands for the rows at one end") {
    CHECK(listed(line(), "current:", {"cccc"}) == "dddd cccc");
    CHECK(listed(line(), ":current", {"bbbb"}) == "bbbb aaaa");
    CHECK(refused_history(line(), "current:current", {"bbbb"}) == Kind::bad_target);
}

TEST_CASE("up to current without rows there is nothing, but what the start names must be there") {
    CHECK(listed(line(), ":current") == "");
    CHECK(listed(line(), "bbbb:current") == "");
    CHECK(refused_history(line(), "nosuch:current") == Kind::unknown_revision);
    CHECK(refused_history(line(), "nosuch@-1:current") == Kind::unknown_revision);
}

TEST_CASE("+N as the end counts from the start and stops at the top") {
    CHECK(listed(line(), "aaaa:+1") == "bbbb aaaa");
    CHECK(listed(line(), ":+2") == "bbbb aaaa");
    CHECK(listed(line(), "bbbb:+9") == "dddd cccc bbbb");
    CHECK(listed(line(), "current:+1", {"bbbb"}) == "cccc bbbb");
    CHECK(listed(line(), "-2:aaaa@+1") == "cccc bbbb");
}

TEST_CASE("-N as the start counts from the project's heads, and from the end only where that is too far") {
    CHECK(listed(line(), "-1:") == "dddd cccc");
    CHECK(refused_history(line(), "-1:bbbb") == Kind::not_in_range);
    CHECK(listed(line(), "-9:cccc") == "cccc bbbb aaaa");
    CHECK(listed(line(), "-3:current", {"dddd"}) == "dddd cccc bbbb aaaa");
    CHECK(refused_history(line(), "-9:aaaa@head") == Kind::walk_too_far);
    CHECK(refused_history(line(), "-9:aaaa@cccc") == Kind::walk_too_far);
}

TEST_CASE("a start with a label leaves only that branch's ends") {
    CHECK(listed(graph_of("a -> b[x] c[y]"), "x@base:") == "b a");
}

}  // namespace rev::test
