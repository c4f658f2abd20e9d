#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rev/config.hpp"
#include "rev/database.hpp"
#include "rev/plan.hpp"
#include "rev/run_result.hpp"
#include "rev/script_directory.hpp"
#include "rev/stop.hpp"
#include "rev/stop_token.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"
#include "state/run_lock.hpp"
#include "state/state.hpp"

namespace rev::run {

/// Backs the database up (see Database::back_up) into a new file, which is complete or absent, mode 0600, and adds a
/// `backup` row with its path to the log. where: the file, which must not be there yet, or a folder (there already, or
/// with a final `/`: it is made with mode 0700) in which the file is named after the database and the time, such as
/// app-20261121T034711Z.dump. The caller holds the RunLock. Throws Error with ExitCode::database: "backup_failed" and
/// what Database::back_up throws, or as stop_requested() asks for.
/// Where the row cannot be written: "backup_not_logged", whose detail names the file. stop: as the database's
/// OpenOptions::interrupted asks for it.
state::Backup back_up(Database& database, const state::VersionTable& table, const std::filesystem::path& where,
                      const std::string& tag = {}, const StopToken& stop = {});
/// An error's detail with a line that names the backup.
[[nodiscard]] std::string with_backup_named(const std::string& detail, const std::filesystem::path& file);

/// What time it is, as the log is to have it.
using TimeSource = std::function<std::chrono::system_clock::time_point()>;

struct ExecuteOptions {
    state::VersionTable table;
    TransactionMode transaction = TransactionMode::per_revision;
    bool sqlite_foreign_keys = false;
    std::string tag;  ///< --tag: written to the log
    /// How often statements are repeated before the run stops, to be resumed; absent: as often as there are rows.
    std::optional<std::size_t> max_batches = {};
    bool checksums = true;                           ///< whether the planner asks for DatabaseState::checksums
    std::chrono::milliseconds lock_timeout{60'000};  ///< for rev's own rows
    bool offline = false;  ///< the database is the SQL writer: rows are taken from the plan, nothing is logged
    StopToken stop = {};   ///< as the database's OpenOptions::interrupted asks for it
    TimeSource now = std::chrono::system_clock::now;  ///< for the times in the log
    /// Where the tables were before the lock was held: under it they are only compared. Null: they are looked for.
    const state::FoundTables* found = nullptr;
    /// Of a worker that has the database under a lease: a number that grows from lease to lease. It is written to
    /// rev_log before the first step, and each transaction of a step fails once the log has a greater one. Absent: no
    /// lease.
    std::optional<long long> lease = {};
    /// What was read in the exchange that took the lock, with checksums if they are asked for. Null: it is read.
    const state::DatabaseState* locked = nullptr;
};

/// Runs the steps. The caller holds the RunLock and made the plan while holding it. Creates the tables when needed.
/// Throws RunError with ExitCode::revision_failed (located in the revision file), database, interrupted or terminated.
RunResult execute(Database& database, const PreparedPlan& plan, const ExecuteOptions& options,
                  state::Reporter& reporter);

/// Makes a plan for the state that there is now.
using Planner = std::function<Plan(const state::DatabaseState& state)>;

/// Reads the state, plans, prepares and executes. The caller holds the RunLock, so that no other run comes in between.
/// Throws as its parts do.
/// prepared: with the same options before the lock was held; not prepared again if the steps are still these.
RunResult run_planned(Database& database, const Planner& planner, const ScriptDirectory& scripts,
                      const PrepareOptions& prepare_options, const ExecuteOptions& options, state::Reporter& reporter,
                      PreparedPlan prepared = {});

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

/// An applied revision whose file is another one than when it was applied.
struct ChangedRevision {
    const Revision* revision = nullptr;
    bool comments_only = false;  ///< the SQL is the same: only comments or white space changed
    bool ran_nothing = false;    ///< its upgrade had no statement when it was applied
};

/// What the upgrade sections of revision files are now, each read once. Thread-safe.
class FileChecksums {
public:
    /// raw_checksum of its section for the dialect; empty if there is none. Throws Error if the file cannot be read.
    [[nodiscard]] std::string of(const Revision& revision, Dialect dialect, const ScriptDirectory& scripts);

private:
    std::mutex mutex_;
    std::map<std::pair<RevisionId, Dialect>, std::string> sums_;
};

/// Compares applied revisions with the log. Reads each file once, however often it is asked.
class ChangedFinder {
public:
    /// scripts: must outlive it. files: what others have read of the same scripts; null: nothing.
    explicit ChangedFinder(const ScriptDirectory& scripts, std::shared_ptr<FileChecksums> files = nullptr)
        : scripts_(scripts), files_(files ? std::move(files) : std::make_shared<FileChecksums>()) {}

    /// Those of `revisions` (applied ones) whose upgrade section differs from what the log says was run, in their
    /// order. Revisions that the log does not know (applied by another tool, stamped) are passed over. Throws Error.
    [[nodiscard]] std::vector<ChangedRevision> find(const state::AppliedChecksums& logged, Dialect dialect,
                                                    const Revisions& revisions);

private:
    const ScriptDirectory& scripts_;
    std::shared_ptr<FileChecksums> files_;
};

/// ChangedFinder::find once, with what the log says now.
[[nodiscard]] std::vector<ChangedRevision> find_changed(Database& database, const state::FoundTables& tables,
                                                        const Revisions& revisions, const ScriptDirectory& scripts);

/// `rev repair REV --accept-changed`: from now on the file as it is counts as what was applied. Adds an `accept` row.
/// Throws Error if the file could not be run.
void accept_changed(Database& database, const Graph& graph, const Revision& revision, const ScriptDirectory& scripts,
                    const PrepareOptions& prepare, const ExecuteOptions& options);

}  // namespace rev::run

namespace rev {
using run::accept_changed;
using run::back_up;
using run::ChangedFinder;
using run::ChangedRevision;
using run::execute;
using run::ExecuteOptions;
using run::FileChecksums;
using run::find_changed;
using run::Planner;
using run::repair;
using run::RepairOutcome;
using run::require_unfinished;
using run::resume;
using run::run_planned;
using run::TimeSource;
using run::with_backup_named;
}  // namespace rev
