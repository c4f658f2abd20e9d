#include <doctest/doctest.h>

#include "import/checksums.hpp"
#include "import/folder.hpp"
#include "import/goose_environment.hpp"
#include "import/sqitch_plan.hpp"

namespace {

std::optional<std::string> environment(std::string_view name) {
    if (name == "SET") return "value";
    if (name == "EMPTY") return "";
    return std::nullopt;
}

std::string filled(std::string_view line) {
    std::vector<std::string> names;
    return rev::foreign::fill_in_environment(line, environment, names).value_or("none");
}

}  // namespace

TEST_CASE("numbers compare whatever their length") {
    using rev::foreign::is_lower_number;
    using rev::foreign::number_of;
    CHECK(number_of("0010") == "10");
    CHECK(number_of("000") == "0");
    CHECK(is_lower_number("9", "10"));
    CHECK_FALSE(is_lower_number("10", "9"));
    CHECK(is_lower_number("18446744073709551615", "18446744073709551616"));
}

TEST_CASE("fourteen digits of a date are a time") {
    CHECK(rev::foreign::time_of_digits("20240131120000_x") == "2024-01-31 12:00:00Z");
    for (const auto* text : {"20241331120000", "2024013112000", "202401311200001", "x"})
        CHECK(rev::foreign::time_of_digits(text).empty());
}

TEST_CASE("goose's variables are filled in in all their forms") {
    CHECK(filled("a $SET ${SET} b") == "a value value b");
    CHECK(filled("${OTHER:-x} ${EMPTY:-y} ${EMPTY-z} ${SET-w}") == "x y  value");
    CHECK(filled("\\$SET $$SET $1 $") == "$SET $SET $1 $");
    CHECK(filled("${OTHER}") == "");
    CHECK(filled("${OTHER?needed}") == "none");
    CHECK(filled("${OTHER:-${SET}} ${OTHER-${EMPTY:-y}}") == "value y");
    CHECK(filled("${SET:1:2} ${SET:-9} ${SET:3} ${SET:0:-1}") == "al value ue valu");
    CHECK(filled("${EMPTY?needed}|$_SET \\\\$SET $(x)") == "|$_SET \\\\value $(x)");
    CHECK(filled("${_SET}") == "none");
    CHECK(filled("${SET") == "none");
    CHECK(filled("${SET%x}") == "none");
}

// FIPS 180-4's examples.
TEST_CASE("checksums are those of their standards") {
    CHECK(rev::foreign::sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(rev::foreign::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(rev::foreign::sha384_hex("abc") ==
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    CHECK(rev::foreign::crc32_of("123456789") == 0xCBF43926U);
    // Of the empty text, as Rust's own hasher has it.
    CHECK(rev::foreign::siphash13_of("") == 15130871412783076140U);
}

TEST_CASE("a plan of Sqitch is read line by line") {
    const auto plan = rev::foreign::parse_sqitch_plan(
        "%syntax-version=1.0.0\n%project=flipr\n\n# c\n"
        "+ users [a b@v1 !c] 2012-08-01T20:04:13Z Ann <a@b.c> # one\\ntwo \\\\n\n@v1 2012-08-01T20:04:13Z Ann <a@b.c>\n"
        "users 2012-08-01T20:04:14Z Ann <a@b.c>\n",
        "sqitch.plan");
    CHECK(plan.project == "flipr");
    REQUIRE(plan.changes.size() == 2);
    CHECK(plan.changes[0].requires_changes == std::vector<std::string>{"a", "b@v1", "!c"});
    CHECK(plan.changes[0].note == "one\ntwo \\n");
    CHECK(plan.changes[0].planned_at == "2012-08-01 20:04:13Z");
    CHECK(plan.changes[0].tags == std::vector<std::string>{"v1"});
    CHECK(plan.changes[1].line == 7);
}
