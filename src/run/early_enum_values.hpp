#pragma once

#include "db/database.hpp"
#include "run/execute.hpp"

namespace rev::run {

/// PostgreSQL lets an enum value that ALTER TYPE ... ADD VALUE adds be used only after the commit. Where the whole plan
/// is one transaction, this finds such a use before anything runs. A later statement that has the value in a string is
/// looked at: the server analyses (and does not run) what changes rows or reads them. Of any other (a default, a check,
/// an index, a function's body), and where the plan itself makes what the statement needs, only the server can tell
/// what it makes of the text: then the plan is tried, up to the last such step, and rolled back. A text that is no
/// value of the enum, such as one of a text column, is let through. Throws Error with ExitCode::graph
/// ("new_enum_value").
void refuse_early_enum_values(Database& database, const PreparedPlan& plan, const ExecuteOptions& options);

}  // namespace rev::run
