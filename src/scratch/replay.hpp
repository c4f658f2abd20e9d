#pragma once

#include <functional>
#include <vector>

#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "run/execute.hpp"
#include "run/prepared.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"

namespace rev::scratch {

/// The upgrade of an empty database that applies `revisions` and all that they stand on, and nothing else. Throws
/// GraphError.
[[nodiscard]] Plan plan_replay(const Graph& graph, const Revisions& revisions);

/// Whether the database that a replay to the heads makes has the project's repeatable objects.
enum class Holding {
    all,             ///< with the repeatable objects, where the revisions are the heads
    revisions_only,  ///< without them
    as_logged,       ///< with those that the live database has
};

/// Adds the steps that make all repeatable objects behind the plan's last one.
void add_repeatables(Plan& plan, const ScriptDirectory& scripts);

/// Makes the schema of the version table on PostgreSQL: where no run may make it, somebody has made it before the first
/// one. Empty: none is named.
void make_version_schema(Database& database, const std::string& schema);

/// Runs it as `rev upgrade` would: the same executor, transactions and settings. reporter: is told of each step.
/// Throws RunError where a revision fails.
void replay(Database& database, const run::PreparedPlan& plan, const Config& config, state::Reporter& reporter);

/// As replay() runs.
[[nodiscard]] run::ExecuteOptions replay_execution(const Config& config);

/// Of the configuration, for that database.
[[nodiscard]] run::PrepareOptions replay_options(const Config& config, Dialect dialect);

}  // namespace rev::scratch
