#include "report/columns.hpp"

#include <doctest/doctest.h>

#include "report/style.hpp"

using rev::report::columns_of;
using rev::report::cut_to_columns;

TEST_CASE("a wide character takes two columns, an accent of its own and a colour none") {
    CHECK(rev::report::columns_of("abc") == 3);
    CHECK(rev::report::columns_of("\u65e5\u672c") == 4);
    CHECK(rev::report::columns_of("e\u0301") == 1);
    CHECK(rev::report::columns_of("\x1b[1;31mred\x1b[0m") == 3);
    CHECK(rev::report::columns_of("\u2502 \u25cf") == 3);
    CHECK(rev::report::columns_of("\xff") == 1);
}

TEST_CASE("a line that fits stays as it is") {
    CHECK(rev::report::cut_to_columns("abc", 3) == "abc");
    CHECK(rev::report::cut_to_columns("\u65e5\u672c", 4) == "\u65e5\u672c");
    CHECK(rev::report::cut_to_columns("\x1b[33mabc\x1b[0m", 3) == "\x1b[33mabc\x1b[0m");
}

TEST_CASE("a line that does not fit is cut within its columns, and no colour runs on") {
    const std::string mark = rev::report::locale_writes_utf8() ? "\u2026" : ">";
    CHECK(rev::report::cut_to_columns("abcdef", 4) == "abc" + mark);
    CHECK(rev::report::cut_to_columns("\x1b[33mabcdef\x1b[0m, more", 4) == "\x1b[33mabc" + mark + "\x1b[0m");
    CHECK(rev::report::cut_to_columns("a\u65e5\u672c", 4) == "a\u65e5" + mark);
    CHECK(rev::report::cut_to_columns("\u65e5\u672c\u8a9e", 4) == "\u65e5" + mark);
    CHECK(rev::report::cut_to_columns("abc", 0).empty());
    for (std::size_t most = 0; most < 12; ++most)
        CHECK(rev::report::columns_of(
                  rev::report::cut_to_columns("\u65e5\u672c \x1b[1mabc\x1b[0m e\u0301\u8a9e", most)) <= most);
}
