#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/migrate.hpp"
#include "app/run_context.hpp"
#include "db/database.hpp"
#include "import/draft.hpp"
#include "import/history.hpp"
#include "import/tool.hpp"
#include "rev/graph.hpp"
#include "state/reporter.hpp"

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
};

/// What to take over, and from which table.
struct TakeOver {
    const Tool& tool;
    const History& history;
    const Draft& draft;
    std::string table;         ///< --table; empty: the settings', else the tool's default
    bool accept_data = false;  ///< --accept-data: also what reads rows may be still to run there
};

/// How a database is reached, and what the caller does on the way.
struct TakeOverRun {
    const app::Connector& connector;
    state::Reporter& reporter;
    app::MigrateExtent extent = app::MigrateExtent::run;  ///< show: changes nothing; or run
    /// Called before anything is locked, with what would be done. What it throws ends it. May be empty.
    std::function<void(const TakenOver& would_be, Database& database)> inspect = {};
    /// run: called when all is written, just before the commit: what it throws takes everything back. Called also where
    /// nothing is to be written, or no database is there. May be empty.
    std::function<void()> before_commit = {};
};

/// By app::migrate(): the version rows become those of exactly the revisions that the tool has recorded, the log gets
/// an `import` row, and an `apply` row for each repeatable object that is as its file says, in one transaction in which
/// the tool's table cannot change. Its table stays as it is. Throws Error with ExitCode::database: "foreign_state"
/// (dirty, failed, unknown or missing versions, each with the command that mends it), "foreign_table_missing" (tables,
/// and none of the tool's), "unknown_row"; and as app::migrate.
TakenOver take_over(const TakeOver& what, const TakeOverRun& run);

}  // namespace rev::foreign
