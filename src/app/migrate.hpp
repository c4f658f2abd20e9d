#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/from_log.hpp"
#include "app/run_context.hpp"
#include "app/take_over.hpp"
#include "rev/config.hpp"
#include "run/backup.hpp"
#include "run/changed.hpp"
#include "run/execute.hpp"
#include "run/losses.hpp"
#include "run/prepared.hpp"
#include "run/rehearsal.hpp"
#include "run/unfinished.hpp"
#include "state/state.hpp"

namespace rev::app {

/// What is done with the database.
enum class MigrateMode {
    upgrade,             ///< up to a target
    downgrade,           ///< down to a target
    stamp,               ///< the rows become those of the targets; nothing runs
    resume,              ///< goes on with what stopped half-way outside a transaction
    repair_applied,      ///< what stopped half-way counts as applied; nothing runs
    repair_not_applied,  ///< the same, as not applied
    accept_changed,      ///< the file as it is now counts as what was applied; nothing runs
    take_over,           ///< what another tool has applied counts as applied; nothing runs
};

/// How far an upgrade, a downgrade or a stamp goes. A take-over is shown or run; the others always go all the way.
enum class MigrateExtent {
    show,      ///< plans and checks; the connection changes nothing
    rehearse,  ///< runs on the database, and rolls all of it back
    run,
};

/// Where the SQL that undoes a revision comes from.
enum class SqlSource {
    files,
    log,  ///< where a file is missing or is not what was run: from rev_log
};

/// A stamp that forgets all rows first.
struct ForgottenRows {
    std::vector<RevisionId> rows;  ///< sorted; at least one
};
/// A repair.
struct RecordedOutcome {
    RevisionId revision;
    run::RepairOutcome outcome = run::RepairOutcome::applied;
};
/// accept_changed.
struct AcceptedFile {
    RevisionId revision;
    std::size_t statements = 0;              ///< of its file now
    std::optional<state::LogEntry> upgrade;  ///< the upgrade that stands; absent: rev has run nothing of it
    std::vector<std::string> run_commands;   ///< what would run it instead; empty: it was run, or nothing would
};
/// What somebody may want to be asked about before it is done. Losses: of a downgrade, not empty.
using Question = std::variant<run::Losses, ForgottenRows, RecordedOutcome, AcceptedFile>;

/// What is done about repeatable objects.
enum class RepeatableUse {
    run,    ///< dropped before the first step where they ask for it; made again at the heads
    leave,  ///< nothing
};

/// What is asked for, in the terms of no command line.
struct MigrateRequest {
    MigrateMode mode = MigrateMode::upgrade;
    /// upgrade, downgrade: one target; stamp: one or more; repair and accept: one revision; the others: none.
    std::vector<Target> targets = {};
    MigrateExtent extent = MigrateExtent::run;
    SqlSource undo_from = SqlSource::files;          ///< downgrade, resume
    bool purge = false;                              ///< stamp: forgets all rows first
    RepeatableUse repeatables = RepeatableUse::run;  ///< upgrade, downgrade
    /// Absent: as the configuration says.
    std::optional<TransactionMode> transaction = {};
    /// upgrade, downgrade: where the database is backed up before the first step, see back_up(); absent: nowhere.
    std::optional<std::filesystem::path> backup_to = {};
    std::string tag = {};                         ///< for the log
    std::optional<std::size_t> max_batches = {};  ///< upgrade, downgrade, resume: see ExecuteOptions
    /// Throws what ends it if the answer is no. Empty: nobody is asked, and losses are not looked for. A downgrade and
    /// a stamp ask under the run lock: what runs then are the steps that were asked about, and no others.
    std::function<void(const Question&)> confirm = {};
    /// upgrade, downgrade, stamp: called with the first plan, which has steps, before anything is prepared. Throws what
    /// refuses it. May be empty. take_over: also with a plan that has no steps.
    std::function<void(const Plan& plan, Database& database)> inspect = {};
    /// Called once when it is known that there is something to do and that it can be prepared, before the run lock is
    /// asked for.
    std::function<void()> on_ready = {};
    ForeignRecord* take_over = nullptr;  ///< take_over: whose record; must outlive the call
};

/// What was done, or would be. Its plan refers to the graph of the RunContext.
struct MigrateResult {
    Plan plan;         ///< what ran, was rehearsed or would run; no steps: there was nothing to do
    RunResult result;  ///< with MigrateExtent::run; steps: those that ran SQL or changed rows by a plan
    std::vector<run::RehearsedStep> rehearsed = {};  ///< with MigrateExtent::rehearse
    std::optional<run::Losses> losses = {};          ///< the same, of a downgrade
    run::ConditionalSteps conditional = {};          ///< with MigrateExtent::show
    Dialect dialect = Dialect::sqlite;
    run::PreparedPlan prepared = {};  ///< owns the steps that `rehearsed` points to
    /// Owns the revisions of `plan` that have no file, and knows whose SQL was the log's. Absent: none was.
    std::shared_ptr<const FromLog> from_log = {};
    /// Owns the revisions of `plan` whose files were squashed, as of a database that is within a squash.
    std::shared_ptr<const std::deque<Graph>> taken_apart = {};
};

/// Takes the run lock of one database and changes it, as the request says. Whoever migrates, calls this: commands,
/// applications, and what works on many databases at once.
///
/// Nothing is locked if there is nothing to do. Under the lock everything is planned again, as another run may have
/// been quicker. Throws Error if nothing was run, RunError once the run had begun; their detail names the backup that
/// was made.
[[nodiscard]] MigrateResult migrate(const MigrateRequest& request, const RunContext& context);

/// The plan of an upgrade, a downgrade or a stamp for a database with these rows. Throws GraphError.
[[nodiscard]] Plan make_plan(const MigrateRequest& request, const Graph& graph, std::span<const RevisionId> rows);

}  // namespace rev::app
