#include "fleet/roll_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <set>

#include "base/text.hpp"
#include "fleet/member_runner.hpp"
#include "fleet/workers.hpp"
#include "rev/graph.hpp"
#include "script/repeatables.hpp"
#include "script/squashed_files.hpp"

namespace rev::fleet {
namespace {

using Rows = std::vector<RevisionId>;

/// What is to be done for rows of one kind. Members with the same rows share it. A fleet of thousands is mostly at a
/// handful of revisions: planning once for each of these is what makes a comparison quick.
struct Work {
    std::size_t steps = 0;
    bool is_at_target = false;
    RareError failure;
};

std::set<RevisionId> as_set(const Rows& rows) { return {rows.begin(), rows.end()}; }

class Planner {
public:
    Planner(const app::MigrateRequest& request, const Graph& graph, const Config& config)
        : request_(request), graph_(graph), config_(config) {}

    const Work& work_for(const Rows& rows) {
        const auto [found, is_new] = works_.try_emplace(rows);
        if (is_new) found->second = plan(rows);
        return found->second;
    }

private:
    [[nodiscard]] Work plan(const Rows& rows) const {
        try {
            // A member within a squash goes on with the files from before it, as app::migrate() has it do.
            const auto apart = script::SquashedFiles(config_).taken_apart(graph_, rows);
            const auto plan = app::make_plan(request_, apart ? *apart : graph_, rows);
            return {plan.steps.size(), plan.steps.empty() && is_at_target(rows), std::nullopt};
        } catch (const GraphError& error) {
            return {0, false, to_error(error)};
        } catch (const Error& error) {
            return {0, false, error};
        }
    }

    /// A plan without steps may also mean that the database is past the target.
    [[nodiscard]] bool is_at_target(const Rows& rows) const {
        if (request_.mode != app::MigrateMode::upgrade) return true;
        try {
            return as_set(app::make_plan(request_, graph_, {}).to) == as_set(rows);
        } catch (const GraphError&) {  // a relative target means nothing to an empty database
            return true;
        }
    }

    const app::MigrateRequest& request_;
    const Graph& graph_;
    const Config& config_;
    std::map<Rows, Work> works_;
};

/// What resume and repair are for: members at which nothing stopped are as they should be.
MemberResult compare_unfinished(const Member& member, MemberState&& state) {
    MemberResult result{.member = &member, .rows = std::move(state.rows)};
    result.error = std::move(state.failure);
    result.outcome = result.error ? Outcome::failed : state.has_unfinished ? Outcome::behind : Outcome::up_to_date;
    return result;
}

MemberResult compare_one(const Member& member, MemberState&& state, Planner& planner) {
    MemberResult result{.member = &member, .rows = std::move(state.rows)};
    result.error = std::move(state.failure);
    if (!result.error) {
        const auto& work = planner.work_for(result.rows);
        if (work.failure) result.error = in_fleet(*work.failure, member);
        result.steps = work.steps;
        result.outcome = work.steps > 0 ? Outcome::behind : work.is_at_target ? Outcome::up_to_date : Outcome::ahead;
    }
    if (!result.error && state.has_unfinished)
        result.error =
            Error(ExitCode::database, error_codes::unfinished_run, "a revision stopped half-way outside a transaction")
                .with_hint(fmt::format("`rev fleet resume --members '{}'`", base::printable_word(member.name)));
    if (result.error) result.outcome = Outcome::failed;
    return result;
}

/// Connections are counted by server, as its max_connections is what they use up. A socket's folder is in the query of
/// the URL.
std::string server_of(const Member& member) {
    if (member.url->dialect == Dialect::sqlite) return {};
    const auto socket = member.url->query.find("host");
    return member.url->host + (socket == member.url->query.end() ? "" : socket->second) + ":" + member.url->port;
}

/// Places of members in the results, in the order to begin them, for several workers. Each is given a handful, about
/// which it asks at once; whoever has none left takes half of what another has not begun, who may be at a slow one.
class Queue {
public:
    Queue(std::vector<std::size_t> indexes, std::size_t workers, std::size_t handful)
        : indexes_(std::move(indexes)), handful_(handful), hands_(workers) {}

    struct Next {
        std::size_t index = 0;
        std::vector<std::size_t> given = {};  ///< with this one, if that is a new handful; else empty
    };
    /// nullopt: none are left.
    [[nodiscard]] std::optional<Next> next(std::size_t worker) {
        const std::lock_guard lock(mutex_);
        auto& hand = hands_.at(worker);
        Next next;
        if (hand.empty()) {
            fill(hand);
            next.given.assign(hand.begin(), hand.end());
        }
        if (hand.empty()) return std::nullopt;
        next.index = hand.front();
        hand.pop_front();
        return next;
    }

private:
    using Hand = std::deque<std::size_t>;

    void fill(Hand& hand) {
        const auto count = std::min(handful_, indexes_.size() - at_);
        hand.assign(indexes_.begin() + static_cast<std::ptrdiff_t>(at_),
                    indexes_.begin() + static_cast<std::ptrdiff_t>(at_ + count));
        at_ += count;
        if (!hand.empty()) return;
        auto& fullest = *std::ranges::max_element(hands_, {}, &Hand::size);
        const auto half = (fullest.size() + 1) / 2;
        hand.assign(fullest.end() - static_cast<std::ptrdiff_t>(half), fullest.end());
        fullest.resize(fullest.size() - half);
    }

    std::mutex mutex_;
    std::vector<std::size_t> indexes_;
    std::size_t at_ = 0;  ///< of the first that nobody was given
    std::size_t handful_;
    std::vector<Hand> hands_;  ///< by worker
};

/// What all workers of a roll-out share.
class Ledger {
public:
    Ledger(const FleetContext& context, std::vector<MemberResult>& results) : context_(context), results_(results) {}

    /// Whether a new member may be begun.
    [[nodiscard]] bool goes_on() const {
        const auto most = context_.config.fleet.stop_after;
        return !context_.stop.requested() && (!most || failures_ < *most);
    }
    void start(const Member& member) {
        const std::lock_guard lock(mutex_);
        context_.watcher.member_started(member);
    }
    void finish(MemberResult& result) {
        const std::lock_guard lock(mutex_);
        if (result.outcome == Outcome::failed) ++failures_;
        context_.watcher.member_finished(result);
    }
    /// Whether the next ring may begin: what went wrong in one is for a person to look at, unless alembic.yaml says
    /// that failures stop nothing.
    [[nodiscard]] bool ring_is_whole() const {
        return goes_on() && (!context_.config.fleet.stop_after || failures_ == 0);
    }
    void start_ring(const std::string& ring, std::size_t members) {
        const std::lock_guard lock(mutex_);
        context_.watcher.ring_started(ring, members);
    }
    [[nodiscard]] MemberResult& result(std::size_t index) { return results_.at(index); }

private:
    const FleetContext& context_;
    std::vector<MemberResult>& results_;
    std::atomic<std::size_t> failures_ = 0;
    std::mutex mutex_;
};

/// Whether the member is to be run: what needs no connection is settled here.
bool needs_run(const app::MigrateRequest& migrate, const FleetContext& context, MemberResult& result) {
    if (result.outcome == Outcome::failed) return false;
    // A stamp may move rows in any direction: that there are no steps upwards says nothing.
    if (migrate.mode == app::MigrateMode::stamp || migrate.mode == app::MigrateMode::accept_changed) return true;
    if (result.outcome == Outcome::ahead) result.outcome = Outcome::up_to_date;
    // Rows tell nothing of repeatable objects: the member's log has to be asked.
    const bool has_repeatables = migrate.mode == app::MigrateMode::upgrade &&
                                 migrate.repeatables == app::RepeatableUse::run &&
                                 !context.scripts.repeatables().empty();
    return result.outcome == Outcome::behind || has_repeatables;
}

/// What the workers of a roll-out know in common.
struct Shared {
    app::SharedPlans plans;
    SoundLogs sound;
};

/// One thread of a roll-out.
class Worker {
public:
    Worker(const RollOut& request, const FleetContext& context, Shared& shared, Ledger& ledger, Queue& queue,
           std::size_t number)
        : ledger_(ledger),
          queue_(queue),
          number_(number),
          runner_(request.migrate, context, shared.plans, shared.sound) {}

    bool take_next() {
        if (!ledger_.goes_on()) return false;
        const auto next = queue_.next(number_);
        if (!next) return false;
        if (!next->given.empty()) look_ahead(next->given);
        auto& result = ledger_.result(next->index);
        ledger_.start(*result.member);
        runner_.run(result);
        ledger_.finish(result);
        return true;
    }

private:
    void look_ahead(const std::vector<std::size_t>& indexes) {
        std::vector<const MemberResult*> results;
        for (const auto index : indexes) results.push_back(&ledger_.result(index));
        runner_.look_ahead(results, MemberRunner::Known::rows);
    }

    Ledger& ledger_;
    Queue& queue_;
    std::size_t number_;  ///< of its server's workers
    MemberRunner runner_;
};

/// So many that a question for all of them pays, and so few that at the end no thread has many left.
std::size_t handful_of(std::size_t members, std::size_t workers) {
    constexpr std::size_t most = 256;
    return std::clamp<std::size_t>(members / (workers * 4), 1, most);
}

void run_wave(const RollOut& request, const FleetContext& context, Shared& shared, Ledger& ledger,
              const std::vector<std::size_t>& indexes) {
    std::map<std::string, std::vector<std::size_t>> by_server;
    for (const auto index : indexes) by_server[server_of(*ledger.result(index).member)].push_back(index);
    /// A worker to be.
    struct Place {
        Queue* queue = nullptr;
        std::size_t number = 0;
    };
    std::vector<std::unique_ptr<Queue>> queues;
    std::vector<Place> places;
    for (auto& [server, members] : by_server) {
        const auto workers = std::min(request.jobs, members.size());
        const auto handful = handful_of(members.size(), workers);
        queues.push_back(std::make_unique<Queue>(std::move(members), workers, handful));
        for (std::size_t number = 0; number < workers; ++number) places.push_back({queues.back().get(), number});
    }
    std::atomic<std::size_t> next_place = 0;
    run_workers(places.size(), [&]() -> TakeNext {
        const auto& place = places.at(next_place++);
        const auto worker = std::make_shared<Worker>(request, context, shared, ledger, *place.queue, place.number);
        return [worker] { return worker->take_next(); };
    });
}

Error no_such_ring(const std::string& name, std::span<const FleetRing> rings) {
    std::vector<std::string> names;
    for (const auto& ring : rings) names.push_back(ring.name);
    const auto near = base::closest(name, names);
    return Error(ExitCode::usage, error_codes::no_such_ring,
                 fmt::format("there is no ring {}", base::printable_word(name)))
        .with_hint(near.empty() ? fmt::format("the rings are {}", base::join(names, ", ")) : base::did_you_mean(near));
}

void require_ring(const RollOut& request, std::span<const FleetRing> rings) {
    if (!request.ring) return;
    if (std::ranges::none_of(rings, [&](const auto& ring) { return ring.name == *request.ring; }))
        throw no_such_ring(*request.ring, rings);
}

}  // namespace

bool has_plan(app::MigrateMode mode) {
    return mode == app::MigrateMode::upgrade || mode == app::MigrateMode::downgrade || mode == app::MigrateMode::stamp;
}

std::vector<MemberResult> compare(std::span<const Member> members, std::vector<MemberState> states,
                                  std::string_view target, const Graph& graph, const Config& config) {
    const app::MigrateRequest request{.mode = app::MigrateMode::upgrade, .targets = {std::string(target)}};
    Planner planner(request, graph, config);
    std::vector<MemberResult> results;
    results.reserve(members.size());
    for (std::size_t i = 0; i < members.size(); ++i)
        results.push_back(compare_one(members[i], std::move(states[i]), planner));
    return results;
}

std::vector<MemberResult> roll_out(const RollOut& request, std::span<const Member> members,
                                   std::vector<MemberState> states, const FleetContext& context) {
    const auto& rings = context.config.fleet.rings;
    require_ring(request, rings);
    Planner planner(request.migrate, context.graph, context.config);
    std::vector<MemberResult> results;
    results.reserve(members.size());
    std::vector<std::vector<std::size_t>> waves;
    std::vector<std::string> names;
    for (const auto& wave : divide(members, rings)) {
        if (request.ring && wave.ring != *request.ring) continue;
        names.push_back(wave.ring);
        auto& indexes = waves.emplace_back();
        for (const auto* member : wave.members) {
            indexes.push_back(results.size());
            // The wave has pointers into `members`, so that the place tells which state is its own.
            auto& state = states[static_cast<std::size_t>(member - members.data())];
            results.push_back(has_plan(request.migrate.mode) ? compare_one(*member, std::move(state), planner)
                                                             : compare_unfinished(*member, std::move(state)));
            results.back().ring = wave.ring;
        }
    }
    states = {};
    context.watcher.roll_out_started(results.size());
    Shared shared;
    Ledger ledger(context, results);
    for (std::size_t i = 0; i < waves.size(); ++i) {
        ledger.start_ring(names[i], waves[i].size());
        std::vector<std::size_t> to_run;
        for (const auto index : waves[i]) {
            if (!needs_run(request.migrate, context, results[index])) {
                ledger.finish(results[index]);
                continue;
            }
            // Until it is begun: a roll-out that stops early then tells which members it has not come to.
            results[index].outcome = Outcome::not_begun;
            to_run.push_back(index);
        }
        if (!ledger.goes_on()) break;
        run_wave(request, context, shared, ledger, to_run);
        if (!ledger.ring_is_whole()) break;
    }
    if (request.migrate.extent != app::MigrateExtent::run) return results;
    // What was never begun is not what the comparison made of it.
    for (auto& result : results)
        if (result.outcome == Outcome::behind || result.outcome == Outcome::ahead) result.outcome = Outcome::not_begun;
    return results;
}

}  // namespace rev::fleet
