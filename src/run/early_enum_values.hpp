#pragma once

#include "rev/database.hpp"
#include "rev/executor.hpp"

namespace rev {

/// PostgreSQL lets an enum value that ALTER TYPE ... ADD VALUE adds be used only after the commit. Where the whole plan
/// is one transaction, this finds such a use before anything runs: the server is asked to analyse (not to run) each
/// later statement that has the value among its literals. It refuses one that takes the literal for a value of the
/// type, as the type has not got it yet; a literal that goes elsewhere, such as into a text column, is let through.
/// What the server cannot analyse yet, as the plan makes it only on its way, is left to the run. Throws Error with
/// ExitCode::graph ("new_enum_value").
void refuse_early_enum_values(Database& database, const PreparedPlan& plan);

}  // namespace rev
