#include "config/dotenv.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "rev/error.hpp"

namespace {

using Values = std::map<std::string, std::string>;

rev::config::Dotenv read(const std::string& text) { return rev::config::parse_dotenv({".env", text}); }

Values parse(const std::string& text) {
    const auto dotenv = read(text);
    for (const auto& [name, error] : dotenv.unreadable) FAIL_CHECK(name << ": " << error.what());
    return dotenv.values;
}

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

TEST_CASE("a line of .env that sets nothing that rev can read is passed over") {
    const std::vector<std::string> lines = {
        "no equals sign",
        "=1",
        "1A=2",
        "A B=2",
        "  export ",
        "'open",
        "if [ -f x ]; then",
        "load() {",
        "  local X=1",
        "}",
        "source ./other.env",
        "declare -x Y=1",
        "key: value",
        "-----BEGIN KEY-----",
        "MIIEpAIBAAKCAQEA+/==",
        "A='x' y",
        "A=\"x\\",
        "A='it's'",
        "\xff\xfe",
        "[section]",
        "a.b=c",
        "A-B=c",
        "<<<<<<< HEAD",
    };
    for (const auto& line : lines) {
        CAPTURE(line);
        CHECK(read(line + "\nURL=good\n").values == Values{{"URL", "good"}});
        CHECK(read("URL=good\n" + line + "\n").values == Values{{"URL", "good"}});
    }
}

TEST_CASE("a variable that .env sets in a way that cannot be read is an error where it is needed") {
    struct Case {
        std::string text;
        std::size_t line;
        std::size_t column;
    };
    const std::vector<Case> cases = {
        {"B=1\nA no equals sign\n", 2, 1},
        {"A: 1\n", 1, 1},
        {"A\n", 1, 1},
        {"export A\n", 1, 8},
        {"A='open\nB=1\n", 1, 3},
        {"A=\"x\\", 1, 3},
        {"A='x' y\n", 1, 7},
        {"A=1\nA='x' y\n", 2, 7},
        {"A=\xff\n", 1, 3},
        {"A+=1\n", 1, 1},
        {"B=\"x\nA=1\nC=\"\n", 2, 1},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.text);
        const auto dotenv = read(expected.text);
        CHECK_FALSE(dotenv.values.contains("A"));
        REQUIRE(dotenv.unreadable.contains("A"));
        const auto& error = dotenv.unreadable.at("A");
        CHECK(error.code() == "bad_dotenv");
        CHECK(error.location().line == expected.line);
        CHECK(error.location().column == expected.column);
        CHECK(error.location().line_text.empty());
        CHECK_FALSE(error.hint().empty());
    }
}

TEST_CASE("what another line of .env gives a value is readable") {
    for (const std::string text : {"A=1\nexport A\n", "export A\nA=1\n", "A='x' y\nA=1\n", "B='x\nA=2\n'\nA=1\n"}) {
        CAPTURE(text);
        const auto dotenv = read(text);
        CHECK_FALSE(dotenv.unreadable.contains("A"));
        CHECK(dotenv.values.at("A") == "1");
    }
}
