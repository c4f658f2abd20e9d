#include "config/interpolation.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using rev::config::interpolate;
using rev::config::InterpolationError;
using rev::config::split_words;
using Words = std::vector<std::string>;

std::optional<std::string> lookup(std::string_view name) {
    static const std::map<std::string, std::string, std::less<>> values = {
        {"A", "one"}, {"EMPTY", ""}, {"DOLLAR", "${A}$$"}};
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

TEST_CASE("variables are filled in") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", ""},
        {"plain", "plain"},
        {"${A}", "one"},
        {"x${A}y${A}z", "xoneyonez"},
        {"${EMPTY}", ""},
        {"${EMPTY:-default}", "default"},
        {"${MISSING:-default}", "default"},
        {"${MISSING:-}", ""},
        {"${MISSING:-sqlite:///rev.db}", "sqlite:///rev.db"},
        {"${MISSING:-${A}}", "one"},
        {"${MISSING:-${EMPTY:-${A}}x}y", "onexy"},
        {"${A:-${MISSING}}", "one"},
        {"${DOLLAR}", "${A}$$"},
        {"$A $ $$ a$", "$A $ $$ a$"},
        {"$${A}", "${A}"},
        {"{A} }", "{A} }"},
    };
    for (const auto& expected : cases) {
        const std::string& text = expected.first;
        CAPTURE(text);
        CHECK(interpolate(text, lookup) == expected.second);
    }
}

TEST_CASE("what is no variable is an error") {
    for (const std::string text :
         {"${", "${A", "${}", "${1}", "${A B}", "${A-x}", "${A:?x}", "${MISSING:-${A}", "${:-x}"}) {
        CAPTURE(text);
        try {
            (void)interpolate(text, lookup);
            FAIL("accepted");
        } catch (const InterpolationError& error) {
            CHECK(error.kind == InterpolationError::Kind::syntax);
        }
    }
    try {
        (void)interpolate("${MISSING}", lookup);
        FAIL("accepted");
    } catch (const InterpolationError& error) {
        CHECK(error.kind == InterpolationError::Kind::missing);
        CHECK(error.name == "MISSING");
    }
}

TEST_CASE("defaults within defaults have a limit") {
    std::string text = "x";
    for (int i = 0; i < 1000; ++i) text = "${M:-" + text + "}";
    CHECK_THROWS_AS((void)interpolate(text, lookup), InterpolationError);
}

TEST_CASE("words are split as a shell does, and nothing is expanded") {
    const std::vector<std::pair<std::string, Words>> cases = {
        {"", {}},
        {"  a\tb \n", {"a", "b"}},
        {"'a b' \"c d\"", {"a b", "c d"}},
        {"a'b'\"c\"d", {"abcd"}},
        {"'' \"\"", {"", ""}},
        {R"(a\ b \' \\)", {"a b", "'", "\\"}},
        {R"('a\b' "a\b\"\\\$")", {"a\\b", "a\\b\"\\$"}},
        {"$HOME *.sql `x` ~ $(y) a;b|c", {"$HOME", "*.sql", "`x`", "~", "$(y)", "a;b|c"}},
        {"${A:-b c} \"${D:-e f}\"", {"${A:-b c}", "${D:-e f}"}},
    };
    for (const auto& expected : cases) {
        const std::string& text = expected.first;
        CAPTURE(text);
        CHECK(split_words(text) == expected.second);
    }
    for (const std::string text : {"'a", "\"a", "a\\"}) CHECK_FALSE(split_words(text));
}
