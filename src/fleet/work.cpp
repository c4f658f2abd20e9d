// What `rev fleet work` does: takes members of a queued roll-out and runs them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "fleet/member_runner.hpp"
#include "fleet/queue.hpp"
#include "fleet/workers.hpp"

namespace rev::fleet {

using std::chrono::milliseconds;

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
        // Thrice within a lease: one renewal may fail, and the member stays this worker's.
        while (!wake_.wait_for(lock, std::chrono::milliseconds(lease_) / 3, [this] { return ends_; })) {
            const auto leases = leases_;
            // Threads that begin or end a member do not wait for the network.
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

/// Whether another try may find it better: its lock is another run's, or its database does not answer. Whose database
/// does not come back is given up in the end, as others may wait for its ring.
bool may_be_over_soon(const Error& error, const RollOutQueue::Lease& taken) {
    constexpr long long most_attempts = 12;
    constexpr std::array<std::string_view, 6> passing_codes = {
        error_codes::connection_lost,  error_codes::connection_refused, error_codes::connection_failed,
        error_codes::server_not_ready, error_codes::connection_timeout, error_codes::too_many_connections};
    if (error.code() == error_codes::locked) return true;
    return taken.attempts < most_attempts && std::ranges::find(passing_codes, error.code()) != passing_codes.end();
}

/// One thread of a worker.
class QueueThread {
public:
    QueueThread(const QueuedRun& run, const std::map<std::string, const Member*>& members, const WorkOptions& options,
                const FleetContext& context, const app::MigrateRequest& migrate, app::SharedPlans& shared,
                SoundLogs& sound, Heartbeat& heartbeat, std::mutex& mutex, std::vector<MemberResult>& results)
        : run_(run),
          members_(members),
          options_(options),
          context_(context),
          heartbeat_(heartbeat),
          mutex_(mutex),
          results_(results),
          queue_(context.config),
          runner_(migrate, context, shared, sound) {}

    bool take_next() {
        if (context_.stop.requested()) {
            give_back();
            return false;
        }
        if (!hand_.empty() && (is_stale() || !queue_.may_begin(run_))) give_back();
        if (hand_.empty()) take_some();
        if (!hand_.empty()) {
            const auto taken = hand_.front();
            hand_.pop_front();
            run(taken);
            return true;
        }
        runner_.rest();
        if (!queue_.is_open(run_)) return false;
        // Others still run what comes before, or their leases have to end.
        std::this_thread::sleep_for(milliseconds(200));
        return true;
    }

private:
    using Clock = std::chrono::steady_clock;

    void take_some() {
        taken_at_ = Clock::now();
        const auto taken = queue_.take(run_, options_.worker, options_.lease);
        hand_.assign(taken.begin(), taken.end());
        look_ahead();
    }

    void look_ahead() {
        std::vector<MemberResult> results;
        for (const auto& taken : hand_)
            if (const auto* member = members_.at(taken.member); !member->fault) results.push_back({.member = member});
        std::vector<const MemberResult*> places;
        for (const auto& result : results) places.push_back(&result);
        runner_.look_ahead(places, MemberRunner::Known::nothing);
    }

    /// The leases of those that were not begun are not renewed: who has a slow one lets others have them. So none is
    /// begun whose lease may end before it is renewed.
    [[nodiscard]] bool is_stale() const { return Clock::now() - taken_at_ > milliseconds(options_.lease) / 3; }

    void give_back() {
        try {
            for (const auto& taken : std::exchange(hand_, {})) queue_.give_back(run_, taken);
        } catch (const Error&) {  // the coordinating database is away: the leases end by themselves
            return;
        }
    }

    void run(const RollOutQueue::Lease& taken) {
        MemberResult result;
        result.member = members_.at(taken.member);
        tell_start(*result.member);
        heartbeat_.add(taken);
        if (result.member->fault) {
            result.outcome = Outcome::failed;
            result.error = result.member->fault;
        } else {
            runner_.run(result, taken.token);
        }
        heartbeat_.remove(taken);
        // An error after a stop says nothing of the member: it is left to whoever goes on.
        if (result.error && (context_.stop.requested() || may_be_over_soon(*result.error, taken)))
            return queue_.put_back(run_, taken);
        const bool is_ours = queue_.finish(run_, taken, result);
        // Of whoever has it now, that is no failure.
        if (is_ours || !result.error || result.error->code() != error_codes::lease_lost) tell_end(result);
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
    std::deque<RollOutQueue::Lease> hand_;  ///< taken and not begun
    Clock::time_point taken_at_;            ///< before they were
};

/// A member whose lock somebody else has goes back into the queue soon, instead of keeping a thread waiting.
Config with_short_lock_wait(Config config) {
    config.lock_timeout = std::min(config.lock_timeout, milliseconds{1000});
    return config;
}

}  // namespace

std::vector<Member> with_gone_members(std::vector<Member> members, std::span<const QueuedMember> queued) {
    std::set<std::string> names;
    for (const auto& member : members) names.insert(member.name);
    for (const auto& each : queued)
        if (!names.contains(each.name))
            members.push_back(
                {.name = each.name,
                 .url = {},
                 .fault = Error(ExitCode::database, error_codes::no_such_member,
                                fmt::format("{} is no member any more", base::printable_word(each.name)))
                              .with_hint(fmt::format("`rev fleet forget {}` lets the roll-out go on without it",
                                                     base::printable_word(each.name)))});
    return members;
}

std::vector<MemberResult> work(const QueuedRun& run, std::span<const Member> members, const WorkOptions& options,
                               const FleetContext& context) {
    if (history_of(context.graph, context.scripts) != run.history)
        throw Error(ExitCode::graph, error_codes::other_history,
                    fmt::format("the revision files here are not those of roll-out {}", run.id))
            .with_hint("check out what it was enqueued from, or enqueue a new one");
    std::map<std::string, const Member*> by_name;
    for (const auto& member : members) by_name.emplace(member.name, &member);
    const auto config = with_short_lock_wait(context.config);
    const auto own = context.with(config);
    const app::MigrateRequest migrate{
        .mode = app::MigrateMode::upgrade, .targets = {run.target}, .repeatables = options.repeatables};
    std::vector<MemberResult> results;
    std::mutex mutex;
    app::SharedPlans shared;
    SoundLogs sound;
    Heartbeat heartbeat(run, config, options.lease);
    run_workers(options.jobs, [&]() -> TakeNext {
        auto thread = std::make_shared<QueueThread>(run, by_name, options, own, migrate, shared, sound, heartbeat,
                                                    mutex, results);
        return [thread] { return thread->take_next(); };
    });
    return results;
}

}  // namespace rev::fleet
