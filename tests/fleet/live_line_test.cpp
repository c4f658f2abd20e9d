// What a person sees of a roll-out at a terminal, and what a log gets.
#include <doctest/doctest.h>

#include <string>

#include "cli/cli_support.hpp"
#include "fleet/tenant_project.hpp"
#include "support/terminal.hpp"

using rev::test::expect;
using rev::test::has;
using rev::test::TenantProject;
using rev::test::TerminalSession;

TEST_CASE("a terminal shows who is done, who was slowest and what is left, and keeps a line for each member") {
    const TenantProject project(4, "  jobs: 1\n");
    project.revision({.id = "c1", .revises = "b1", .upgrade = "SELECT pg_sleep(0.3);", .downgrade = "SELECT 1;"});
    expect(project, "fleet upgrade b1");
    TerminalSession session(rev::test::rev_command("fleet upgrade head --color never"), project.options());
    const auto shown = session.wait_for("4 done");
    CHECK(has(shown, "\r\x1b[?7lRunning ("));
    CHECK(has(shown, "0 of 4 members, 1 running, 0 failed"));
    CHECK(has(shown, "1 of 4 members, 1 running, 0 failed, slowest t1 ("));
    CHECK(has(shown, " left"));
    // Above the live line, which is drawn anew below them.
    CHECK(has(shown, "\r\x1b[Kdone t1: 1 step in "));
    CHECK(has(shown, "now at c1\r\n"));
}

TEST_CASE("a log has a line for each member, and nothing that steers a terminal") {
    const TenantProject project(3);
    const auto result = expect(project, "fleet upgrade head");
    for (const std::string tenant : {"t1", "t2", "t3"}) CHECK(has(result.err, "done " + tenant + ": 2 steps in "));
    CHECK(has(result.err, "3 done"));
    CHECK_FALSE(rev::test::steers_a_terminal(result.err));
    CHECK(expect(project, "fleet downgrade base --yes -q").err.empty());
}
