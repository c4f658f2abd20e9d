#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rev/config.hpp"
#include "rev/database.hpp"
#include "rev/plan.hpp"
#include "rev/revision_file.hpp"
#include "rev/run_result.hpp"
#include "rev/script_directory.hpp"
#include "rev/statements.hpp"
#include "rev/stop.hpp"
#include "rev/stop_token.hpp"

namespace rev {

/// The three tables that rev keeps. Source: docs/database-state.md.
struct VersionTable {
    std::string schema;  ///< empty: the default
    std::string name = "alembic_version";
};

/// A right on one of rev's tables that somebody has who is not trusted with it: not the current role, one that it is a
/// member of, the owner of the database or the schema, or a superuser. Source: PostgreSQL's relacl and attacl.
struct ForeignGrant {
    std::string table;       ///< quoted, with its schema
    std::string grantee;     ///< quoted; or PUBLIC
    std::string privileges;  ///< those that change something: "INSERT, UPDATE"
    /// The SQL that takes it away.
    [[nodiscard]] std::string revoke() const { return "REVOKE " + privileges + " ON " + table + " FROM " + grantee; }
};

/// rev's three tables as they were at one moment.
struct FoundTables {
    explicit FoundTables(VersionTable table) : table(std::move(table)) {}

    /// On PostgreSQL with its schema: the configured one, else where the table is found along search_path, else the
    /// first of search_path. A run finds it once: from then on it stays, whatever search_path becomes and wherever a
    /// table of that name appears.
    VersionTable table;
    bool has_schema = true;  ///< whether that schema is there
    // Names of their columns, in order; empty: the table is not there.
    std::vector<std::string> version;
    std::vector<std::string> log;
    std::vector<std::string> progress;
    std::vector<ForeignGrant> foreign_grants = {};  ///< by table and grantee; none on SQLite
};
/// One query. Throws Error: "bad_version_table", or with ExitCode::database "no_schema" if search_path names none,
/// "foreign_table" if a table of these names is not rev's own (see docs/security.md) or has no column version_num,
/// "row_security" if the current role may not see all of its rows.
[[nodiscard]] FoundTables find_tables(Database& database, const VersionTable& table);

/// Rows of the version table in table order; empty if the table is not there. Changes nothing.
[[nodiscard]] std::vector<RevisionId> read_rows(Database& database, const VersionTable& table);
[[nodiscard]] std::vector<RevisionId> read_rows(Database& database, const FoundTables& tables);

/// Creates the version table (Alembic's definition) and rev_log if they are not there; true if it did.
bool ensure_version_table(Database& database, const VersionTable& table);
bool ensure_version_table(Database& database, const FoundTables& tables);

/// One row of rev_log.
struct LogEntry {
    long long id = 0;
    std::string event;     ///< upgrade, downgrade, stamp, fail ...
    std::string revision;  ///< may be empty
    std::string message;
    std::string started_at;  ///< UTC, "2026-11-21 03:47:11.123Z"
    long long duration_ms = 0;
    long long statements = 0;
    std::string checksum;
    std::string database_user;
    std::string os_user;
    std::string host;
    std::string rev_version;
    std::vector<RevisionId> heads_after;  ///< at most 50; when there are more, the last element says how many: "+9950"
    std::string error;
    std::string raw_checksum;                  ///< of the section's bytes; `checksum` is over its SQL tokens
    std::string tag;                           ///< --tag
    std::string source;                        ///< the revision file; empty for stamp and repair
    std::string run;                           ///< the same for all rows of one run
    std::optional<std::string> downgrade_sql;  ///< upgrade, accept: what would undo it; absent: irreversible
    std::string header;    ///< upgrade, accept: the file's header, for checkouts that lack the file; see format_header
    std::string sql_from;  ///< upgrade, downgrade and their failures: "file" or "log"; else empty
};

/// Newest first; limit 0: all. Empty if the table is not there.
[[nodiscard]] std::vector<LogEntry> read_log(Database& database, const VersionTable& table, std::size_t limit = 0);
[[nodiscard]] std::vector<LogEntry> read_log(Database& database, const FoundTables& tables, std::size_t limit = 0);

/// A revision that runs outside a transaction and is not finished. Source: rev_progress.
struct UnfinishedRun {
    RevisionId revision;
    Direction direction = Direction::upgrade;
    std::size_t statement = 0;  ///< 1-based: the one that was running; one more than `statements`: all have run
    std::size_t statements = 0;
    std::size_t line = 0;
    std::string started_at;
    std::string error;               ///< empty if it was killed
    std::string path;                ///< of the revision file, as it was shown
    std::vector<RowChange> changes;  ///< of the version table, once it is finished
    std::string checksum;            ///< chained over the statements before `statement`
};
/// "upgrade of 1975ea83b712 stopped at statement 2 of 5".
[[nodiscard]] std::string stopped_text(const UnfinishedRun& run);
/// By the time they started; empty if there are none. Changes nothing.
[[nodiscard]] std::vector<UnfinishedRun> read_unfinished(Database& database, const VersionTable& table);
[[nodiscard]] std::vector<UnfinishedRun> read_unfinished(Database& database, const FoundTables& tables);

/// Throws Error with ExitCode::database ("unfinished_run") if there is one: it names `rev resume` and `rev repair`.
void refuse_unfinished(const std::vector<UnfinishedRun>& runs);

/// Checksums of a section, as the log keeps them.
struct SectionChecksum {
    std::string checksum;      ///< over SQL tokens: comments, white space, CRLF and BOM do not count
    std::string raw_checksum;  ///< over the bytes
};
[[nodiscard]] SectionChecksum section_checksum(std::string_view section, Dialect dialect);
/// Whether it is that of a section without a statement.
[[nodiscard]] bool is_of_nothing(const SectionChecksum& checksum);

/// The newest checksums of each revision that the log has applied. A stamp or a downgrade leaves empty ones: what is
/// applied now was not run by rev. Source: rev_log.
using AppliedChecksums = std::unordered_map<RevisionId, SectionChecksum>;

[[nodiscard]] AppliedChecksums read_checksums(Database& database, const FoundTables& tables);

/// What a plan is made from.
struct DatabaseState {
    FoundTables tables;
    std::vector<RevisionId> rows;  ///< of the version table, in table order
    std::vector<UnfinishedRun> unfinished;
    AppliedChecksums checksums;
};
/// In two exchanges: where the tables are, then what they hold. Changes nothing. checksums: false leaves them empty.
[[nodiscard]] DatabaseState read_state(Database& database, const VersionTable& table, bool checksums = true);

/// Tables of a database that was there before rev: its version table has no row, as whoever calls this has seen, and
/// its log no revision that was ever applied. By name, with their schema where it is not that of the version table;
/// without those of rev, of extensions and of the database itself. Empty: no such database. Changes nothing.
[[nodiscard]] std::vector<std::string> find_unadopted_tables(Database& database, const FoundTables& tables);

/// A verify section of a step.
struct VerifyPart {
    std::string sql;
    std::size_t first_line = 1;  ///< of `sql` in the file
    bool expect_empty = false;
    std::string written = {};              ///< as the file has it, where variables were filled in; else empty
    std::vector<FilledIn> variables = {};  ///< those of `written`
};

/// A step with everything that it needs to run: its SQL is read, filled in and split. Has views into itself.
struct PreparedStep {
    PreparedStep() = default;
    PreparedStep(const PreparedStep&) = delete;
    PreparedStep& operator=(const PreparedStep&) = delete;

    Step step;
    std::string path;                   ///< of the revision file, for messages; empty for stamp
    RevisionFile file;                  ///< empty for stamp
    std::string filled_in;              ///< the section with variables filled in; empty without variables
    std::vector<FilledIn> variables;    ///< where they are in `written`
    std::string_view written;           ///< the section in `file`
    std::vector<std::string> secrets;   ///< values of variables whose names say that they are: in no message
    std::string_view sql;               ///< what runs: `filled_in`, or the section in `file`
    std::size_t first_line = 1;         ///< of `sql` in the file
    std::vector<Statement> statements;  ///< views into `sql`
    bool transactional = true;
    std::optional<bool> sqlite_foreign_keys;
    StatementLimits limits = {};
    std::vector<VerifyPart> verify;            ///< upgrade: what runs inside the step after its SQL
    std::string checksum;                      ///< of the section that runs: over its SQL tokens, before variables
    std::string raw_checksum;                  ///< of the section's bytes in the file
    std::optional<std::string> downgrade_sql;  ///< upgrade: kept in the log; absent: irreversible
    std::string header;                        ///< upgrade: kept in the log
    bool from_log = false;                     ///< its SQL is not that of the file
};

struct PreparedPlan {
    Plan plan;
    std::vector<std::unique_ptr<PreparedStep>> steps;
};

struct PrepareOptions {
    Dialect dialect = Dialect::sqlite;
    TransactionMode transaction = TransactionMode::per_revision;
    std::map<std::string, std::string> variables;
    StatementLimits limits = {};                ///< where a revision's header has no others
    Backslash backslash = Backslash::ordinary;  ///< of the session, at the start of each revision
    bool is_script = false;                     ///< for --sql: no usual limits, as a script does not try again
    /// What stands for a revision's file (`--from-log`); nullopt: its file. Empty: always the file.
    /// Called on several threads at once.
    std::function<std::optional<RevisionFile>(const Revision&)> logged = {};
};

/// Reads every section that the plan runs, and refuses before anything runs: a missing section (irreversible
/// downgrade), a variable without a value, statements that do not fit the revision's transaction mode. Throws Error.
[[nodiscard]] PreparedPlan prepare(Plan plan, const ScriptDirectory& scripts, const PrepareOptions& options);

/// Refuses what prepare() refuses and keeps nothing. Throws Error.
void check(const Plan& plan, const ScriptDirectory& scripts, const PrepareOptions& options);

/// A backup that was made.
struct Backup {
    std::filesystem::path file;
    std::uintmax_t bytes = 0;
    std::chrono::milliseconds took{0};
};

/// Backs the database up (see Database::back_up) into a new file, which is complete or absent, mode 0600, and adds a
/// `backup` row with its path to the log. where: the file, which must not be there yet, or a folder (there already, or
/// with a final `/`: it is made with mode 0700) in which the file is named after the database and the time, such as
/// app-20261121T034711Z.dump. The caller holds the RunLock. Throws Error with ExitCode::database: "backup_failed" and
/// what Database::back_up throws, or as stop_requested() asks for.
/// Where the row cannot be written: "backup_not_logged", whose detail names the file. stop: as the database's
/// OpenOptions::interrupted asks for it.
Backup back_up(Database& database, const VersionTable& table, const std::filesystem::path& where,
               const std::string& tag = {}, const StopToken& stop = {});
/// An error's detail with a line that names the backup.
[[nodiscard]] std::string with_backup_named(const std::string& detail, const std::filesystem::path& file);

/// A step that got no lock and was rolled back.
struct Retry {
    int number = 0;  ///< of the new try, from 1
    int of = 0;
    std::chrono::milliseconds pause{0};  ///< before it
    std::string reason;                  ///< what the database says, and who was in the way
};

/// The upgrade of one revision, whatever the database is at. Throws Error.
[[nodiscard]] PreparedPlan prepare_upgrade_of(const Revision& revision, const Graph& graph,
                                              const ScriptDirectory& scripts, const PrepareOptions& options);

/// A file's verify sections, in file order. Throws Error: a variable without a value, a statement that does not fit.
[[nodiscard]] std::vector<VerifyPart> prepare_verify(const RevisionFile& file, const PrepareOptions& options);

/// Who is told, step by step. Every method has an empty default.
class Reporter {
public:
    virtual ~Reporter() = default;
    virtual void run_started(const PreparedPlan& /*plan*/) {}
    virtual void step_started(const PreparedStep& /*step*/, std::size_t /*number*/, std::size_t /*of*/) {}
    virtual void step_finished(const PreparedStep& /*step*/, std::chrono::milliseconds /*took*/) {}
    virtual void notice(std::string_view /*severity*/, std::string_view /*message*/) {}
    virtual void warning(std::string_view /*message*/) {}
    virtual void waiting(std::string_view /*for_what*/, std::chrono::milliseconds /*waited*/) {}
    virtual void retrying(const PreparedStep& /*step*/, const Retry& /*retry*/) {}
    /// What the running statement is doing, see OpenOptions::on_progress.
    virtual void progress(std::string_view /*doing*/) {}
    /// Before the first step, where a backup was asked for.
    virtual void backed_up(const Backup& /*backup*/) {}
};

/// What time it is, as the log is to have it.
using TimeSource = std::function<std::chrono::system_clock::time_point()>;

struct ExecuteOptions {
    VersionTable table;
    TransactionMode transaction = TransactionMode::per_revision;
    bool sqlite_foreign_keys = false;
    std::string tag;                                 ///< --tag: written to the log
    bool checksums = true;                           ///< whether the planner asks for DatabaseState::checksums
    std::chrono::milliseconds lock_timeout{60'000};  ///< for rev's own rows
    bool offline = false;  ///< the database is the SQL writer: rows are taken from the plan, nothing is logged
    StopToken stop = {};   ///< as the database's OpenOptions::interrupted asks for it
    TimeSource now = std::chrono::system_clock::now;  ///< for the times in the log
};

/// Who else holds the run lock of this version table now; nullopt if nobody or unknown. Never waits.
[[nodiscard]] std::optional<LockHolder> find_run(Database& database, const VersionTable& table);

/// Holds the run lock while it lives (nothing offline and for SQLite in memory). Waits up to `timeout`, telling
/// `reporter` who holds it. Throws Error with ExitCode::database ("locked").
class RunLock {
public:
    /// table: of FoundTables, where the caller has them already.
    /// stop: ends the wait, with the Error that stop_error() gives.
    RunLock(Database& database, const VersionTable& table, std::chrono::milliseconds timeout, Reporter& reporter,
            const StopToken& stop = {});
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

    /// Releases it now. Throws Error ("lock_lost") if it was not held any more: two runs may have met. The destructor
    /// releases it too, without a word.
    void release();

private:
    Database& database_;
    std::string key_;
    bool held_ = false;
};

/// Runs the steps. The caller holds the RunLock and made the plan while holding it. Creates the tables when needed.
/// Throws RunError with ExitCode::revision_failed (located in the revision file), database, interrupted or terminated.
RunResult execute(Database& database, const PreparedPlan& plan, const ExecuteOptions& options, Reporter& reporter);

/// The plan prepared: `prepared` if its steps are still these, else prepare(). Throws as that.
[[nodiscard]] PreparedPlan prepare_unless_equal(Plan plan, PreparedPlan prepared, const ScriptDirectory& scripts,
                                                const PrepareOptions& options);

/// Makes a plan for the state that there is now.
using Planner = std::function<Plan(const DatabaseState& state)>;

/// Reads the state, plans, prepares and executes. The caller holds the RunLock, so that no other run comes in between.
/// Throws as its parts do.
/// prepared: with the same options before the lock was held; not prepared again if the steps are still these.
RunResult run_planned(Database& database, const Planner& planner, const ScriptDirectory& scripts,
                      const PrepareOptions& prepare_options, const ExecuteOptions& options, Reporter& reporter,
                      PreparedPlan prepared = {});

/// Goes on with the one unfinished run, from the statement at which it stopped, and finishes it. Session settings
/// (SET ...) of the statements before are made again; an INVALID index of a CREATE INDEX CONCURRENTLY is dropped and
/// built again, a valid one counts as done. The caller holds the RunLock. Throws Error with ExitCode::database:
/// nothing to resume ("nothing_unfinished"); with ExitCode::graph: a statement before that place is another one now
/// ("changed_file");
/// else as execute.
RunResult resume(Database& database, const Graph& graph, const ScriptDirectory& scripts, const PrepareOptions& prepare,
                 const ExecuteOptions& options, Reporter& reporter);

/// What `rev repair` is told about a revision that stopped half-way.
enum class RepairOutcome { applied, not_applied };

/// Closes an unfinished run without running anything: the version rows become as `outcome` says, the ledger is
/// removed, the log gets a `repair` row; all in one transaction. The caller holds the RunLock.
/// Throws Error with ExitCode::database ("nothing_unfinished").
/// upgrade: the revision's upgrade as its file has it; what the log keeps of an upgrade is kept if it counts as one.
void repair(Database& database, const VersionTable& table, const RevisionId& revision, RepairOutcome outcome,
            const std::string& tag = {}, const PreparedStep* upgrade = nullptr);

/// An applied revision whose file is another one than when it was applied.
struct ChangedRevision {
    const Revision* revision = nullptr;
    bool comments_only = false;  ///< the SQL is the same: only comments or white space changed
    bool ran_nothing = false;    ///< its upgrade had no statement when it was applied
};

/// Compares applied revisions with the log. Reads each file once, however often it is asked.
class ChangedFinder {
public:
    /// scripts: must outlive it.
    explicit ChangedFinder(const ScriptDirectory& scripts) : scripts_(scripts) {}

    /// Those of `revisions` (applied ones) whose upgrade section differs from what the log says was run, in their
    /// order. Revisions that the log does not know (applied by another tool, stamped) are passed over. Throws Error.
    [[nodiscard]] std::vector<ChangedRevision> find(const AppliedChecksums& logged, Dialect dialect,
                                                    const Revisions& revisions);

private:
    const std::string& raw_checksum(const Revision& revision, Dialect dialect);

    const ScriptDirectory& scripts_;
    std::unordered_map<RevisionId, std::string> raw_checksums_;
};

/// ChangedFinder::find once, with what the log says now.
[[nodiscard]] std::vector<ChangedRevision> find_changed(Database& database, const FoundTables& tables,
                                                        const Revisions& revisions, const ScriptDirectory& scripts);

/// `rev repair REV --accept-changed`: from now on the file as it is counts as what was applied. Adds an `accept` row.
/// Throws Error if the file could not be run.
void accept_changed(Database& database, const Graph& graph, const Revision& revision, const ScriptDirectory& scripts,
                    const PrepareOptions& prepare, const ExecuteOptions& options);

}  // namespace rev
