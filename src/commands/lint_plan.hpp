#pragma once

#include "commands/context.hpp"
#include "db/database.hpp"
#include "rev/plan.hpp"

namespace rev::commands {

/// PostgreSQL's major version; nullopt: it is SQLite, or the server says something else.
[[nodiscard]] std::optional<int> major_version(Database& database);

/// Lints the revisions of a plan as what the database lacks, tells what was found on standard error, and throws Error
/// with ExitCode::negative ("lint_errors") if one of the findings is an error. Runs nothing.
void refuse_lint_errors(Context& context, const ScriptDirectory& scripts, const Graph& graph, const Plan& plan,
                        Database& database);

}  // namespace rev::commands
