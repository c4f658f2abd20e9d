#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rev/database.hpp"
#include "rev/error.hpp"
#include "rev/executor.hpp"
#include "rev/graph.hpp"

namespace rev {

/// A row of the version table that no file has, and what the log knows of it.
struct UnknownRow {
    RevisionId revision;
    std::optional<LogEntry> recorded;  ///< the newest log entry that left this row
};

/// Where the database stands: what `rev status` answers.
struct Status {
    std::string url;  ///< for display
    Dialect dialect = Dialect::sqlite;
    std::optional<Error> unreachable;  ///< why; then all that is asked of the database is empty
    ServerInfo server;
    std::vector<RevisionId> rows;  ///< sorted
    Revisions current;             ///< of the rows that are known
    Revisions pending;             ///< in the order to run them
    Revisions heads;
    std::vector<UnknownRow> unknown;
    std::vector<UnfinishedRun> unfinished;
    Revisions changed;                  ///< applied, and their file differs from what was run
    std::vector<std::string> problems;  ///< other sentences
    std::vector<std::string> next;      ///< commands to type, best first
    [[nodiscard]] bool is_up_to_date() const {
        return !unreachable && pending.empty() && unknown.empty() && unfinished.empty() && changed.empty() &&
               problems.empty();
    }
};

}  // namespace rev
