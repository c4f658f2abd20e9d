#pragma once

#include <string>
#include <vector>

#include "exec/batch.hpp"
#include "exec/tables.hpp"

namespace rev {

// rev_progress has one row for each revision that runs outside a transaction and is not finished: the statement that
// is about to run, and a checksum over all before it. The row is written before the statement is sent.

[[nodiscard]] const std::vector<Column>& progress_columns();

/// The query behind read_unfinished, for an exchange with others, and its answer.
[[nodiscard]] Query unfinished_query(const Tables& tables);
[[nodiscard]] std::vector<UnfinishedRun> to_unfinished(const std::vector<SqlRow>& answer);

/// Where a run is.
struct Progress {
    std::size_t statement = 1;  ///< 1-based: the one to run; one more than there are: all have run
    std::size_t line = 0;       ///< of that statement in the file
    std::string checksum;       ///< chained over the statements before it; empty for the first
};

/// The place before statement `index` (0-based) of the step.
[[nodiscard]] Progress progress_at(const PreparedStep& step, std::size_t index, Dialect dialect);
/// The same, from the place before the statement that precedes it.
[[nodiscard]] Progress next_progress(const Progress& progress, const PreparedStep& step, Dialect dialect);

/// "finish or undo the revision by hand, then close it with ...", for hints.
[[nodiscard]] std::string closing_advice(const RevisionId& revision);

/// What the ledger keeps of the session beside the place. Absent: an older rev kept none.
struct KeptSession {
    SqlValue session;          ///< see session_state.hpp; empty: nothing is set
    SqlValue invalid_indexes;  ///< PostgreSQL: see concurrent_index.hpp
};
[[nodiscard]] KeptSession read_kept_session(Database& database, const Tables& tables, const RevisionId& revision);

/// What stands before a session's text from the COMMIT of the section's own transaction until the session was asked
/// behind it: SET LOCAL, which ends there, looks the same before.
inline constexpr char doubtful = '?';

/// Makes the statements that change the ledger.
class ProgressWriter {
public:
    ProgressWriter(const Database& database, const Tables& tables);

    void start(Batch& batch, const PreparedStep& step, const Progress& progress) const;
    /// The same where a row may be there already (SQLite).
    void start_again(Batch& batch, const PreparedStep& step, const Progress& progress) const;
    void move(Batch& batch, const RevisionId& revision, const Progress& progress) const;
    /// session: on SQLite what is kept; on PostgreSQL the batch has captured it before (postgres_session::capture).
    void keep_session(Batch& batch, const RevisionId& revision, const std::string& session) const;
    /// PostgreSQL: marks the session as doubtful if what was captured is other than what is kept.
    void doubt_session(Batch& batch, const RevisionId& revision) const;
    void keep_invalid_indexes(Batch& batch, const RevisionId& revision, const std::string& indexes) const;
    void fail(Batch& batch, const RevisionId& revision, const std::string& error) const;
    void remove(Batch& batch, const RevisionId& revision) const;

private:
    [[nodiscard]] std::string where_row_of(const RevisionId& revision) const;
    [[nodiscard]] std::string update_sql(std::string_view assignment, const RevisionId& revision) const;

    const Database& database_;
    std::string table_;
    std::string_view equals_;
    std::string version_table_;
    std::string insert_;
    std::string move_;
    std::string keep_session_;
    std::string keep_indexes_;
    std::string fail_;
    std::string remove_;
};

}  // namespace rev
