#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rev/config.hpp"
#include "rev/database.hpp"
#include "rev/plan.hpp"
#include "rev/revision_file.hpp"
#include "rev/script_directory.hpp"
#include "rev/statements.hpp"

namespace rev {

/// The three tables that rev keeps. Source: docs/database-state.md.
struct VersionTable {
    std::string schema;  ///< empty: the default
    std::string name = "alembic_version";
};

/// Rows of the version table in table order; empty if the table is not there. Changes nothing.
[[nodiscard]] std::vector<RevisionId> read_rows(Database& database, const VersionTable& table);

/// Creates the version table (Alembic's definition) and rev_log if they are not there; true if it did.
bool ensure_version_table(Database& database, const VersionTable& table);

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
    std::vector<RevisionId> heads_after;
    std::string error;
};

/// Newest first; limit 0: all. Empty if the table is not there.
[[nodiscard]] std::vector<LogEntry> read_log(Database& database, const VersionTable& table, std::size_t limit = 0);

/// A revision that runs outside a transaction and is not finished. Source: rev_progress.
struct UnfinishedRun {
    RevisionId revision;
    Direction direction = Direction::upgrade;
    std::size_t statement = 0;  ///< 1-based: the one that was running
    std::size_t statements = 0;
    std::size_t line = 0;
    std::string started_at;
    std::string error;  ///< empty if it was killed
};
[[nodiscard]] std::vector<UnfinishedRun> read_unfinished(Database& database, const VersionTable& table);

/// A verify section of a step.
struct VerifyPart {
    std::string sql;
    std::size_t first_line = 1;  ///< of `sql` in the file
    bool expect_empty = false;
};

/// A step with everything that it needs to run: its SQL is read, filled in and split.
struct PreparedStep {
    Step step;
    std::string path;                   ///< of the revision file, for messages; empty for stamp
    std::string sql;                    ///< the section with variables filled in
    std::size_t first_line = 1;         ///< of `sql` in the file
    std::vector<Statement> statements;  ///< views into `sql`
    bool transactional = true;
    std::optional<bool> sqlite_foreign_keys;
    std::vector<VerifyPart> verify;  ///< upgrade: what runs inside the step after its SQL
    std::string checksum;            ///< of the section that runs
};

struct PreparedPlan {
    Plan plan;
    std::vector<std::unique_ptr<PreparedStep>> steps;
};

struct PrepareOptions {
    Dialect dialect = Dialect::sqlite;
    TransactionMode transaction = TransactionMode::per_revision;
    std::map<std::string, std::string> variables;
};

/// Reads every section that the plan runs, and refuses before anything runs: a missing section (irreversible
/// downgrade), a variable without a value, statements that do not fit the revision's transaction mode. Throws Error.
[[nodiscard]] PreparedPlan prepare(Plan plan, const ScriptDirectory& scripts, const PrepareOptions& options);

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
};

struct ExecuteOptions {
    VersionTable table;
    TransactionMode transaction = TransactionMode::per_revision;
    bool sqlite_foreign_keys = false;
    std::string tag;       ///< --tag: written to the log
    bool offline = false;  ///< the database is the SQL writer: rows are taken from the plan, nothing is logged
};

struct StepResult {
    Direction direction = Direction::upgrade;
    RevisionId revision;
    std::chrono::milliseconds duration{0};
};

struct RunResult {
    std::vector<StepResult> steps;  ///< those that are committed
    std::vector<RevisionId> rows;   ///< of the version table now
};

/// A run that stopped at a step. What was committed before stays: see `result`.
class RunError : public Error {
public:
    RunError(Error error, RunResult result) : Error(std::move(error)), result(std::move(result)) {}
    RunResult result;
};

/// Holds the run lock while it lives (nothing for SQLite and offline). Waits up to `timeout`, telling `reporter` who
/// holds it. Throws Error with ExitCode::database ("locked").
class RunLock {
public:
    RunLock(Database& database, const VersionTable& table, std::chrono::milliseconds timeout, Reporter& reporter);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

private:
    Database& database_;
    std::string key_;
    bool held_ = false;
};

/// Runs the steps. The caller holds the RunLock and made the plan while holding it. Creates the tables when needed.
/// Throws RunError with ExitCode::revision_failed (located in the revision file), database, interrupted or terminated.
RunResult execute(Database& database, const PreparedPlan& plan, const ExecuteOptions& options, Reporter& reporter);

/// Asks running work to stop (async-signal-safe): the current step is rolled back and execute throws.
void request_stop(int signal_number) noexcept;

}  // namespace rev
