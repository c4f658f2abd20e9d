#pragma once

#include <span>
#include <string>

#include "run/prepared.hpp"
#include "scratch/ddl.hpp"

namespace rev::scratch {

/// What of a plan reaches beyond its database: roles, databases, tablespaces, ALTER SYSTEM, subscriptions, COPY ...
/// PROGRAM. "CREATE ROLE (versions/a1.sql:12)", several by `, `; empty: nothing. No server can be asked this before it
/// has happened, so the text of the statements says it; a DO block counts if it names one of these commands.
[[nodiscard]] std::string find_beyond(const run::PreparedPlan& plan);
/// The same of DDL.
[[nodiscard]] std::string find_beyond(std::span<const DdlText> texts);

}  // namespace rev::scratch
