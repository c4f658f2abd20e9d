#include "rev/target.hpp"

#include <doctest/doctest.h>

#include "rev/graph.hpp"

TEST_CASE("a point is taken apart into label, symbol and steps") {
    const auto target = rev::parse_target("accounts@ae10+2");
    CHECK(target.label == "accounts");
    CHECK(target.symbol == "ae10");
    CHECK(target.relative == 2);
    CHECK(rev::parse_target("-1").relative == -1);
    CHECK(rev::parse_target("-1").symbol.empty());
    CHECK_FALSE(rev::parse_target("head").relative);
}

TEST_CASE("only the whole of a relative target counts") {
    CHECK_FALSE(rev::parse_target("+1junk").relative);
    CHECK_FALSE(rev::parse_target("ae10+").relative);
}

TEST_CASE("the first @ splits") {
    const auto target = rev::parse_target("a@b@c");
    CHECK(target.label == "a");
    CHECK(target.symbol == "b@c");
}

TEST_CASE("empty targets, ranges as points and endless numbers are refused") {
    CHECK_THROWS_AS((void)rev::parse_target(""), rev::GraphError);
    CHECK_THROWS_AS((void)rev::parse_target("a:b"), rev::GraphError);
    CHECK_THROWS_AS((void)rev::parse_target("+99999999999999999999"), rev::GraphError);
}

TEST_CASE("a range has two ends, either of which may be open") {
    CHECK(rev::parse_range("a:b")->upper == "b");
    CHECK(rev::parse_range("a:")->upper.empty());
    CHECK(rev::parse_range(":")->lower.empty());
    CHECK_FALSE(rev::parse_range("a"));
    CHECK_THROWS_AS((void)rev::parse_range("a:b:c"), rev::GraphError);
}

TEST_CASE("head, heads, base and current are reserved") {
    for (const auto* word : {"head", "heads", "base", "current"}) CHECK(rev::is_reserved_word(word));
    CHECK_FALSE(rev::is_reserved_word("header"));
}
