#include "config/dotenv.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "rev/error.hpp"

namespace {

using Values = std::map<std::string, std::string>;

Values parse(const std::string& text) { return rev::config::parse_dotenv({".env", text}); }

}  // namespace

TEST_CASE(".env values are plain, single-quoted or double-quoted") {
    const std::vector<std::pair<std::string, Values>> cases = {
        {"", {}},
        {"\n  # comment\n\n", {}},
        {"A=1", {{"A", "1"}}},
        {"A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}},
        {"A=\nB=\"\"\n", {{"A", ""}, {"B", ""}}},
        {"export A=1\nexport\tB=2\n", {{"A", "1"}, {"B", "2"}}},
        {"export=1\n", {{"export", "1"}}},
        {"  A = two words  \n", {{"A", "two words"}}},
        {"A=one # comment\nB=a#b\nC=#none\n", {{"A", "one"}, {"B", "a#b"}, {"C", ""}}},
        {"A='a # $B \\n \"x\"' # comment\n", {{"A", "a # $B \\n \"x\""}}},
        {R"(A="a\nb\t\"c\" \\ \$d \s")", {{"A", "a\nb\t\"c\" \\ $d \\s"}}},
        {"A='one\ntwo'\nB=3\n", {{"A", "one\ntwo"}, {"B", "3"}}},
        {"A=1\nA=2\n", {{"A", "2"}}},
        {"A=postgresql://u:p@h/d?x=y&z=1\n", {{"A", "postgresql://u:p@h/d?x=y&z=1"}}},
        {"A=$B ${C} `d` %\n", {{"A", "$B ${C} `d` %"}}},
        {"A=it's\n", {{"A", "it's"}}},
    };
    for (const auto& expected : cases) {
        const std::string& text = expected.first;
        CAPTURE(text);
        CHECK(parse(text) == expected.second);
    }
}

TEST_CASE("a wrong line of .env is located") {
    struct Case {
        std::string text;
        std::size_t line;
        std::size_t column;
    };
    const std::vector<Case> cases = {
        {"A=1\nno equals sign\n", 2, 1}, {"=1\n", 1, 1},    {"1A=2\n", 1, 1},    {"A B=2\n", 1, 1},
        {"A='open\nB=1\n", 1, 3},        {"A=\"x\\", 1, 3}, {"A='x' y\n", 1, 7}, {"\n\n  export \n", 3, 10},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.text);
        try {
            (void)parse(expected.text);
            FAIL("accepted");
        } catch (const rev::Error& error) {
            CHECK(error.code() == "bad_dotenv");
            CHECK(error.location().line == expected.line);
            CHECK(error.location().column == expected.column);
            CHECK(error.location().line_text.empty());
            CHECK_FALSE(error.hint().empty());
        }
    }
}
