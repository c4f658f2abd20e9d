#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "rev/executor.hpp"
#include "rev/plan.hpp"

namespace rev {

/// What upgrade, downgrade and stamp have in common.
struct WalkOptions {
    bool sql = false;
    bool dry_run = false;
    bool rehearse = false;
    bool lint = false;  ///< --lint
    bool detailed_exit_code = false;
    std::optional<std::string> tag;
    std::optional<std::string> dialect;
    std::optional<std::string> transaction;
    std::optional<std::string> backup;  ///< --backup; empty: without a path
    bool no_backup = false;
    bool psql = false;      ///< --psql
    bool no_shell = false;  ///< --no-shell
};

/// --sql, --dialect, --tag, --dry-run.
void declare_offline_options(Arguments& arguments, WalkOptions& options);
/// --rehearse, --transaction, --detailed-exitcode, --backup, --no-backup.
void declare_run_options(Arguments& arguments, WalkOptions& options);

[[nodiscard]] PrepareOptions prepare_options(const Config& config, const WalkOptions& options, Dialect dialect);
[[nodiscard]] ExecuteOptions execute_options(Context& context, const WalkOptions& options);

/// "b1, c1 (head)" of the rows, sorted, the first of many; "base" if there are none.
[[nodiscard]] std::string rows_text(const Graph& graph, std::vector<RevisionId> rows);

/// The plan for a database with these rows. Throws GraphError.
using MakePlan = std::function<Plan(const Graph&, std::span<const RevisionId> rows)>;

/// What a walk does.
struct Walk {
    MakePlan make_plan;
    /// Asked once, under the run lock, before a plan runs that has steps; may throw. What runs then are steps of that
    /// plan and no others.
    std::function<void(Database&, const PreparedPlan&, const ExecuteOptions&, Reporter&)> confirm = {};
    bool from_log = false;   ///< --from-log
    bool runs_sql = true;    ///< else on_changed and `backup: true` do not mean it
    std::string start = {};  ///< with --sql: the symbol of the rows to start from; empty or "base": none
};

/// Runs the plan on the database, or prints it (--dry-run), or writes it as a script (--sql).
/// Source: docs/commands.md "How a run goes". Throws Error.
ExitCode walk(Context& context, const Walk& walk, const WalkOptions& options);

/// A target as --sql takes it: `to`, or `from:to`. Throws Error if there is a range without --sql.
struct OfflineTarget {
    std::string from;
    std::string to;
    bool is_range = false;
};
[[nodiscard]] OfflineTarget split_target(const std::string& target, bool sql);

}  // namespace rev
