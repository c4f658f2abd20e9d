#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <sstream>

#include "report/text_reporter.hpp"
#include "run/prepared.hpp"
#include "support/wait_until.hpp"

using rev::Direction;
using rev::Revision;
using rev::report::duration_text;
using rev::report::shortened;
using rev::report::size_text;
using rev::report::step_text;
using rev::report::Style;
using rev::report::TextReporter;
using rev::run::PreparedStep;
using std::chrono::milliseconds;

namespace {

/// The drawings below are UTF-8.
[[maybe_unused]] const bool utf8 = ::setenv("LC_ALL", "C.UTF-8", 1) == 0;

Revision merge_point() {
    Revision revision;
    revision.id = "m1";
    revision.revises = {"a1", "b1"};
    revision.message = "merge";
    return revision;
}

}  // namespace

TEST_CASE("a step is worded as Alembic does, in the direction it runs") {
    const auto revision = merge_point();
    CHECK(rev::report::step_text({Direction::upgrade, &revision, {}}, Style()) == "upgrade a1, b1 -> m1, merge");
    CHECK(rev::report::step_text({Direction::downgrade, &revision, {}}, Style()) == "downgrade m1 -> a1, b1, merge");
}

TEST_CASE("the base stands as nothing") {
    Revision revision;
    revision.id = "a1";
    CHECK(rev::report::step_text({Direction::upgrade, &revision, {}}, Style()) == "upgrade  -> a1");
    CHECK(rev::report::step_text({Direction::stamp, nullptr, {{rev::RowChange::Kind::remove, "a1", ""}}}, Style()) ==
          "stamp a1 -> ");
}

TEST_CASE("a step is one line with its time") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    TextReporter reporter(out, Style(), false);
    reporter.step_started(step, 1, 1);
    reporter.step_finished(step, milliseconds(12));
    CHECK(out.str() == "Running upgrade a1, b1 -> m1, merge (12 ms)\n");
}

TEST_CASE("of several steps each has a number") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::downgrade, &revision, {}};
    std::ostringstream out;
    TextReporter reporter(out, Style(), false);
    reporter.step_started(step, 2, 10);
    reporter.progress("CREATE INDEX: building index");
    reporter.step_finished(step, milliseconds(12));
    CHECK(out.str() == "[2/10] Running downgrade m1 -> a1, b1, merge (12 ms)\n");
}

TEST_CASE("a live line is drawn while a step runs, and leaves one line with its time") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    {
        std::atomic<int> drawings = 0;  // the width is asked for each
        TextReporter reporter(out, Style(), false, [&] {
            ++drawings;
            return std::size_t{60};
        });
        reporter.step_started(step, 2, 3);
        reporter.progress("CREATE INDEX: building index\x1b[2J");
        rev::test::wait_until("the line is drawn twice", [&] { return drawings >= 2; });
        reporter.notice("NOTICE", "by the way");
        const auto before = drawings.load();
        rev::test::wait_until("the line is drawn again", [&] { return drawings >= before + 2; });
        reporter.step_finished(step, milliseconds(1500));
        reporter.say("Done");
    }
    const std::string drawn = "\r\x1b[?7l[2/3] Running upgrade a1, b1 … (0 s): CREATE INDEX: buildi…\x1b[K\x1b[?7h";
    CHECK(out.str().substr(0, drawn.size()) == drawn);
    CHECK(out.str().find("\r\x1b[K[2/3] Running upgrade a1, b1 -> m1, merge\nNOTICE: by the way\n\r\x1b[?7l[2/3] ") !=
          std::string::npos);
    CHECK(out.str().ends_with("\x1b[?7h\r\x1b[K[2/3] Finished upgrade a1, b1 -> m1, merge (1.5 s)\nDone\n"));
}

TEST_CASE("quick steps are never drawn") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    std::string wanted;
    {
        TextReporter reporter(out, Style(), false, [] { return std::size_t{60}; });
        for (std::size_t number = 1; number <= 10'000; ++number) {
            reporter.step_started(step, number, 10'000);
            reporter.step_finished(step, milliseconds(0));
            wanted += "[" + std::to_string(number) + "/10000] Running upgrade a1, b1 -> m1, merge (0 ms)\n";
        }
    }
    CHECK(out.str() == wanted);
}

TEST_CASE("a live line of a step that failed is a line that stays") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    {
        TextReporter reporter(out, Style(), false, [] { return std::size_t{60}; });
        reporter.step_started(step, 1, 1);
    }
    CHECK(out.str() == "Running upgrade a1, b1 -> m1, merge\n");
}

TEST_CASE("text is shortened by characters") {
    CHECK(rev::report::shortened("abc", 3) == "abc");
    CHECK(rev::report::shortened("\xC3\xA4\xC3\xB6\xC3\xBC", 2) == "\xC3\xA4…");
    CHECK(rev::report::shortened("abc", 1) == "…");
    CHECK(rev::report::shortened("abc", 0).empty());
    ::setenv("LC_ALL", "C", 1);
    CHECK(rev::report::shortened("abc", 2) == "a>");
    ::setenv("LC_ALL", "C.UTF-8", 1);
}

TEST_CASE("a notice during a step has a line of its own") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    TextReporter reporter(out, Style(), false);
    reporter.step_started(step, 1, 1);
    reporter.notice("NOTICE", "relation exists \x1b[2J\n");
    reporter.step_finished(step, milliseconds(12));
    CHECK(out.str() ==
          "Running upgrade a1, b1 -> m1, merge\n"
          "NOTICE: relation exists \\x1b[2J\n"
          "Finished upgrade a1, b1 -> m1, merge (12 ms)\n");
}

TEST_CASE("the line of a step that failed is ended") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    {
        TextReporter reporter(out, Style(), false);
        reporter.step_started(step, 1, 1);
    }
    CHECK(out.str() == "Running upgrade a1, b1 -> m1, merge\n");
}

TEST_CASE("a quiet reporter says nothing") {
    const auto revision = merge_point();
    PreparedStep step;
    step.step = {Direction::upgrade, &revision, {}};
    std::ostringstream out;
    {
        TextReporter reporter(out, Style(), true);
        reporter.step_started(step, 1, 1);
        reporter.notice("NOTICE", "x");
        reporter.warning("x");
        reporter.waiting("x", milliseconds(1));
    }
    CHECK(out.str().empty());
}

TEST_CASE("durations have the unit that fits") {
    CHECK(rev::report::duration_text(milliseconds(0)) == "0 ms");
    CHECK(rev::report::duration_text(milliseconds(999)) == "999 ms");
    CHECK(rev::report::duration_text(milliseconds(1'500)) == "1.5 s");
    CHECK(rev::report::duration_text(milliseconds(125'000)) == "2 min 5 s");
}

TEST_CASE("sizes read well") {
    CHECK(rev::report::size_text(0) == "0 B");
    CHECK(rev::report::size_text(999) == "999 B");
    CHECK(rev::report::size_text(1'000) == "1.0 kB");
    CHECK(rev::report::size_text(999'960) == "1.0 MB");
    CHECK(rev::report::size_text(12'345'678) == "12.3 MB");
    CHECK(rev::report::size_text(18'446'744'073'709'551'615U) == "18.4 EB");
}

TEST_CASE("a wait that is reported each second is a line after 1, 2, 5, 10 and 30 s, then each 30 s") {
    std::ostringstream out;
    TextReporter reporter(out, Style(), false);
    std::string expected;
    for (const int second : {1, 2, 5, 10, 30, 60, 90})
        expected += "Waiting for a lock (" + rev::report::duration_text(milliseconds(second * 1000 + 20)) + ")\n";
    for (int second = 0; second < 100; ++second) reporter.waiting("a lock", milliseconds(second * 1000 + 20));
    CHECK(out.str() == expected);
}

TEST_CASE("another wait is told from its first second on") {
    rev::report::WaitPace pace;
    CHECK_FALSE(pace.is_due(milliseconds(0)));
    CHECK(pace.is_due(milliseconds(10'100)));
    CHECK_FALSE(pace.is_due(milliseconds(11'100)));
    CHECK_FALSE(pace.is_due(milliseconds(500)));
    CHECK(pace.is_due(milliseconds(1'500)));
}
