// A queued roll-out while workers are killed and frozen at random, and the server is started anew: every member has
// each revision exactly once, and the tables of the roll-out say so.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cli/cli_support.hpp"
#include "outages/own_server.hpp"
#include "support/pooler.hpp"

using rev::test::expect;
using rev::test::OwnServer;
using rev::test::Pooler;
using rev::test::RunningProgram;
using rev::test::TemporaryProject;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

int from_environment(const char* name, int otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::atoi(value);
}

/// Members whose revision r2 fails, each time that it is tried.
constexpr const char* bad_tenants = "3, 7";

/// What is between the workers and the server.
enum class Between { nothing, pooler };

/// Tenants t1 ... tN of one server. Each revision adds its name to the tenant's table `ran`, which takes it twice.
class Tenants {
public:
    /// settings: further lines of alembic.yaml.
    explicit Tenants(int count, const std::string& settings = "", Between between = Between::nothing)
        : count_(count),
          project_(
              "fleet:\n"
              "  schemas: SELECT schema_name AS name, id AS tenant FROM public.tenants ORDER BY id\n"
              "  search_path: \"{schema}\"\n"
              "  on_failure: continue\n"
              "  rings: [{name: canary, members: [t1]}, {name: all}]\n"
              "  jobs: 2\n" +
              settings) {
        project_.url = server_.url();
        if (between == Between::pooler) {
            // After a start of the server it waits for a quarter of a minute, unless it is told not to.
            pooler_.emplace("transaction", "default_pool_size = 40\nserver_login_retry = 1",
                            "host=" + project_.url.substr(project_.url.find("host=") + 5));
            project_.url = pooler_->url();
        }
        server_.query("CREATE TABLE public.tenants (id int, schema_name text)");
        for (int i = 1; i <= count; ++i) {
            const auto n = std::to_string(i);
            server_.query("CREATE SCHEMA t" + n + "; INSERT INTO public.tenants VALUES (" + n + ", 't" + n + "')");
        }
        add_revision("CREATE TABLE ran (revision text);");
    }

    /// The next revision: `sql` and its name.
    void add_revision(const std::string& sql) {
        const auto id = "r" + std::to_string(++revisions_);
        project_.revision({.id = id,
                           .revises = revisions_ == 1 ? "" : "r" + std::to_string(revisions_ - 1),
                           .upgrade = sql + "\nINSERT INTO ran VALUES ('" + id + "');\nSELECT pg_sleep(0.03);",
                           .downgrade = "DELETE FROM ran WHERE revision = '" + id + "';",
                           .header = "variables: tenant"});
    }
    void add_failing_revision() {
        add_revision("SELECT 1 / (CASE WHEN :tenant IN (" + std::string(bad_tenants) + ") THEN 0 ELSE 1 END);");
    }

    /// What the members' own tables say: all but the bad ones have each revision once, those have the first alone.
    void check_members() const {
        for (int i = 1; i <= count_; ++i) {
            const auto schema = "t" + std::to_string(i);
            CAPTURE(schema);
            const auto expected = is_bad(i) ? std::string("r1") : names_up_to(revisions_);
            CHECK(server_.query("SELECT string_agg(revision, ' ' ORDER BY ctid) FROM " + schema + ".ran") == expected);
            CHECK(server_.query("SELECT string_agg(version_num, ' ') FROM " + schema + ".alembic_version") ==
                  (is_bad(i) ? "r1" : "r" + std::to_string(revisions_)));
            CHECK(server_.query("SELECT string_agg(revision, ' ' ORDER BY id) FROM " + schema +
                                ".rev_log WHERE event = 'upgrade'") == expected);
        }
    }
    /// Sections that were cut off outside a transaction go on where they were.
    void resume_all() const { (void)project_.rev("fleet resume"); }
    [[nodiscard]] bool has_members_behind() const {
        for (int i = 1; i <= count_; ++i)
            if (!is_bad(i) && server_.query("SELECT string_agg(version_num, ' ') FROM t" + std::to_string(i) +
                                            ".alembic_version") != target())
                return true;
        return false;
    }
    /// The roll-out's tables say the same.
    void check_queue(const std::string& target) const {
        const auto of_newest = " FROM rev_fleet_member WHERE run = (SELECT max(id) FROM rev_fleet_run) AND state ";
        const auto failed = std::string("SELECT string_agg(name, ' ' ORDER BY position)") + of_newest + "= 'failed'";
        CHECK(server_.query(failed) == (revisions_ == 1 ? "" : "t3 t7"));
        CHECK(server_.query(std::string("SELECT count(*)") + of_newest + "NOT IN ('done', 'failed')") == "0");
        CHECK(server_.query(std::string("SELECT string_agg(DISTINCT rows, ' ')") + of_newest + "= 'done'") == target);
        CHECK(server_.query(std::string("SELECT count(*)") + of_newest +
                            "= 'failed' AND error !~ 'division by zero'") == "0");
    }
    [[nodiscard]] bool has_open_members() const {
        return server_.query("SELECT count(*) FROM rev_fleet_member WHERE state IN ('waiting', 'running')") != "0";
    }

    [[nodiscard]] const TemporaryProject& project() const { return project_; }
    [[nodiscard]] const OwnServer& server() const { return server_; }
    [[nodiscard]] std::string target() const { return "r" + std::to_string(revisions_); }

private:
    static bool is_bad(int tenant) { return tenant == 3 || tenant == 7; }
    static std::string names_up_to(int last) {
        std::string names;
        for (int i = 1; i <= last; ++i) names += (i == 1 ? "r" : " r") + std::to_string(i);
        return names;
    }

    int count_;
    int revisions_ = 0;
    OwnServer server_;
    std::optional<Pooler> pooler_;
    TemporaryProject project_;
};

/// Workers, and what befalls them. Whoever ends is started anew, as a Kubernetes Job does it.
class Chaos {
public:
    Chaos(const Tenants& tenants, unsigned seed) : tenants_(tenants), random_(seed) {
        for (int i = 0; i < 4; ++i) start_one();
    }

    /// Lets one thing happen.
    void strike() {
        thaw(Clock::now());
        auto& worker = workers_[pick(workers_.size())];
        const auto what = pick(40);
        if (what < 8) worker.program->signal(SIGKILL);
        if (what >= 8 && what < 12 && !worker.frozen_until) {
            worker.program->signal(SIGSTOP);
            worker.frozen_until = Clock::now() + lease + milliseconds(500 + 100 * pick(10));
        }
        if (what == 12) {
            tenants_.server().stop_at_once();
            tenants_.server().start();
        }
        for (auto& each : workers_)
            if (each.program->has_ended()) each = {start_worker(), {}};
        std::this_thread::sleep_for(milliseconds(20 + pick(120)));
    }

    /// No more of it: all thaw, and end by themselves.
    void calm_down() {
        thaw(Clock::time_point::max());
        for (auto& each : workers_) (void)each.program->wait();
    }

private:
    static constexpr seconds lease{1};
    struct Worker {
        std::unique_ptr<RunningProgram> program;
        std::optional<Clock::time_point> frozen_until;
    };

    std::size_t pick(std::size_t of) { return std::uniform_int_distribution<std::size_t>(0, of - 1)(random_); }
    [[nodiscard]] std::unique_ptr<RunningProgram> start_worker() const {
        return std::make_unique<RunningProgram>(rev::test::rev_command("fleet work --lease 1s"),
                                                tenants_.project().options());
    }
    void start_one() { workers_.push_back({start_worker(), {}}); }
    void thaw(Clock::time_point now) {
        for (auto& each : workers_) {
            if (!each.frozen_until || now < *each.frozen_until) continue;
            each.program->signal(SIGCONT);
            each.frozen_until.reset();
        }
    }

    const Tenants& tenants_;
    std::mt19937 random_;
    std::vector<Worker> workers_;
};

}  // namespace

namespace {

struct Time {
    unsigned seed =
        static_cast<unsigned>(from_environment("REV_CHAOS_SEED", static_cast<int>(std::random_device{}() >> 1)));
    Clock::time_point end;
    explicit Time(int usual) : end(Clock::now() + seconds(from_environment("REV_CHAOS_SECONDS", usual))) {}
};

/// A queued roll-out of what is new, and what befalls its workers until all members are done with.
void roll_out_in_chaos(const Tenants& tenants, const Time& time, int round) {
    expect(tenants.project(), "fleet enqueue head");
    Chaos chaos(tenants, time.seed + static_cast<unsigned>(round));
    while (tenants.has_open_members() && Clock::now() < time.end + seconds(60)) chaos.strike();
    chaos.calm_down();
}

void add_next_revision(Tenants& tenants, int round) {
    if (round == 0)
        tenants.add_failing_revision();
    else
        tenants.add_revision("SELECT 1;");
}

}  // namespace

namespace {

void check_chaos(int usual_seconds, const std::string& settings, Between between) {
    const Time time(usual_seconds);
    CAPTURE(settings);
    CAPTURE(time.seed);
    Tenants tenants(from_environment("REV_CHAOS_MEMBERS", 16), settings, between);
    int rounds = 0;
    do {
        CAPTURE(rounds);
        roll_out_in_chaos(tenants, time, rounds);
        // Of whoever was killed last, a lease may still be open.
        const auto last = tenants.project().rev("fleet work");
        CHECK_MESSAGE((last.exit_code == 0 || last.exit_code == 5), last.err);
        tenants.check_members();
        tenants.check_queue(tenants.target());
        add_next_revision(tenants, rounds++);
    } while (Clock::now() < time.end);
    MESSAGE(settings << "rounds: " << rounds << ", seed " << time.seed);
    CHECK(rounds > 0);
}

}  // namespace

TEST_CASE("chaos: every member has each revision exactly once, whatever befalls workers and server") {
    // Under a lock of the session, and under what stands in for it.
    check_chaos(20, "run_lock: session\n", Between::nothing);
    check_chaos(12, "run_lock: lease\nrun_lock_lease: 3s\n", Between::nothing);
}

TEST_CASE("chaos behind a pooler that shares sessions: the same") {
    check_chaos(12, "run_lock_lease: 3s\n", Between::pooler);
}

TEST_CASE("chaos where DDL is not undone: what was cut off goes on where it was, and nothing runs twice") {
    const Time time(12);
    CAPTURE(time.seed);
    Tenants tenants(from_environment("REV_CHAOS_MEMBERS", 16), "transactional_ddl: false\n");
    int rounds = 0;
    do {
        CAPTURE(rounds);
        roll_out_in_chaos(tenants, time, rounds);
        // A worker that was cut off leaves a member for a person to look at; who has looked lets it go on.
        for (int tries = 0; tries < 20 && tenants.has_members_behind(); ++tries) {
            tenants.resume_all();
            expect(tenants.project(), "fleet enqueue head");
            (void)tenants.project().rev("fleet work");
        }
        tenants.check_members();
        add_next_revision(tenants, rounds++);
    } while (Clock::now() < time.end);
    MESSAGE("rounds: " << rounds << ", seed " << time.seed);
    CHECK(rounds > 0);
}
