#include <doctest/doctest.h>

#include "report/error_text.hpp"

using rev::Error;
using rev::ExitCode;
using rev::Location;
using rev::report::error_text;
using rev::report::Style;

namespace {

Error error(const std::string& message) { return {ExitCode::graph, "some_code", message}; }

}  // namespace

TEST_CASE("an error is its message alone when nothing more is known") {
    CHECK(rev::report::error_text(error("no such thing"), Style()) == "error: no such thing\n");
}

TEST_CASE("the caret stands under the column, counted in characters") {
    const auto text = rev::report::error_text(error("bad word").with_location({"a.sql", 7, 4, "äöü x"}), Style());
    CHECK(text ==
          "error: bad word\n"
          "  at a.sql:7:4\n"
          "    7 | äöü x\n"
          "      |    ^\n");
}

TEST_CASE("a tab before the column does not move the caret") {
    const auto text = rev::report::error_text(error("bad").with_location({"a.sql", 12, 3, "\t\tx"}), Style());
    CHECK(text.find("   12 |   x\n      |   ^\n") != std::string::npos);
}

TEST_CASE("a line of a thousand characters is shown around its column") {
    const std::string line = std::string(900, 'a') + "X" + std::string(100, 'b');
    const auto text = rev::report::error_text(error("bad").with_location({"a.sql", 1, 901, line}), Style());
    CHECK(text.size() < 500);
    const auto source = text.substr(text.find(" | ") + 3);
    const auto caret = text.substr(text.rfind("| ") + 2);
    CHECK(source.find('X') == caret.find('^'));
}

TEST_CASE("a column beyond the line's end puts the caret behind it") {
    const auto text = rev::report::error_text(error("bad").with_location({"a.sql", 1, 9, "ab"}), Style());
    CHECK(text.find("    1 | ab\n      |   ^\n") != std::string::npos);
}

TEST_CASE("a place without a column has no caret, one without a line is the file") {
    CHECK(rev::report::error_text(error("bad").with_location({"a.sql", 3, 0, "text"}), Style()).find('^') ==
          std::string::npos);
    CHECK(rev::report::error_text(error("bad").with_location({"a.sql", 0, 0, ""}), Style()) ==
          "error: bad\n  at a.sql\n");
}

TEST_CASE("detail, state and hint follow, further lines indented") {
    const auto text = rev::report::error_text(
        error("bad").with_detail("one\ntwo").with_sqlstate("42P01").with_hint("do\nthis"), Style());
    CHECK(text ==
          "error: bad\n"
          "DETAIL: one\n"
          "        two\n"
          "SQLSTATE: 42P01\n"
          "hint: do\n"
          "      this\n");
}

TEST_CASE("nothing in an error can steer a terminal") {
    const auto text = rev::report::error_text(error("\x1b[2J")
                                                  .with_detail("\x1b]0;title\x07")
                                                  .with_hint("\x1b[31m")
                                                  .with_location({"\x1b.sql", 1, 1, "\x1b[1m"}),
                                              Style());
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
}

TEST_CASE("a long detail is cut after twenty lines, and all of it is shown where that is asked for") {
    std::string detail;
    for (int i = 1; i <= 300; ++i) detail += "item " + std::to_string(i) + "\n";
    const auto cut = rev::report::error_text(error("bad").with_detail(detail), Style());
    CHECK(cut.find("        item 20\n        ... and 280 more (-v lists all)\n") != std::string::npos);
    CHECK(cut.find("item 21") == std::string::npos);
    const auto whole = rev::report::error_text(error("bad").with_detail(detail), Style(), rev::report::ListLength::all);
    CHECK(whole.find("item 300\n") != std::string::npos);
    CHECK(whole.find("more") == std::string::npos);
}

TEST_CASE("twenty lines of detail are not cut") {
    std::string detail;
    for (int i = 1; i <= 20; ++i) detail += "item\n";
    CHECK(rev::report::error_text(error("bad").with_detail(detail), Style()).find("more") == std::string::npos);
}

TEST_CASE("a code of SQLite is not called an SQLSTATE") {
    const auto text = rev::report::error_text(error("bad").with_sqlstate("SQLITE_ERROR"), Style());
    CHECK(text == "error: bad\nSQLite code: SQLITE_ERROR\n");
}
