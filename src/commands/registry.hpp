#pragma once

#include <vector>

#include "commands/subcommand.hpp"

namespace rev::commands {

/// All commands in the order of `rev --help`.
[[nodiscard]] std::vector<Subcommand> subcommands();

// One file each, but help and version, which stand together.
[[nodiscard]] Subcommand init_command();
[[nodiscard]] Subcommand import_command();
[[nodiscard]] Subcommand export_command();
[[nodiscard]] Subcommand list_templates_command();
[[nodiscard]] Subcommand revision_command();
[[nodiscard]] Subcommand merge_command();
[[nodiscard]] Subcommand rebase_command();
[[nodiscard]] Subcommand squash_command();
[[nodiscard]] Subcommand edit_command();
[[nodiscard]] Subcommand show_command();
[[nodiscard]] Subcommand upgrade_command();
[[nodiscard]] Subcommand downgrade_command();
[[nodiscard]] Subcommand stamp_command();
[[nodiscard]] Subcommand resume_command();
[[nodiscard]] Subcommand repair_command();
[[nodiscard]] Subcommand current_command();
[[nodiscard]] Subcommand history_command();
[[nodiscard]] Subcommand fleet_command();
[[nodiscard]] Subcommand graph_command();
[[nodiscard]] Subcommand heads_command();
[[nodiscard]] Subcommand branches_command();
[[nodiscard]] Subcommand ensure_version_command();
[[nodiscard]] Subcommand create_database_command();
[[nodiscard]] Subcommand drop_database_command();
[[nodiscard]] Subcommand reset_command();
[[nodiscard]] Subcommand status_command();
[[nodiscard]] Subcommand check_command();
[[nodiscard]] Subcommand report_command();
[[nodiscard]] Subcommand verify_command();
[[nodiscard]] Subcommand lint_command();
[[nodiscard]] Subcommand diff_command();
[[nodiscard]] Subcommand drift_command();
[[nodiscard]] Subcommand dump_command();
[[nodiscard]] Subcommand prove_command();
[[nodiscard]] Subcommand blame_command();
[[nodiscard]] Subcommand log_command();
[[nodiscard]] Subcommand completion_command();
[[nodiscard]] Subcommand help_command();
[[nodiscard]] Subcommand version_command();

}  // namespace rev::commands
