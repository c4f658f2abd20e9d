#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/migrate.hpp"
#include "commands/arguments.hpp"
#include "commands/context.hpp"

namespace rev::commands {

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
    std::size_t max_batches = 0;  ///< --max-batches; 0: no limit
    bool psql = false;            ///< --psql
    bool no_shell = false;        ///< --no-shell
    bool no_repeatables = false;  ///< --no-repeatables
};

/// --sql, --dialect, --tag, --dry-run.
void declare_offline_options(Arguments& arguments, WalkOptions& options);
/// --max-batches.
void declare_max_batches(Arguments& arguments, std::size_t& most);
/// --rehearse, --transaction, --detailed-exitcode, --backup, --no-backup, --max-batches, --no-repeatables.
void declare_run_options(Arguments& arguments, WalkOptions& options);

/// "b1, c1 (head)" of the rows, sorted, the first of many; "base" if there are none.
[[nodiscard]] std::string rows_text(const Graph& graph, std::vector<RevisionId> rows);

/// Does what the request says on the database, or prints it (--dry-run), or writes it as a script (--sql).
/// request: what the command itself decides; the options are filled in. start: with --sql, the symbol of the rows to
/// start from; empty or "base": none. Source: docs/commands.md "How a run goes". Throws Error.
ExitCode walk(Context& context, app::MigrateRequest request, const WalkOptions& options, const std::string& start);

/// A target as --sql takes it: `to`, or `from:to`. Throws Error if there is a range without --sql.
struct OfflineTarget {
    std::string from;
    std::string to;
    bool is_range = false;
};
/// Throws also for a malformed range. Without a `:` all of it is `to`; an end that is left open is empty.
[[nodiscard]] OfflineTarget split_target(const std::string& target, bool sql);

}  // namespace rev::commands
