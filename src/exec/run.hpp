#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "exec/batch.hpp"
#include "exec/log.hpp"
#include "exec/progress.hpp"
#include "exec/retry.hpp"
#include "exec/row_set.hpp"
#include "exec/session_state.hpp"
#include "exec/tables.hpp"
#include "rev/executor.hpp"

namespace rev {

/// Sets SQLite's enforcement of foreign keys and puts it back.
class ForeignKeys {
public:
    ForeignKeys(Database& database, bool enforced)
        : database_(database), before_(database.set_foreign_keys(enforced)) {}
    ~ForeignKeys();
    ForeignKeys(const ForeignKeys&) = delete;
    ForeignKeys& operator=(const ForeignKeys&) = delete;

private:
    Database& database_;
    bool before_;
};

/// One execution of a plan.
class Run {
public:
    /// found: at the start of the run, under its lock.
    Run(Database& database, const PreparedPlan& plan, const FoundTables& found, const ExecuteOptions& options,
        Reporter& reporter);

    RunResult execute(const std::vector<UnfinishedRun>& unfinished);
    /// The plan's one step, which stopped before: from the place that the ledger names.
    RunResult resume(const UnfinishedRun& unfinished);

private:
    using Clock = std::chrono::steady_clock;

    /// A step at work.
    struct Current {
        const PreparedStep& step;
        LogRecord record;
        Clock::time_point start = Clock::now();
        std::optional<Progress> ledger = {};  ///< what rev_progress has for it
        Progress place = {};                  ///< outside a transaction: what comes next, the ledger perhaps behind it
        bool recorded = false;                ///< outside a transaction: version rows and log have it already
        std::size_t statement = 1;            ///< outside a transaction: the one at work
        std::size_t opener = 0;               ///< index of the statement that opened the section's own transaction
        std::string session = {};             ///< SQLite: what the section has set in it
        std::optional<std::string> kept_session = {};  ///< SQLite: what the ledger has of that
        SqlValue invalid_indexes = {};                 ///< PostgreSQL: before the statement that may leave one more

        [[nodiscard]] std::chrono::milliseconds elapsed() const {
            return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
        }
    };

    /// Thrown when a step got no lock, was rolled back, and may be tried again.
    struct LockConflict {
        Current current;
        std::string reason;  ///< what the database says, and who was in the way
    };

    // executor.cpp
    void create_tables();
    void run_each();
    void run_in_transaction(Current& current);
    void run_work(Current& current, Batch& batch, std::span<const std::size_t> without = {});
    [[nodiscard]] std::string script_heading(const PreparedStep& step) const;
    void record_session(Current& current);
    void begin_limited(Batch& batch, const PreparedStep& step, Batch::Span span = Batch::Span::step) const;
    void run_guarded_work(Current& current);
    [[nodiscard]] bool online_sqlite() const { return !options_.offline && dialect() == Dialect::sqlite; }
    [[nodiscard]] Current start_step(std::size_t index);
    [[nodiscard]] Current at_work(const PreparedStep& step) const;
    void finish_step(const Current& current);
    void add_changes(Batch& batch, Current& current);
    [[nodiscard]] bool removes_duplicates(const RowChange& change) const;
    void add_log(Batch& batch, const LogRecord& record, bool measured_by_database) const;
    void stop_if_requested();
    void tell_needless_pragmas(const PreparedStep& step);
    void refuse_new_violations(Current& current, const std::vector<std::string>& before);
    /// Throws LockConflict or RunError.
    void send(const Batch& batch, const Current& current);
    /// Throws RunError.
    void send_once(const Batch& batch, const Current& current);
    [[nodiscard]] bool one_transaction() const;
    [[nodiscard]] Dialect dialect() const noexcept { return database_.dialect(); }

    // one_transaction.cpp
    void run_all_in_one();
    void run_all_steps();
    void commit_all(std::vector<LogRecord>& records);
    [[nodiscard]] bool all_foreign_keys() const;
    [[nodiscard]] bool puts_constraints_back(const PreparedStep& step) const;

    // outside.cpp: revisions that run outside a transaction
    void run_outside(Current& current, std::optional<Progress> resumed = std::nullopt);
    void run_statements(Current& current, Progress progress);
    void limit_session(const Current& current);
    void stop_before_statement(Current& current);
    void refuse_misread(Current& current, std::size_t index);
    void run_next(Current& current, std::size_t index, const Progress& next);
    void run_unnoted(Current& current, std::size_t index, const Progress& next);
    void run_alone(Current& current, std::size_t index, const Progress& next);
    void run_inside(Current& current, std::size_t index, const Progress& next);
    void run_statement(Current& current, std::size_t index);
    void run_statement_with_ledger(Current& current, std::size_t index, const Progress& next);
    void refuse_open_transaction(Current& current);
    void finish_outside(Current& current);

    // outside_ledger.cpp: what rev_progress is told on the way
    void write_ledger(Current& current, const Progress& progress);
    void catch_up(Current& current);
    void note_place(Batch& batch, const Current& current, const Progress& progress) const;
    [[nodiscard]] bool finishes_with(const Current& current, std::size_t index) const;
    void add_end(Batch& batch, Current& current);
    static void take_as_recorded(Current& current);
    void write_ledger_inside(Current& current, std::size_t index, const Progress& progress);
    void keep_session(Current& current);
    void ask_session(Batch& batch, const Current& current) const;
    void add_session(Batch& batch, const Current& current) const;
    void look_at_session(Current& current, std::size_t index);
    void look_at_rowid(Current& current);
    [[nodiscard]] bool may_ask_for_rowid(const PreparedStep& step);
    void own_session(Batch& batch) const;
    void restore_session(Current& current, std::size_t before);
    void restore_kept_session(const std::string& session);
    [[noreturn]] void refuse_lost_session(const Current& current, std::size_t before, const LostSession& lost);
    void repeat_statements(Current& current, std::size_t before, bool (*is_meant)(const Statement& statement));
    [[nodiscard]] bool is_done_already(const Current& current, std::size_t index);
    [[nodiscard]] bool index_is_built(const Current& current, const Statement& statement);
    void note_invalid_indexes(Current& current, std::size_t index);
    void drop_left_indexes(const Current& current, const Statement& statement);
    void drop_index(const Current& current, const std::string& name);

    // retry.cpp
    /// Does `work`, all of it in one transaction, again while it gets no lock and there are tries left.
    template <typename Work>
    void with_lock_retries(Work work) {
        for (tries_ = 0;; ++tries_) {
            uncommitted_.clear();
            try {
                return work();
            } catch (const LockConflict& conflict) {
                prepare_to_try_again(conflict);
            }
        }
    }
    [[nodiscard]] bool can_try_again(const CommandError& error, const Batch& batch, const PreparedStep& step) const;
    void prepare_to_try_again(const LockConflict& conflict);

    // failure.cpp
    [[noreturn]] void fail(const CommandError& error, const Batch& batch, const Current& current);
    [[noreturn]] void fail(Error error, const Current& current);
    [[noreturn]] void fail_around_steps(const CommandError& error);
    [[noreturn]] void fail_lost_connection(const CommandError& error, const Current& current);
    void record_failure(const Error& error, const Current& current) noexcept;
    void read_rows_back() noexcept;
    [[nodiscard]] std::string done_text() const;
    [[nodiscard]] std::string done_outside_text(const Current& current) const;
    [[nodiscard]] bool can_be_resumed(const Current& current, const Error& error) const;
    [[nodiscard]] Error with_way_on(Error error, const Current& current) const;
    [[nodiscard]] Error interruption(const Current& current) const;
    [[nodiscard]] Error lost_connection(const CommandError& error, const Current& current, bool committed);

    Database& database_;
    const PreparedPlan& plan_;
    const ExecuteOptions& options_;
    Reporter& reporter_;
    const FoundTables& found_;
    Tables tables_;
    std::string insert_row_, update_row_, remove_row_;
    std::optional<LogWriter> log_;            ///< online only
    std::optional<ProgressWriter> progress_;  ///< online only
    RowSet rows_;
    std::set<RevisionId> duplicated_;  ///< of the rows at the start: those that are there more than once
    RunResult result_;
    int tries_ = 0;                                  ///< how often the work at hand was tried again
    std::vector<const Step*> uncommitted_;           ///< whose changes rows_ has before the database has them for good
    NamedSettings named_settings_;                   ///< PostgreSQL: of the section that runs outside a transaction
    bool keeps_rowid_ = false;                       ///< SQLite: the section may ask for last_insert_rowid()
    bool may_run_blocks_ = false;                    ///< PostgreSQL, several steps in one transaction
    std::optional<SqliteSession> session_at_start_;  ///< of the section at work, where it is asked what that sets
};

/// As prepare(), for a plan of one step that no planner made, in a transaction of its own.
[[nodiscard]] PreparedPlan prepare_alone(Plan plan, const Graph& graph, const ScriptDirectory& scripts,
                                         PrepareOptions options);

/// The step's row in rev_log, without what only its run tells.
[[nodiscard]] LogRecord record_of(const PreparedStep& step);

/// What a failed command means for its step: message, place in the revision file, advice.
[[nodiscard]] Error describe_failure(const CommandError& error, const Batch& batch, const PreparedStep& step);

/// Those of `after` that `before` has not; both sorted.
[[nodiscard]] std::vector<std::string> added_violations(const std::vector<std::string>& before,
                                                        const std::vector<std::string>& after);
/// A step that would leave these foreign keys violated.
[[nodiscard]] Error violation_error(const PreparedStep& step, const std::vector<std::string>& added);

/// SQLite's, which does nothing within a transaction, without a word.
[[nodiscard]] inline bool is_foreign_keys_pragma(const Statement& statement) {
    return statement.command == "PRAGMA FOREIGN_KEYS" && statement.kind == StatementKind::outside_transaction;
}

[[nodiscard]] inline bool has_sql(const PreparedStep& step) { return !step.statements.empty() || !step.verify.empty(); }

/// The comment line that stands before a step in a script: "-- Running upgrade a -> b".
[[nodiscard]] std::string running_comment(const PreparedStep& step);

[[nodiscard]] inline bool is_set_transaction(const Statement& statement) {
    return statement.command == "SET TRANSACTION";
}

/// Indexes of the statements that say what the transaction is to be like, which only a step that begins it can. Those
/// behind a statement of their own step that is no setting fail in every transaction, and are none of these.
[[nodiscard]] std::vector<std::size_t> late_set_transactions(const PreparedStep& step);
/// That such a statement is left out, and where it stands.
[[nodiscard]] std::string left_out_text(const PreparedStep& step, std::size_t statement);

/// "upgrade of 1975ea83b712"
[[nodiscard]] std::string step_name(const PreparedStep& step);

}  // namespace rev
