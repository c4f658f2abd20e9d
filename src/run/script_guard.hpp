#pragma once

#include <string>

#include "rev/plan.hpp"
#include "state/row_set.hpp"
#include "state/tables.hpp"

namespace rev::run {

/// PostgreSQL: a statement for the beginning of a step's transaction in a script, which fails unless the version table
/// has the rows that the step expects: then nothing else of the step is done either. One SELECT without a `;` in it, as
/// editors cut a script there. rows: as the step expects them. A plan that starts from nothing allows no other rows;
/// one that starts from a revision leaves those of other branches alone.
[[nodiscard]] std::string version_guard(const Database& database, const state::Tables& tables, const Plan& plan,
                                        const Step& step, const state::RowSet& rows);

/// What stands before a section of a script that runs outside a transaction.
inline constexpr const char* run_alone_comment =
    "-- Run each statement alone, outside a transaction, and stop at the first that fails\n";

}  // namespace rev::run
