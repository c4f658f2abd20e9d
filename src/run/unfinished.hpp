#pragma once

#include <string>

#include "db/database.hpp"
#include "rev/graph.hpp"
#include "rev/run_result.hpp"
#include "run/execute.hpp"
#include "run/prepared.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {

/// Goes on with the one unfinished run, from the statement at which it stopped, and finishes it. Session settings
/// (SET ...) of the statements before are made again; an INVALID index of a CREATE INDEX CONCURRENTLY is dropped and
/// built again, a valid one counts as done. The caller holds the RunLock. Throws Error with ExitCode::database:
/// nothing to resume ("nothing_unfinished"); with ExitCode::graph: a statement before that place is another one now
/// ("changed_file");
/// else as execute.
RunResult resume(Database& database, const Graph& graph, const ScriptDirectory& scripts, const PrepareOptions& prepare,
                 const ExecuteOptions& options, state::Reporter& reporter);

/// What `rev repair` is told about a revision that stopped half-way.
enum class RepairOutcome { applied, not_applied };

/// Closes an unfinished run without running anything: the version rows become as `outcome` says, the ledger is
/// removed, the log gets a `repair` row; all in one transaction. The caller holds the RunLock.
/// Throws Error with ExitCode::database ("nothing_unfinished").
/// upgrade: the revision's upgrade as its file has it; what the log keeps of an upgrade is kept if it counts as one.
void repair(Database& database, const state::VersionTable& table, const RevisionId& revision, RepairOutcome outcome,
            const std::string& tag = {}, const PreparedStep* upgrade = nullptr);
/// The same refusal, before anybody is asked about a repair. Changes nothing.
void require_unfinished(Database& database, const state::VersionTable& table, const RevisionId& revision);

}  // namespace rev::run
