#include "state/row_set.hpp"

#include <doctest/doctest.h>

namespace {

using rev::RowChange;
using rev::state::RowSet;
using Kind = RowChange::Kind;

RowSet abc() { return RowSet(std::vector<rev::RevisionId>{"a", "b", "c"}); }

}  // namespace

TEST_CASE("an updated row keeps its place and a new one goes to the end") {
    auto rows = abc();
    rows.apply({Kind::update, "b", "x"});
    rows.apply({Kind::insert, "", "d"});
    rows.apply({Kind::remove, "a", ""});
    CHECK(rows.all() == std::vector<rev::RevisionId>{"x", "c", "d"});
    CHECK(rows.first(2) == std::vector<rev::RevisionId>{"x", "c"});
}

TEST_CASE("a change that does not hit exactly one row is a mistake of the caller") {
    auto rows = abc();
    CHECK_THROWS_AS(rows.apply({Kind::insert, "", "a"}), std::logic_error);
    CHECK_THROWS_AS(rows.apply({Kind::update, "z", "y"}), std::logic_error);
    CHECK_THROWS_AS(rows.apply({Kind::remove, "z", ""}), std::logic_error);
}

TEST_CASE("rows keep their order when many of them go") {
    RowSet rows(std::vector<rev::RevisionId>{});
    for (int i = 0; i < 1000; ++i) rows.apply({Kind::insert, "", std::to_string(i)});
    for (int i = 0; i < 995; ++i) rows.apply({Kind::remove, std::to_string(i), ""});
    CHECK(rows.all() == std::vector<rev::RevisionId>{"995", "996", "997", "998", "999"});
}
