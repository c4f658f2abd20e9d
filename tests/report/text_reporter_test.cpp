#include <doctest/doctest.h>

#include <sstream>

#include "report/text_reporter.hpp"

using rev::Direction;
using rev::duration_text;
using rev::PreparedStep;
using rev::Revision;
using rev::size_text;
using rev::step_text;
using rev::Style;
using rev::TextReporter;
using std::chrono::milliseconds;

namespace {

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
    CHECK(step_text({Direction::upgrade, &revision, {}}, Style()) == "upgrade a1, b1 -> m1, merge");
    CHECK(step_text({Direction::downgrade, &revision, {}}, Style()) == "downgrade m1 -> a1, b1, merge");
}

TEST_CASE("the base stands as nothing") {
    Revision revision;
    revision.id = "a1";
    CHECK(step_text({Direction::upgrade, &revision, {}}, Style()) == "upgrade  -> a1");
    CHECK(step_text({Direction::stamp, nullptr, {{rev::RowChange::Kind::remove, "a1", ""}}}, Style()) ==
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
    CHECK(duration_text(milliseconds(0)) == "0 ms");
    CHECK(duration_text(milliseconds(999)) == "999 ms");
    CHECK(duration_text(milliseconds(1'500)) == "1.5 s");
    CHECK(duration_text(milliseconds(125'000)) == "2 min 5 s");
}

TEST_CASE("sizes read well") {
    CHECK(size_text(0) == "0 B");
    CHECK(size_text(999) == "999 B");
    CHECK(size_text(1'000) == "1.0 kB");
    CHECK(size_text(999'960) == "1.0 MB");
    CHECK(size_text(12'345'678) == "12.3 MB");
    CHECK(size_text(18'446'744'073'709'551'615U) == "18.4 EB");
}
