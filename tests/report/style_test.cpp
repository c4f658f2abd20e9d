#include <doctest/doctest.h>

#include <cstdlib>

#include "report/style.hpp"

using rev::report::ColorMode;
using rev::report::Style;
using rev::report::wants_color;

TEST_CASE("colour is for terminals, unless it is asked for or refused") {
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "xterm", 1);
    CHECK(rev::report::wants_color(ColorMode::automatic, true));
    CHECK_FALSE(rev::report::wants_color(ColorMode::automatic, false));
    CHECK(rev::report::wants_color(ColorMode::always, false));
    CHECK_FALSE(rev::report::wants_color(ColorMode::never, true));
}

TEST_CASE("NO_COLOR and a dumb terminal turn automatic colour off") {
    ::setenv("TERM", "dumb", 1);
    CHECK_FALSE(rev::report::wants_color(ColorMode::automatic, true));
    ::setenv("TERM", "xterm", 1);
    ::setenv("NO_COLOR", "1", 1);
    CHECK_FALSE(rev::report::wants_color(ColorMode::automatic, true));
    CHECK(rev::report::wants_color(ColorMode::always, true));
    ::setenv("NO_COLOR", "", 1);
    CHECK(rev::report::wants_color(ColorMode::automatic, true));
}

TEST_CASE("a style that is off leaves text as it is") {
    CHECK(Style(false).bad("x") == "x");
    CHECK(Style(true).bad("x") == "\x1b[1;31mx\x1b[0m");
}
