#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/config.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "rev/repeatable.hpp"
#include "rev/revision.hpp"
#include "rev/revision_text.hpp"
#include "rev/run_result.hpp"
#include "rev/stop.hpp"

struct sqlite3;  // of <sqlite3.h>

/// For applications that embed rev. Start with Project. Source: docs/library.md.
///
/// The library prints nothing, installs no signal handler, ends no process and changes no environment. Its one global
/// state is the request of rev/stop.hpp. Failures are exceptions: rev::Error, whose code() and exit_code() say which
/// (docs/exit-codes.md, docs/json.md), or GraphError where a function of rev/graph.hpp is called directly; besides them
/// only std::bad_alloc and what a callback of the application throws.
namespace rev {

/// The database of a call: a URL, or an SQLite connection that the application has open. A value.
class DatabaseRef {
public:
    /// url: in SQLAlchemy's form, such as "postgresql://app@db/shop" or "sqlite:////var/lib/shop.db"; relative SQLite
    /// paths start at Config::directory. Each call opens a connection of its own and closes it.
    DatabaseRef(std::string url) : url_(std::move(url)) {}
    DatabaseRef(std::string_view url) : url_(url) {}
    DatabaseRef(const char* url) : url_(url) {}
    /// connection: open, in no transaction, with no statement half-way, used by nobody else during the call, and of the
    /// same SQLite library that librev is linked to. It is never closed. What a revision changes of its session
    /// (PRAGMAs, temporary tables, attached databases) is as before when the call returns or throws; its busy, progress
    /// and other handlers, authorizer and hooks stay in force, untouched.
    DatabaseRef(sqlite3* connection) : connection_(connection), is_url_(false) {}

    [[nodiscard]] bool is_url() const noexcept { return is_url_; }  ///< else a connection
    /// As they were given: of a connection url() is empty, and of a URL connection() is null.
    [[nodiscard]] const std::string& url() const noexcept { return url_; }
    [[nodiscard]] sqlite3* connection() const noexcept { return connection_; }

private:
    std::string url_;
    sqlite3* connection_ = nullptr;
    bool is_url_ = true;
};

/// Something that happens during a run. All views live as long as the callback runs.
struct RunEvent {
    enum class Kind {
        run_started,    ///< `of` steps follow
        step_started,   ///< step, revision
        step_finished,  ///< committed (with TransactionMode::all: ready to be); `time`: how long it took
        retrying,       ///< the step got no lock and was rolled back; `text`: why; `time`: the pause before the new try
        waiting,        ///< about once a second; `text`: for what, and who has it; `time`: for how long already
        notice,         ///< of PostgreSQL; `text`
        warning,        ///< `text`
        backed_up,      ///< `text`: the file
        remark,         ///< a statement was left out by its guard, or a batch of one is done; `text`
    };
    Kind kind = Kind::run_started;
    Direction direction = Direction::upgrade;
    const Revision* revision = nullptr;  ///< of the project's graph; null in events that are of no step
    std::size_t number = 0;              ///< of the step, from 1
    std::size_t of = 0;                  ///< how many steps the run has
    std::chrono::milliseconds time{0};
    std::string_view text = {};
    const Repeatable* repeatable = nullptr;  ///< of the project; null in events that are of no repeatable object's step
};

/// How to run.
struct RunOptions {
    /// Called on the calling thread. If it throws, the run stops as soon as the step that runs is committed (or rolled
    /// back), and the exception reaches the caller. It must not use the database's connection.
    std::function<void(const RunEvent&)> on_event = {};
    std::string tag = {};  ///< a word for the log
    /// Stops before one batch more of what `-- rev:repeat` repeats (RunError "batches_left"); 0: no limit.
    std::size_t max_batches = 0;
    std::chrono::milliseconds wait{0};  ///< how long to wait for a database server that does not answer yet
};

/// What Project::open is given besides the file.
struct ProjectOptions {
    std::string environment = {};                       ///< one of alembic.yaml's; empty: none
    std::map<std::string, std::string> variables = {};  ///< go over alembic.yaml's
};

/// A project's settings and revisions, read once. Immutable: const members may be called on several threads at once
/// (with different SQLite connections). Runs on one database, of whatever process, wait for each other as those of the
/// program do. Movable; its revisions keep their addresses.
class Project {
public:
    /// path: an alembic.yaml, or the folder that has it. Reads it, the environment, `.env` and all headers.
    /// Throws Error with ExitCode::usage (settings) or ExitCode::graph (files), located.
    [[nodiscard]] static Project open(const std::filesystem::path& path, const ProjectOptions& options = {});

    /// A folder of revision files without alembic.yaml. `version_locations` of config is replaced. Throws Error.
    [[nodiscard]] static Project from_folder(const std::filesystem::path& versions, Config config = {});

    /// Revisions compiled into the program; the CMake function rev_embed_revisions() makes them. Their bytes must
    /// outlive the Project. Load order is the order of `files`. Throws Error with ExitCode::graph, located.
    [[nodiscard]] static Project embedded(std::span<const RevisionText> files, Config config = {});

    /// Revisions, plans and everything else that points into the project end with it.
    ~Project();
    Project(Project&&) noexcept;
    Project& operator=(Project&&) noexcept;
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    /// What it was made with, settings and revisions; both live as long as the Project.
    [[nodiscard]] const Config& config() const noexcept;
    [[nodiscard]] const Graph& graph() const noexcept;

    /// Rows of the version table, in table order; empty: nothing is applied. Changes nothing.
    [[nodiscard]] std::vector<RevisionId> rows(const DatabaseRef& database) const;

    /// The revisions that the database is at, as `rev current` lists them. Changes nothing. Throws Error "unknown_row"
    /// if the database is at a revision that this project does not have, as after a newer release of the application.
    [[nodiscard]] Revisions current(const DatabaseRef& database) const;

    /// What upgrade() would run, repeatable objects included; no steps: nothing. Changes nothing. Throws Error as
    /// current(), or if the target does not resolve.
    [[nodiscard]] Plan pending(const DatabaseRef& database, std::string_view target = "heads") const;

    /// Takes the database to `target`, as `rev upgrade` does: run lock, one transaction a revision, verify sections,
    /// checks of changed files, log, ledger; `backup: true` makes a backup first. Does nothing, without a lock, if it
    /// is there already: rows are filled in, steps are empty. Throws Error if nothing was run: ExitCode::usage, graph
    /// (a target, a file, a changed file), database (not reachable, locked, unknown_row, unfinished_run;
    /// "transaction_open" and "statement_open" for a given connection); RunError once the run had begun:
    /// ExitCode::revision_failed, database, or that of request_stop().
    RunResult upgrade(const DatabaseRef& database, std::string_view target = "heads",
                      const RunOptions& options = {}) const;

    /// The same downwards, as `rev downgrade --yes` does. Throws as upgrade(), and Error "irreversible" before anything
    /// runs.
    RunResult downgrade(const DatabaseRef& database, std::string_view target, const RunOptions& options = {}) const;

private:
    struct Parts;
    explicit Project(std::unique_ptr<const Parts> parts);

    std::unique_ptr<const Parts> parts_;
};

}  // namespace rev
