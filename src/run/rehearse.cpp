// Runs a plan in one transaction that is rolled back. A step that needs the commit of an earlier one, or a transaction
// of its own, cannot be tried so, and nothing behind it either.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "base/interrupt.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "run/batch.hpp"
#include "run/effects.hpp"
#include "run/failure_text.hpp"
#include "run/foreign_keys.hpp"
#include "run/guards.hpp"
#include "run/rehearsal.hpp"
#include "run/step_text.hpp"
#include "run/trial.hpp"
#include "run/way.hpp"
#include "state/notes.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::run {
namespace {

using Clock = std::chrono::steady_clock;

/// A step that would work in a transaction of its own.
struct NeedsOther {
    Unrehearsed reason;
};

/// Rolls back whatever happens, and ends what a revision left in the session.
class RolledBack {
public:
    explicit RolledBack(Database& database) : database_(database) {}
    ~RolledBack() {
        try {
            database_.rollback();
            Batch batch;
            batch.reset();
            database_.run(batch.commands());
        } catch (const std::exception&) {  // the connection is gone, and the transaction with it
        }
    }
    RolledBack(const RolledBack&) = delete;
    RolledBack& operator=(const RolledBack&) = delete;

private:
    Database& database_;
};

class RehearsalRun final : public PlanWay {
public:
    RehearsalRun(Database& database, const PreparedPlan& plan, const ExecuteOptions& options, TrialWatcher& watcher)
        : database_(database),
          plan_(plan),
          options_(options),
          watcher_(watcher),
          state_(state::read_state(database, options.table, false)),
          tables_(state::sql_names(database, state_.tables.table)) {}

    void run() override {
        state::refuse_unfinished(state_.unfinished);
        // Before the transaction: PRAGMA foreign_keys does nothing within one.
        const ForeignKeys foreign_keys(database_, enforced_foreign_keys());
        may_run_blocks_ = !is_sqlite() && plan_.steps.size() > 1 && may_run_blocks(database_);
        const RolledBack rolled_back(database_);
        begin();
        watcher_.began(tables_);
        std::optional<Unrehearsed> reason;
        for (const auto& step : plan_.steps) {
            if (!reason && !step->transactional) reason = Unrehearsed::outside_transaction;
            // Each step gets an entry, also those that are not tried: the report names them.
            auto& rehearsed = rehearsed_.emplace_back();
            rehearsed.step = &step->step;
            if (!reason) reason = try_step(*step, rehearsed);
            rehearsed.unrehearsed = reason;
            if (reason) reason = Unrehearsed::after_such_a_step;
        }
        watcher_.ends();
    }

    /// One for each step of the plan, in its order.
    [[nodiscard]] std::vector<RehearsedStep> take_rehearsed() && { return std::move(rehearsed_); }

private:
    [[nodiscard]] bool is_sqlite() const { return database_.dialect() == Dialect::sqlite; }
    [[nodiscard]] bool commits_between() const { return options_.transaction == TransactionMode::per_revision; }

    /// SQLite's setting cannot change within a transaction: one revision that needs it off turns it off for all.
    [[nodiscard]] bool enforced_foreign_keys() const {
        return std::ranges::all_of(plan_.steps, [&](const auto& step) { return wants_foreign_keys(*step); });
    }
    [[nodiscard]] bool wants_foreign_keys(const PreparedStep& step) const {
        return step.sqlite_foreign_keys.value_or(options_.sqlite_foreign_keys);
    }

    void begin() {
        const auto& first = *plan_.steps.front();
        Batch batch;
        if (is_sqlite()) batch.limit(first.limits);
        batch.begin(Batch::Span::plan);
        // The version rows are changed in the rehearsal too, so that their triggers run; where there is no table yet,
        // one is made that goes with the rollback.
        const bool create = !state_.tables.version.is_there();
        if (create) {
            if (auto schema = state::create_missing_schema(database_, state_.tables); !schema.empty())
                batch.own_sql(std::move(schema));
            batch.own_sql(state::create_version_table(tables_));
        }
        send(batch, first);
    }

    std::optional<Unrehearsed> try_step(const PreparedStep& step, RehearsedStep& rehearsed) {
        if (options_.stop.requested())
            throw base::stop_error("the rehearsal was rolled back; nothing was changed", options_.stop);
        const auto start = Clock::now();
        const auto late = late_set_transactions(step);
        for (const auto statement : late) rehearsed.remarks.push_back(left_out_text(step, statement));
        try {
            run_step(step, rehearsed, late);
        } catch (const NeedsOther& other) {
            return other.reason;
        }
        rehearsed.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
        watcher_.step_ran(step, rehearsed);
        return std::nullopt;
    }

    /// late: see late_set_transactions. The rehearsal has asked the database before its first step already.
    void run_step(const PreparedStep& step, RehearsedStep& rehearsed, const std::vector<std::size_t>& late) {
        const bool guarded = is_sqlite() && (step.sqlite_foreign_keys.has_value() || options_.sqlite_foreign_keys);
        // Those of before the step are none of its own.
        std::optional<ForeignKeyCheck> check;
        if (guarded) check.emplace(database_);
        Batch batch;
        const bool first = &step == plan_.steps.front().get();
        if (!is_sqlite() && commits_between() && !first) {
            // The step before has ended with IMMEDIATE, which would hold on in the same transaction.
            batch.set_constraints("DEFERRED");  // those that the step itself is going to make
            if (may_run_blocks_) batch.default_constraints();
        }
        batch.limit(step.limits);
        if (is_sqlite() && watcher_.wants_statements()) {
            send(batch, step);
            batch = Batch();
            run_statements(step, rehearsed);
        } else {
            add_section(step, rehearsed, batch, late);
        }
        batch.verify(step);
        batch.reset();
        for (const auto& change : step.step.changes)
            batch.change(changes_.emplace_back(state::change_sql(tables_, change.kind)),
                         state::change_parameters(change));
        const bool last = &step == plan_.steps.back().get();
        // What the commit would check.
        if (!is_sqlite() && (commits_between() || last))
            batch.set_constraints("IMMEDIATE");
        else if (may_run_blocks_)
            batch.default_constraints();
        batch.discard();  // behind the constraints: a temporary table with a check to come cannot be dropped
        send(batch, step);
        if (check) refuse_new_violations(step, *check);
    }

    GuardKeeper guard_keeper(const PreparedStep& step, RehearsedStep& rehearsed) {
        return {database_, [&](const Batch& batch) { return send(batch, step); },
                [&](const StatementNote& note, const std::string& warning) {
                    const auto place = fmt::format("{}:{}", step.path, note.line);
                    rehearsed.remarks.push_back(fmt::format("{}: {}", place, state::note_text(note)));
                    if (!warning.empty()) rehearsed.remarks.push_back(fmt::format("{}: {}", place, warning));
                }};
    }

    void add_section(const PreparedStep& step, RehearsedStep& rehearsed, Batch& batch,
                     const std::vector<std::size_t>& late) {
        if (step.markers.empty()) return batch.section(step, Batch::Span::plan, late);
        (void)guard_keeper(step, rehearsed).add_section(step, batch, Batch::Span::plan, late);
    }

    void run_statements(const PreparedStep& step, RehearsedStep& rehearsed) {
        const auto keeper = guard_keeper(step, rehearsed);
        bool has_savepoints = false;
        for (std::size_t index = 0; index < step.statements.size(); ++index) {
            if (keeper.find_refusal(step, index, true)) {
                watcher_.statement_ran();
                continue;
            }
            Batch batch;
            if (sets_savepoint(step.statements[index]) && !std::exchange(has_savepoints, true))
                batch.begin_savepoints();
            batch.statement(step, index);
            send(batch, step);
            watcher_.statement_ran();
        }
        if (!has_savepoints) return;
        Batch batch;
        batch.end_savepoints();
        send(batch, step);
    }

    static void refuse_new_violations(const PreparedStep& step, ForeignKeyCheck& check) {
        if (const auto added = check.compare().added; !added.empty()) throw violation_error(step, added);
    }

    BatchResult send(const Batch& batch, const PreparedStep& step) {
        try {
            return database_.run(batch.commands());
        } catch (const CommandError& error) {
            fail(error, batch, step);
        }
    }

    /// A statement that was sent alone knows no more of its line than itself.
    static Error in_whole_line(Error error, const PreparedStep& step) {
        auto location = error.location();
        if (location.line < step.first_line || location.file != step.path) return error;
        const auto line = base::line_of(step.written, location.line - step.first_line + 1);
        if (line.find(location.line_text) == std::string_view::npos) return error;  // a verify section's line
        location.line_text = line;
        return std::move(error.with_location(std::move(location)));
    }

    /// A SET TRANSACTION that was not left out fails in the run too.
    static bool is_misplaced(const CommandError& error, const Batch& batch, const PreparedStep& step) {
        const auto& entry = batch.entry(error.command);
        const auto index = entry.first_statement + error.statement;
        return entry.purpose == Batch::Purpose::section && index < step.statements.size() &&
               is_set_transaction(step.statements[index]);
    }

    [[noreturn]] void fail(const CommandError& error, const Batch& batch, const PreparedStep& step) {
        constexpr std::string_view unsafe_new_enum_value = sqlstate::unsafe_new_enum_value_usage;
        constexpr std::string_view active_sql_transaction = sqlstate::active_sql_transaction;
        // One transaction holds all locks of all steps, for which the server may have no room.
        constexpr std::string_view out_of_memory = sqlstate::out_of_memory;
        const bool first = &step == plan_.steps.front().get();
        if (error.code() == error_codes::outlives_step && watcher_.allows_untried())
            throw NeedsOther{Unrehearsed::needs_own_transaction};
        // "... cannot run inside a transaction block", or SET TRANSACTION behind a query: true of the rehearsal,
        // perhaps not of the run.
        if (error.sqlstate() == active_sql_transaction && !is_misplaced(error, batch, step))
            throw NeedsOther{Unrehearsed::needs_own_transaction};
        if (commits_between() && !first) {
            if (error.sqlstate() == unsafe_new_enum_value) throw NeedsOther{Unrehearsed::needs_commit};
            if (error.sqlstate() == out_of_memory) throw NeedsOther{Unrehearsed::needs_own_transaction};
        }
        if (options_.stop.requested())
            throw base::stop_error("the rehearsal was rolled back; nothing was changed", options_.stop);
        throw in_whole_line(describe_failure(error, batch, step), step);
    }

    Database& database_;
    const PreparedPlan& plan_;
    const ExecuteOptions& options_;
    TrialWatcher& watcher_;
    state::DatabaseState state_;
    state::Tables tables_;
    std::vector<RehearsedStep> rehearsed_;
    bool may_run_blocks_ = false;
    std::deque<std::string> changes_;  ///< a batch only looks at them
};

/// Tells of each step what it did.
class EffectsWatcher final : public TrialWatcher {
public:
    explicit EffectsWatcher(Database& database) : database_(database) {}

    void began(const state::Tables& tables) override { effects_.emplace(database_, tables); }
    void step_ran(const PreparedStep& step, RehearsedStep& rehearsed) override {
        rehearsed.effects = effects_->next();
        if (database_.dialect() == Dialect::sqlite)
            // total_changes() also counts rev's own changes of the version rows.
            rehearsed.effects.rows -= static_cast<long long>(step.step.changes.size());
    }

private:
    Database& database_;
    std::optional<EffectsReader> effects_;
};

}  // namespace

std::string_view unrehearsed_name(Unrehearsed reason) noexcept {
    switch (reason) {
        case Unrehearsed::outside_transaction:
            return "outside_transaction";
        case Unrehearsed::needs_commit:
            return "needs_commit";
        case Unrehearsed::needs_own_transaction:
            return "needs_own_transaction";
        case Unrehearsed::after_such_a_step:
            break;
    }
    return "after_such_a_step";
}

std::vector<RehearsedStep> rehearse(Database& database, const PreparedPlan& plan, const ExecuteOptions& options) {
    EffectsWatcher watcher(database);
    return try_plan(database, plan, options, watcher);
}

std::vector<RehearsedStep> try_plan(Database& database, const PreparedPlan& plan, const ExecuteOptions& options,
                                    TrialWatcher& watcher) {
    if (plan.steps.empty()) return {};
    RehearsalRun rehearsal(database, plan, options, watcher);
    rehearsal.run();
    return std::move(rehearsal).take_rehearsed();
}

}  // namespace rev::run
