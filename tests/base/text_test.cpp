#include "base/text.hpp"

#include <doctest/doctest.h>

#include "rev/dialect.hpp"

using Texts = std::vector<std::string>;

TEST_CASE("trim takes blanks from both ends only") {
    CHECK(rev::base::trim(" \t a b \r\n") == "a b");
    CHECK(rev::base::trim("") == "");
    CHECK(rev::base::trim(" \r\n\t") == "");
}

TEST_CASE("a list is split at separators, its parts are trimmed, empty parts stay") {
    CHECK(rev::base::split_list("a, b ,c") == Texts{"a", "b", "c"});
    CHECK(rev::base::split_list("a,,b") == Texts{"a", "", "b"});
    CHECK(rev::base::split_list("a,") == Texts{"a", ""});
    CHECK(rev::base::split_list("").empty());
    CHECK(rev::base::split_list("  ").empty());
    CHECK(rev::base::split_list("a b;c", ';') == Texts{"a b", "c"});
}

TEST_CASE("join puts the separator between parts") {
    CHECK(rev::base::join(Texts{}, ", ") == "");
    CHECK(rev::base::join(Texts{"a"}, ", ") == "a");
    CHECK(rev::base::join(Texts{"a", "", "c"}, ", ") == "a, , c");
}

TEST_CASE("the closest spelling comes first, ties keep their order, strangers are left out") {
    const Texts keys{"revision", "revises", "created", "depends_on", "transaction"};
    CHECK(rev::base::closest("revison", keys) == Texts{"revision", "revises"});
    CHECK(rev::base::closest("depend_on", keys) == Texts{"depends_on"});
    CHECK(rev::base::closest("zzz", keys).empty());
    CHECK(rev::base::closest("ba", Texts{"ab", "bc"}) == Texts{"ab", "bc"});
    CHECK(rev::base::closest("abcd", Texts{"abce", "abcf", "abcg", "abch"}, 2) == Texts{"abce", "abcf"});
}

TEST_CASE("a transposition of neighbours is one edit") {
    CHECK(rev::base::closest("abdc", Texts{"abcd"}) == Texts{"abcd"});
    CHECK(rev::base::closest("adbc", Texts{"abcd"}).empty());
}

TEST_CASE("a slug is lower-case words joined by underscores") {
    CHECK(rev::base::slugify("Add account table", 40) == "add_account_table");
    CHECK(rev::base::slugify("  don't -- 'quote'; */ ", 40) == "don_t_quote");
    CHECK(rev::base::slugify("../../etc/passwd", 40) == "etc_passwd");
    CHECK(rev::base::slugify("", 40) == "");
    CHECK(rev::base::slugify("日本語", 40) == "");
}

TEST_CASE("a slug has plain letters for accented ones, composed or not") {
    CHECK(rev::base::slugify("Café Ærø Łódź Straße Ünïcödé", 40) == "cafe_aero_lodz_strasse_unicode");
    CHECK(rev::base::slugify("cafe\u0301", 40) == "cafe");
    CHECK(rev::base::slugify("Việt Nam", 40) == "viet_nam");
    CHECK(rev::base::slugify("x × y ÷ z", 40) == "x_y_z");
}

TEST_CASE("a long slug is cut at a word's end where there is one") {
    CHECK(rev::base::slugify("one two three", 9) == "one_two");
    CHECK(rev::base::slugify("one two three", 7) == "one_two");
    CHECK(rev::base::slugify("one two three", 8) == "one_two");
    CHECK(rev::base::slugify("incomprehensible", 5) == "incom");
    CHECK(rev::base::slugify(std::string(10'000, 'a'), 40).size() == 40);
    CHECK(rev::base::slugify("a", 0) == "");
}

TEST_CASE("printable text cannot steer a terminal") {
    CHECK(rev::base::printable("a\tb\nc é") == "a\tb\nc é");
    CHECK(rev::base::printable("\x1b[31mred") == "\\x1b[31mred");
    CHECK(rev::base::printable(std::string("\0\r\x7f", 3)) == "\\x00\\x0d\\x7f");
    CHECK(rev::base::printable("\u009b2J") == "\\x9b2J");
    CHECK(rev::base::printable("a\xff\xc3") == "a\\xff\\xc3");
    CHECK(rev::base::printable("a\u202eb\u2066c") == "a\\u202eb\\u2066c");
}

TEST_CASE("the first byte that is no UTF-8 is found") {
    CHECK_FALSE(rev::base::find_invalid_utf8("plain and 日本語 \U0001F600").has_value());
    CHECK(rev::base::find_invalid_utf8("0123456789\xff") == 10);
    CHECK(rev::base::find_invalid_utf8("\xc3") == 0);
    CHECK(rev::base::find_invalid_utf8("a\xc0\xaf") == 1);         // overlong
    CHECK(rev::base::find_invalid_utf8("ab\xed\xa0\x80") == 2);    // surrogate
    CHECK(rev::base::find_invalid_utf8("\xf4\x90\x80\x80") == 0);  // above U+10FFFF
    CHECK(rev::base::find_invalid_utf8("\xe2\x82\x41") == 0);      // cut short
    CHECK(rev::base::find_invalid_utf8("01234567\x80") == 8);
}

TEST_CASE("characters are code points, invalid bytes count one each") {
    CHECK(rev::base::count_characters("aé日\U0001F600") == 4);
    CHECK(rev::base::count_characters("a\xff\xfe") == 3);
}

TEST_CASE("a position has line, column in characters and the line's text") {
    const std::string text = "one\r\ntwö three\nfour";
    const auto position = rev::base::position_of(text, text.find("three"));
    CHECK(position.line == 2);
    CHECK(position.column == 5);
    CHECK(position.line_text == "twö three");
    CHECK(rev::base::position_of(text, 0).line_text == "one");
    CHECK(rev::base::position_of(text, 999).line == 3);
    CHECK(rev::base::position_of(text, 999).column == 5);
    CHECK(rev::base::position_of("", 0).line == 1);
    CHECK(rev::base::position_of("a\n", 2).line == 2);
}

TEST_CASE("a byte order mark takes no column") {
    const std::string text = "\xEF\xBB\xBF-- x";
    CHECK(rev::base::position_of(text, 3).column == 1);
    CHECK(rev::base::position_of(text, 0).column == 1);
    CHECK(rev::base::position_of(text, 6).column == 4);
    CHECK(rev::base::position_of(text, 6).line_text == "-- x");
}

TEST_CASE("dialects are found by their exact name") {
    CHECK(rev::find_dialect("sqlite") == rev::Dialect::sqlite);
    CHECK(rev::find_dialect("postgres") == rev::Dialect::postgresql);
    CHECK(rev::dialect_name(rev::Dialect::postgresql) == "postgresql");
    CHECK_FALSE(rev::find_dialect("SQLite").has_value());
    CHECK_FALSE(rev::find_dialect("").has_value());
}

TEST_CASE("capitals do not keep a word from being the nearest") {
    const std::vector<std::string> words{"head", "heads", "base"};
    CHECK(rev::base::closest("HEAD", words, 1) == std::vector<std::string>{"head"});
    CHECK(rev::base::closest("hed", words, 1) == std::vector<std::string>{"head"});
    CHECK(rev::base::closest("heds", words, 1) == std::vector<std::string>{"heads"});
}

TEST_CASE("names are the same but for the case of ASCII letters") {
    CHECK(rev::base::same_name("Rev_LOG", "rev_log"));
    CHECK_FALSE(rev::base::same_name("rev_log", "rev_lo"));
    CHECK_FALSE(rev::base::same_name("\xC3\x84", "\xC3\xA4"));
    CHECK(rev::base::lower_case("A\xC3\x84z") == "a\xC3\x84z");
}

TEST_CASE("a line is found by its number, without its line end") {
    CHECK(rev::base::line_of("a\r\nb\n", 1) == "a");
    CHECK(rev::base::line_of("a\r\nb\n", 2) == "b");
    CHECK(rev::base::line_of("a\r\nb\n", 3).empty());
    CHECK(rev::base::line_of("a", 2).empty());
}

TEST_CASE("a list of names is cut and the rest counted") {
    const std::vector<std::string> names{"a", "b", "c"};
    CHECK(rev::base::join_first(names, ", ", 3) == "a, b, c");
    CHECK(rev::base::join_first(names, ", ", 2) == "a, b and 1 more");
    CHECK(rev::base::did_you_mean(names) == "did you mean `a`, `b` or `c`?");
    CHECK(rev::base::did_you_mean(std::span(names).first(1)) == "did you mean `a`?");
    CHECK(rev::base::did_you_mean({}).empty());
}
