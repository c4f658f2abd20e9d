#include "base/utf8.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

using rev::base::append_utf8;
using rev::base::decode_utf8;
using rev::base::offset_of_character;
using rev::base::whole_characters;

TEST_CASE("what is appended as UTF-8 is read as the same code point: each but the surrogates") {
    for (char32_t value = 0; value <= 0x10FFFF; ++value) {
        if (value == 0xD800) value = 0xE000;
        std::string text;
        append_utf8(text, value);
        const auto point = decode_utf8(text, 0);
        REQUIRE(point.valid);
        REQUIRE(point.value == value);
        REQUIRE(point.length == text.size());
    }
}

TEST_CASE("a character's offset is where its first byte stands; that of one behind the end is the text's size") {
    const std::string_view text = "aé日\U0001F600z";
    const std::initializer_list<std::size_t> offsets = {0, 1, 3, 6, 10, 11, 11};
    std::size_t index = 0;
    for (const auto offset : offsets) CHECK(offset_of_character(text, index++) == offset);
    CHECK(offset_of_character("", 0) == 0);
}

TEST_CASE("a text is cut between characters") {
    const std::string_view text = "aé日";
    CHECK(whole_characters(text, 0).empty());
    CHECK(whole_characters(text, 1) == "a");
    CHECK(whole_characters(text, 2) == "a");
    CHECK(whole_characters(text, 3) == "aé");
    CHECK(whole_characters(text, 5) == "aé");
    CHECK(whole_characters(text, 6) == text);
    CHECK(whole_characters(text, 100) == text);
}
