#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "run/batch.hpp"
#include "run/execute.hpp"
#include "run/step_at_work.hpp"
#include "state/ledger.hpp"
#include "state/log.hpp"
#include "state/row_set.hpp"
#include "state/tables.hpp"

namespace rev::run {

/// Who records: adds to a batch what a step changes in rev's own tables, and knows the version rows as they are then.
class Recorder {
public:
    /// Both must outlive it. plan: its `from` are the rows now.
    Recorder(Database& database, const state::Tables& tables, const Plan& plan, const ExecuteOptions& options);

    /// Version rows. They count as uncommitted until begin_try(); the step must live as long.
    void add_changes(Batch& batch, const Step& step);
    /// The same; the record has the rows as they are then.
    void add_changes(Batch& batch, StepAtWork& current);
    /// measured_by_database: the record has no duration.
    void add_log(Batch& batch, const state::LogRecord& record, bool measured_by_database) const;

    /// Where the run lock is a lease: renews it, and fails the batch where it is another run's by now.
    void add_lock_renewal(Batch& batch) const;
    /// The same, and fails the batch where the worker's lease is another's by now; nothing without either.
    void add_lease_check(Batch& batch) const;
    /// Writes the lease to the log, unless a greater one is there. Throws Error ("lease_lost").
    void take_lease();

    // Outside a transaction:
    /// A place as the ledger is to have it: with what was left out and repeated on the way.
    [[nodiscard]] static state::Progress with_notes(const StepAtWork& current, state::Progress progress);
    /// What comes next, in the ledger.
    void note_place(Batch& batch, const StepAtWork& current, const state::Progress& progress) const;
    /// What the section has set in its session, if the ledger has not got it yet.
    void add_session(Batch& batch, const StepAtWork& current) const;
    /// The step is done: version rows, log, and the end of the ledger.
    void add_end(Batch& batch, StepAtWork& current);

    /// What was added before is committed, or is known to be the database's.
    void begin_try() { uncommitted_.clear(); }
    /// The database has rolled back what was added since.
    void take_back();

    /// Those that the table has with what was added so far, in table order.
    [[nodiscard]] const state::RowSet& rows() const noexcept { return rows_; }
    /// Absent offline, as the next.
    [[nodiscard]] const std::optional<state::LogWriter>& log() const noexcept { return log_; }
    [[nodiscard]] const std::optional<state::LedgerWriter>& ledger() const noexcept { return ledger_; }

private:
    [[nodiscard]] bool has_lease() const noexcept { return log_ && !log_->lease_sql().empty(); }
    [[nodiscard]] bool removes_duplicates(const RowChange& change) const;
    [[nodiscard]] const std::string& sql_of(RowChange::Kind kind) const;

    Database& database_;
    const state::Tables& tables_;
    std::string insert_row_, update_row_, remove_row_;
    std::optional<state::LogWriter> log_;
    std::optional<state::LedgerWriter> ledger_;
    state::RowSet rows_;
    std::set<RevisionId> duplicated_;       ///< of the rows at the start: those that are there more than once
    std::vector<const Step*> uncommitted_;  ///< whose changes rows_ has before the database has them for good
};

}  // namespace rev::run
