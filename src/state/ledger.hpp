#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "state/own_change.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::state {

// rev_progress has one row for each revision that runs outside a transaction and is not finished: the statement that
// is about to run, and a checksum over all before it. The row is written before the statement is sent.

/// rev_progress.
[[nodiscard]] const OwnTable& progress_table();

/// The query behind read_unfinished, for an exchange with others, and its answer. progress: which is there.
[[nodiscard]] Query unfinished_query(const Tables& tables, const FoundTable& progress);
[[nodiscard]] std::vector<UnfinishedRun> to_unfinished(std::vector<SqlRow> answer);

/// Where a run is.
struct Progress {
    std::size_t statement = 1;  ///< 1-based: the one to run; one more than there are: all have run
    std::size_t line = 0;       ///< of that statement in the file
    std::string checksum;       ///< chained over the statements before it; empty for the first
    std::size_t batches = 0;    ///< of that statement, if it is repeated: how often it changed rows
    long long rows = 0;         ///< how many in all
    std::string notes = {};     ///< of the statements before it; see state/notes.hpp
};

/// What stands in a row beside the place.
struct LedgerStep {
    const RevisionId& revision;
    Direction direction = Direction::upgrade;
    std::size_t statements = 0;             ///< how many it has
    std::string_view path;                  ///< of the revision file
    const std::vector<RowChange>& changes;  ///< of the version table, once it is finished
};

/// "finish or undo the revision by hand, then close it with ...", for hints.
[[nodiscard]] std::string closing_advice(const RevisionId& revision);

/// What the ledger keeps of the session beside the place. Absent: an older rev kept none.
struct KeptSession {
    SqlValue session;          ///< see session_state.hpp; empty: nothing is set
    SqlValue invalid_indexes;  ///< PostgreSQL: see concurrent_index.hpp
    std::string notes = {};    ///< see state/notes.hpp
};
/// One query. All is absent or empty if the revision has no row.
[[nodiscard]] KeptSession read_kept_session(Database& database, const Tables& tables, const RevisionId& revision);

/// What stands before a session's text from the COMMIT of the section's own transaction until the session was asked
/// behind it: SET LOCAL, which ends there, looks the same before.
inline constexpr char doubtful = '?';

/// Makes the statements that change the ledger.
class LedgerWriter {
public:
    /// database: must outlive it.
    LedgerWriter(const Database& database, const Tables& tables);

    /// A new row, which must not be there yet.
    [[nodiscard]] OwnChange start(const LedgerStep& step, const Progress& progress) const;
    /// Takes a row away that may be there: before start() where that is not known (SQLite).
    [[nodiscard]] OwnChange clear(const RevisionId& revision) const;
    /// Its row's new place; the error that the row has is forgotten.
    [[nodiscard]] OwnChange move(const RevisionId& revision, const Progress& progress) const;
    /// session: see session_state.hpp.
    [[nodiscard]] OwnChange keep_session(const RevisionId& revision, const std::string& session) const;
    /// PostgreSQL: keeps what the expression `captured` gives in the transaction at hand, if it is something new.
    [[nodiscard]] OwnChange keep_captured_session(const RevisionId& revision, std::string_view captured) const;
    /// PostgreSQL: marks the session as doubtful if `captured` is other than what is kept.
    [[nodiscard]] OwnChange doubt_session(const RevisionId& revision, std::string_view captured) const;
    /// indexes: see concurrent_index.hpp.
    [[nodiscard]] OwnChange keep_invalid_indexes(const RevisionId& revision, const std::string& indexes) const;
    /// What the statement of the row failed with.
    [[nodiscard]] OwnChange fail(const RevisionId& revision, const std::string& error) const;
    /// The revision is finished, or was closed by a repair.
    [[nodiscard]] OwnChange remove(const RevisionId& revision) const;

private:
    [[nodiscard]] std::string where_row_of(const RevisionId& revision) const;
    [[nodiscard]] OwnChange update_if_new(std::string_view assignment, const RevisionId& revision,
                                          std::string_view captured) const;

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

}  // namespace rev::state
