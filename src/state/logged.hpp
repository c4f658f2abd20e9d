#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/database.hpp"
#include "rev/graph.hpp"
#include "script/revision_file.hpp"
#include "state/state.hpp"

namespace rev::state {

/// A revision that is applied but has no file here, and what the log knows of it.
struct MissingRevision {
    RevisionId id;
    bool is_row = false;                   ///< of the version table; else it is applied because a row stands on it
    std::optional<LogEntry> recorded;      ///< the newest event that left it applied
    std::optional<RevisionHeader> header;  ///< absent: the log does not know what it revised
    bool is_reversible = false;            ///< the log has the SQL that undoes it
};

/// Whether the event leaves its revision applied.
[[nodiscard]] bool leaves_applied(const LogEntry& entry);

/// The log as a source of revisions.
class LoggedRevisions {
public:
    /// entries: of read_log, all of them.
    explicit LoggedRevisions(std::vector<LogEntry> entries);
    /// Reads the log once.
    LoggedRevisions(Database& database, const VersionTable& table) : LoggedRevisions(read_log(database, table)) {}
    LoggedRevisions(const LoggedRevisions&) = delete;
    LoggedRevisions& operator=(const LoggedRevisions&) = delete;

    /// What is applied when the table has these rows, and is not in `graph`: the rows in their order, then what they
    /// stand on, level by level.
    [[nodiscard]] std::vector<MissingRevision> find_missing(const Graph& graph, std::span<const RevisionId> rows) const;

    /// What stood in the file when the revision was applied: its header, and its downgrade section if it had one. Its
    /// path names the row of the log, as "rev_log#17". Throws Error with ExitCode::database ("not_in_log").
    [[nodiscard]] RevisionFile file_of(const RevisionId& id) const;

private:
    [[nodiscard]] MissingRevision describe(const RevisionId& id) const;

    std::vector<LogEntry> entries_;                             ///< newest first
    std::unordered_map<RevisionId, const LogEntry*> recorded_;  ///< newest event that left it applied
    std::unordered_map<RevisionId, const LogEntry*> applied_;   ///< newest one that has its header and SQL
};

/// `graph` and the missing revisions; a branch label that a file uses too is left out. Throws Error ("not_in_log") for
/// one without a header, and as Graph does.
[[nodiscard]] Graph with_missing(const Graph& graph, std::span<const MissingRevision> missing);

/// What follows the id of a missing revision in a sentence: " is in the database but in no file, recorded by stamp at
/// 2026-11-21 03:47:11Z by app on build1 (row 7 of rev_log): add account table". Nothing in it can steer a terminal.
[[nodiscard]] std::string absence_text(const MissingRevision& missing);

/// Whether a path names a row of the log, as LoggedRevisions::file_of does.
[[nodiscard]] bool is_in_log(std::string_view path) noexcept;

}  // namespace rev::state
