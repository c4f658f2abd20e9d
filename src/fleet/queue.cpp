#include "fleet/queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "app/connect.hpp"
#include "base/text.hpp"
#include "fleet/member_runner.hpp"
#include "fleet/workers.hpp"
#include "rev/database.hpp"
#include "state/sha256.hpp"

namespace rev::fleet {
namespace {

/// A queue in two tables, for workers on several machines. It says who should run a member, never who may: that is the
/// member's own run lock. So a lease that is lost, or two workers that both believe to have it, cost a wait and nothing
/// else.
using std::chrono::milliseconds;

DatabaseUrl queue_url(const Config& config) {
    const auto& fleet = config.fleet;
    const auto& text = !fleet.queue_url.empty() ? fleet.queue_url
                       : !fleet.url.empty()     ? fleet.url
                                                : require_url(config);
    auto url = parse_database_url(text);
    if (url.dialect == Dialect::postgresql) return url;
    throw Error(ExitCode::usage, "no_queue",
                fmt::format("the queue needs a PostgreSQL database, not {}", url.display()))
        .with_hint("name one as queue_url of fleet in alembic.yaml; on one machine `rev fleet upgrade` needs no queue");
}

std::optional<std::size_t> number_or_nothing(const SqlValue& value) {
    return value ? std::optional<std::size_t>(std::stoull(*value)) : std::nullopt;
}

std::string joined_rows(const std::vector<RevisionId>& rows) { return join(rows, ", "); }

}  // namespace

struct RollOutQueue::Parts {
    std::unique_ptr<Database> database;
    std::string runs;     ///< qualified
    std::string members;  ///< qualified

    std::vector<SqlRow> ask(const std::string& sql, const std::vector<SqlValue>& parameters = {}) const {
        return database->query(sql, parameters);
    }
    void run(const std::vector<std::string>& statements) const {
        std::vector<Command> commands{{.kind = Command::Kind::begin}};
        for (const auto& sql : statements) commands.push_back({.kind = Command::Kind::sql, .sql = sql, .is_own = true});
        commands.push_back({.kind = Command::Kind::commit});
        database->run(commands);
    }
    [[nodiscard]] std::string quoted(const std::string& value) const { return database->quote_literal(value); }
};

RollOutQueue::RollOutQueue(const Config& config) : parts_(std::make_unique<Parts>()) {
    Reporter silent;
    auto options = reading_options(config);
    options.read_only = false;
    parts_->database = open_database(queue_url(config), options);
    auto schema = config.version_table_schema;
    if (schema.empty())
        schema =
            parts_->database->query_in_session("SELECT pg_catalog.current_schema()").at(0).at(0).value_or("public");
    const auto place = parts_->database->quote_identifier(schema);
    parts_->runs = place + ".rev_fleet_run";
    parts_->members = place + ".rev_fleet_member";
}

RollOutQueue::~RollOutQueue() = default;

void RollOutQueue::ensure_tables() {
    parts_->run({fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                             "    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                             "    target text NOT NULL,\n"
                             "    history text NOT NULL,\n"
                             "    stop_after bigint,\n"
                             "    created_at timestamptz NOT NULL DEFAULT pg_catalog.now()\n)",
                             parts_->runs),
                 fmt::format("CREATE TABLE IF NOT EXISTS {} (\n"
                             "    run bigint NOT NULL REFERENCES {} ON DELETE CASCADE,\n"
                             "    position bigint NOT NULL,\n"
                             "    wave bigint NOT NULL,\n"
                             "    ring text NOT NULL,\n"
                             "    name text NOT NULL,\n"
                             "    state text NOT NULL DEFAULT 'waiting',\n"
                             "    worker text,\n"
                             "    token bigint NOT NULL DEFAULT 0,\n"
                             "    attempts bigint NOT NULL DEFAULT 0,\n"
                             "    not_before timestamptz,\n"
                             "    lease_until timestamptz,\n"
                             "    finished_at timestamptz,\n"
                             "    rows text,\n"
                             "    error text,\n"
                             "    PRIMARY KEY (run, name)\n)",
                             parts_->members, parts_->runs)});
}

QueuedRun RollOutQueue::enqueue(const std::string& target, const std::string& history, std::span<const Wave> waves,
                                std::optional<std::size_t> stop_after) {
    std::vector<std::string> statements{fmt::format("INSERT INTO {} (target, history, stop_after) VALUES ({}, {}, {})",
                                                    parts_->runs, parts_->quoted(target), parts_->quoted(history),
                                                    stop_after ? std::to_string(*stop_after) : "NULL")};
    std::size_t position = 0;
    for (std::size_t wave = 0; wave < waves.size(); ++wave) {
        for (const auto* member : waves[wave].members) {
            const auto& fault = member->fault;
            statements.push_back(fmt::format(
                // lastval() is the id that this session has just drawn. ON CONFLICT: of a name that is twice in the
                // list, the second has a fault of its own already.
                "INSERT INTO {} (run, position, wave, ring, name, state, error) VALUES "
                "(pg_catalog.lastval(), {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
                parts_->members, position++, wave, parts_->quoted(waves[wave].ring), parts_->quoted(member->name),
                fault ? "'failed'" : "'waiting'", fault ? parts_->quoted(fault->what()) : "NULL"));
        }
    }
    parts_->run(statements);
    return find({}).value();
}

std::optional<QueuedRun> RollOutQueue::find(std::optional<long long> id) {
    const auto sql = fmt::format(
        "SELECT id, target, history, stop_after, pg_catalog.to_char(created_at AT TIME ZONE 'UTC',"
        " 'YYYY-MM-DD HH24:MI:SS\"Z\"') FROM {} WHERE CAST(? AS bigint) IS NULL OR id = CAST(? AS bigint)"
        " ORDER BY id DESC LIMIT 1",
        parts_->runs);
    const auto parameter = id ? SqlValue(std::to_string(*id)) : SqlValue();
    const auto rows = parts_->ask(sql, {parameter, parameter});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return QueuedRun{std::stoll(row[0].value()), row[1].value_or(""), row[2].value_or(""), number_or_nothing(row[3]),
                     row[4].value_or("")};
}

std::vector<QueuedMember> RollOutQueue::members(long long run) {
    std::vector<QueuedMember> list;
    for (const auto& row : parts_->ask(fmt::format("SELECT name, ring, state, worker, attempts, rows, error FROM {}"
                                                   " WHERE run = CAST(? AS bigint) ORDER BY position",
                                                   parts_->members),
                                       {std::to_string(run)}))
        list.push_back({row[0].value_or(""), row[1].value_or(""), row[2].value_or(""), row[3].value_or(""),
                        std::stoll(row[4].value_or("0")), row[5].value_or(""), row[6].value_or("")});
    return list;
}

namespace {

/// Which members may be begun: of the first wave that is not whole, none while as many have failed as is allowed. A
/// wave is whole when all are done, or, where failures stop nothing, tried.
std::string startable(const std::string& members, const QueuedRun& run) {
    const auto open_states = run.stop_after ? "state <> 'done'" : "state NOT IN ('done', 'failed')";
    auto condition = fmt::format(
        "run = {0} AND (state = 'waiting' AND (not_before IS NULL OR not_before < pg_catalog.now())"
        " OR state = 'running' AND lease_until < pg_catalog.now())"
        " AND wave = (SELECT pg_catalog.min(w.wave) FROM {1} w WHERE w.run = {0} AND w.{2})",
        run.id, members, open_states);
    if (run.stop_after)
        condition +=
            fmt::format(" AND (SELECT pg_catalog.count(*) FROM {1} f WHERE f.run = {0} AND f.state = 'failed') < {2}",
                        run.id, members, *run.stop_after);
    return condition;
}

}  // namespace

std::optional<RollOutQueue::Lease> RollOutQueue::take(const QueuedRun& run, const std::string& worker,
                                                      std::chrono::seconds lease) {
    // One statement chooses and takes: SKIP LOCKED lets several workers choose at once without waiting for each other.
    // The token tells this lease from the one before it on the same member.
    const auto rows = parts_->ask(
        fmt::format("UPDATE {0} SET state = 'running', worker = ?, token = token + 1, attempts = attempts + 1,"
                    " lease_until = pg_catalog.now() + pg_catalog.make_interval(secs => {1})"
                    " WHERE run = {2} AND name = (SELECT name FROM {0} WHERE {3}"
                    " ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name, token",
                    parts_->members, lease.count(), run.id, startable(parts_->members, run)),
        {worker});
    if (rows.empty()) return std::nullopt;
    return Lease{rows.front()[0].value_or(""), std::stoll(rows.front()[1].value_or("0"))};
}

bool RollOutQueue::is_open(const QueuedRun& run) {
    auto condition = fmt::format("run = {} AND state IN ('waiting', 'running')", run.id);
    if (run.stop_after)
        condition +=
            fmt::format(" AND (SELECT pg_catalog.count(*) FROM {1} f WHERE f.run = {0} AND f.state = 'failed') < {2}",
                        run.id, parts_->members, *run.stop_after);
    return !parts_->ask(fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", parts_->members, condition)).empty();
}

bool RollOutQueue::renew(const QueuedRun& run, const Lease& taken, std::chrono::seconds lease) {
    return !parts_
                // The server's clock in every comparison: those of the workers may differ.
                ->ask(fmt::format("UPDATE {} SET lease_until = pg_catalog.now() + pg_catalog.make_interval(secs => {})"
                                  " WHERE run = {} AND name = ? AND token = {} RETURNING 1",
                                  parts_->members, lease.count(), run.id, taken.token),
                      {taken.member})
                .empty();
}

void RollOutQueue::finish(const QueuedRun& run, const Lease& taken, const MemberResult& result) {
    const bool failed = result.outcome == Outcome::failed;
    const auto error = failed && result.error ? SqlValue(result.error->what()) : SqlValue();
    // No row if the lease has passed to somebody else, who will say how it ended.
    (void)parts_->ask(fmt::format("UPDATE {} SET state = '{}', rows = ?, error = ?, finished_at = pg_catalog.now(),"
                                  " lease_until = NULL WHERE run = {} AND name = ? AND token = {} RETURNING 1",
                                  parts_->members, failed ? "failed" : "done", run.id, taken.token),
                      {joined_rows(result.rows), error, taken.member});
}

/// A second's rest: the same worker would take it again at once.
void RollOutQueue::put_back(const QueuedRun& run, const Lease& taken) {
    (void)parts_->ask(fmt::format("UPDATE {} SET state = 'waiting', lease_until = NULL,"
                                  " not_before = pg_catalog.now() + pg_catalog.make_interval(secs => 1)"
                                  " WHERE run = {} AND name = ? AND token = {} RETURNING 1",
                                  parts_->members, run.id, taken.token),
                      {taken.member});
}

/// Over sections and not over files, as comments in the header may differ; sorted, as folders are listed in any order.
std::string history_of(const Graph& graph, const ScriptDirectory& scripts) {
    std::vector<std::string> lines;
    for (const auto& revision : graph.revisions()) {
        const auto file = scripts.read(revision);
        std::string line = revision.id + " " + join(revision.revises, ",");
        for (const auto& section : file.sections)
            line += " " + sha256(std::string_view(file.text).substr(section.offset, section.length));
        lines.push_back(std::move(line));
    }
    std::ranges::sort(lines);
    return sha256(join(lines, "\n"));
}

namespace {

/// The leases of one process, renewed by a thread of their own over a connection of its own: a member's SQL may run for
/// hours.
class Heartbeat {
public:
    Heartbeat(const QueuedRun& run, const Config& config, std::chrono::seconds lease)
        : run_(run), queue_(config), lease_(lease), thread_([this] { beat(); }) {}
    ~Heartbeat() {
        {
            const std::lock_guard lock(mutex_);
            ends_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

    void add(const RollOutQueue::Lease& taken) {
        const std::lock_guard lock(mutex_);
        leases_[taken.member] = taken;
    }
    void remove(const RollOutQueue::Lease& taken) {
        const std::lock_guard lock(mutex_);
        leases_.erase(taken.member);
    }

private:
    void beat() {
        std::unique_lock lock(mutex_);
        // A third of the lease: two renewals may fail before it ends.
        while (!wake_.wait_for(lock, std::chrono::milliseconds(lease_) / 3, [this] { return ends_; })) {
            // A copy: the queue is asked without the lock, as it may take long to answer.
            const auto leases = leases_;
            lock.unlock();
            for (const auto& [name, taken] : leases) renew(taken);
            lock.lock();
        }
    }
    /// A lease that is lost ends nothing here: the run lock of the member decides who runs it.
    void renew(const RollOutQueue::Lease& taken) {
        try {
            (void)queue_.renew(run_, taken, lease_);
        } catch (const Error&) {  // the coordinating database is away: the lease ends by itself
            return;
        }
    }

    const QueuedRun& run_;
    RollOutQueue queue_;
    std::chrono::seconds lease_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::map<std::string, RollOutQueue::Lease> leases_;
    bool ends_ = false;
    std::thread thread_;
};

/// One thread of a worker.
class QueueThread {
public:
    QueueThread(const QueuedRun& run, const std::map<std::string, const Member*>& members, const WorkOptions& options,
                const FleetContext& context, const app::MigrateRequest& migrate, Heartbeat& heartbeat,
                std::mutex& mutex, std::vector<MemberResult>& results)
        : run_(run),
          members_(members),
          options_(options),
          context_(context),
          heartbeat_(heartbeat),
          mutex_(mutex),
          results_(results),
          queue_(context.config),
          runner_(migrate, context) {}

    bool take_next() {
        if (context_.stop.requested()) return false;
        const auto taken = queue_.take(run_, options_.worker, options_.lease);
        if (taken) {
            run(*taken);
            return true;
        }
        if (!queue_.is_open(run_)) return false;
        // Others still run what comes before, or their leases have to end.
        std::this_thread::sleep_for(milliseconds(200));
        return true;
    }

private:
    void run(const RollOutQueue::Lease& taken) {
        MemberResult result;
        const auto found = members_.find(taken.member);
        // The list may have changed since the roll-out was enqueued.
        if (found == members_.end()) {
            result.outcome = Outcome::failed;
            result.error = Error(ExitCode::database, "no_such_member",
                                 fmt::format("{} is no member any more", printable_word(taken.member)));
            queue_.finish(run_, taken, result);
            return;
        }
        result.member = found->second;
        tell_start(*found->second);
        heartbeat_.add(taken);
        runner_.run(result);
        heartbeat_.remove(taken);
        // Neither is a failure of the member: somebody else, or this worker later, can do it.
        const bool is_locked = result.error && result.error->code() == "locked";
        const bool is_stopped = result.error && context_.stop.requested();
        if (is_locked || is_stopped) return queue_.put_back(run_, taken);
        queue_.finish(run_, taken, result);
        tell_end(result);
    }

    void tell_start(const Member& member) {
        const std::lock_guard lock(mutex_);
        context_.watcher.member_started(member);
    }
    void tell_end(const MemberResult& result) {
        const std::lock_guard lock(mutex_);
        context_.watcher.member_finished(result);
        results_.push_back(result);
    }

    const QueuedRun& run_;
    const std::map<std::string, const Member*>& members_;
    const WorkOptions& options_;
    const FleetContext& context_;
    Heartbeat& heartbeat_;
    std::mutex& mutex_;
    std::vector<MemberResult>& results_;
    RollOutQueue queue_;
    MemberRunner runner_;
};

/// A member whose lock somebody else has goes back into the queue soon, instead of keeping a thread waiting.
Config with_short_lock_wait(Config config) {
    config.lock_timeout = std::min(config.lock_timeout, milliseconds{1000});
    return config;
}

}  // namespace

std::vector<MemberResult> work(const QueuedRun& run, std::span<const Member> members, const WorkOptions& options,
                               const FleetContext& context) {
    if (history_of(context.graph, context.scripts) != run.history)
        throw Error(ExitCode::graph, "other_history",
                    fmt::format("the revision files here are not those of roll-out {}", run.id))
            .with_hint("check out what it was enqueued from, or enqueue a new one");
    std::map<std::string, const Member*> by_name;
    for (const auto& member : members)
        if (!member.fault) by_name.emplace(member.name, &member);
    const auto config = with_short_lock_wait(context.config);
    const auto own = context.with(config);
    const app::MigrateRequest migrate{.mode = app::MigrateMode::upgrade, .targets = {run.target}};
    std::vector<MemberResult> results;
    std::mutex mutex;
    Heartbeat heartbeat(run, config, options.lease);
    run_workers(options.jobs, [&]() -> TakeNext {
        auto thread = std::make_shared<QueueThread>(run, by_name, options, own, migrate, heartbeat, mutex, results);
        return [thread] { return thread->take_next(); };
    });
    return results;
}

}  // namespace rev::fleet
