// How often rev waits for the server, counted in between: what a server far away costs.
#include <doctest/doctest.h>

#include "db/relay.hpp"
#include "support/postgres.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

/// TLS is asked for and refused, the start-up message, two messages of SCRAM.
constexpr int connecting = 4;

class Counted {
public:
    Counted() { project_.url = relay_.through(server_.url()); }

    void add_revision(const std::string& header = {}) {
        const auto id = "r" + std::to_string(revisions_++);
        project_.revision({.id = id,
                           .revises = last_,
                           .upgrade = "CREATE TABLE " + id + " (x int);",
                           .downgrade = "DROP TABLE " + id + ";",
                           .header = header});
        last_ = id;
    }

    /// Round trips of a command.
    int trips(std::string_view line) {
        const auto before = relay_.round_trips();
        const auto result = project_.rev(line);
        REQUIRE_MESSAGE(result.exit_code == 0, result.err);
        return relay_.round_trips() - before;
    }

private:
    PostgresTestDatabase server_;
    Relay relay_;
    TemporaryProject project_;
    std::string last_;
    int revisions_ = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Counted, "an upgrade makes four round trips besides those of its steps and of connecting") {
    add_revision();
    // Makes two tables, which are not there to be read.
    CHECK(trips("upgrade head") <= connecting + 6 + 1);
    add_revision("transaction: false");
    trips("upgrade head");  // from now on there is a rev_progress too
    for (const int steps : {1, 5}) {
        CAPTURE(steps);
        for (int i = 0; i < steps; ++i) add_revision();
        // Where the tables are; what they hold; the lock, with what they hold now; its release.
        CHECK(trips("upgrade head") <= connecting + 4 + steps);
    }
    CHECK(trips("downgrade -3 --yes") <= connecting + 6 + 3);
    CHECK(trips("upgrade head") <= connecting + 4 + 3);
}

TEST_CASE_FIXTURE(Counted, "reading commands make two round trips, and connect") {
    add_revision();
    CHECK(trips("current") <= connecting + 1);
    trips("upgrade head");
    CHECK(trips("current") <= connecting + 2);
    CHECK(trips("upgrade head") <= connecting + 2);
    CHECK(trips("history -i") <= connecting + 2);
    CHECK(trips("log") <= connecting + 2);
    CHECK(trips("status") <= connecting + 4);
}

}  // namespace rev::test
