#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "import/draft.hpp"
#include "import/history.hpp"
#include "import/tool.hpp"
#include "rev/database.hpp"
#include "rev/executor.hpp"
#include "rev/graph.hpp"

namespace rev::foreign {

/// What a take-over did, or would do.
struct TakenOver {
    bool has_table = false;                ///< the other tool has a table there
    std::vector<RevisionId> before;        ///< rows of the version table, in table order
    std::vector<RevisionId> after;         ///< the same as `before`: nothing to do
    std::size_t applied = 0;               ///< how many of the tool's migrations are recorded
    std::vector<std::string> repeatables;  ///< names of objects that are as their files say, and not in the log yet
    std::vector<std::string> edited;       ///< files that are not what was run
    std::vector<std::string> remarks;

    [[nodiscard]] bool changes() const { return before != after || !repeatables.empty(); }
};

/// What to take over, and from which table.
struct TakeOver {
    const Tool& tool;
    const History& history;
    const Draft& draft;
    std::string table;  ///< --table; empty: the settings', else the tool's default
    state::VersionTable version_table;
    bool accept_data = false;  ///< --accept-data: also what reads rows may be still to run there
};

/// What take_over() would do. Changes nothing. Throws Error with ExitCode::database: "foreign_state" (dirty, failed,
/// unknown or missing versions, each with the command that mends it), "foreign_table_missing" (tables, and none of the
/// tool's), "unknown_row".
[[nodiscard]] TakenOver plan_take_over(Database& database, const TakeOver& what);

/// Writes the version rows of exactly the revisions that the tool has recorded, an `import` row of the log, and an
/// `apply` row for each repeatable object that is as its file says, in one transaction in which the tool's table cannot
/// change. Its table stays as it is. The caller holds the RunLock. before_commit: called when all is written; what it
/// throws takes everything back. Throws as plan_take_over.
TakenOver take_over(Database& database, const TakeOver& what, const std::function<void()>& before_commit);

}  // namespace rev::foreign
