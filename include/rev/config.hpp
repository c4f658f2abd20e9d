#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "rev/error.hpp"

namespace rev::config {

/// How a run commits: each step by itself, or all in one transaction, which is refused if a revision has to run outside
/// one.
enum class TransactionMode { per_revision, all };

/// What keeps two runs on a PostgreSQL database apart.
/// asked: a lease where the session can hold no lock, else a lock of the session, see RunLockKind.
enum class RunLocks { asked, session, lease };

/// What upgrade and downgrade do about an applied revision whose file is another one now.
/// error: they refuse before anything runs; warn: they say so and go on.
enum class OnChanged { error, warn, ignore };

/// Limits for the SQL of revisions. Absent: what the session has.
struct StatementLimits {
    std::optional<std::chrono::milliseconds> lock_timeout;       ///< one wait for a lock; 0: no limit
    std::optional<std::chrono::milliseconds> statement_timeout;  ///< the run time of one statement; 0: no limit
    int lock_retries = 3;  ///< how often a step is rolled back and tried again when it got no lock
};

/// What `rev revision` and `rev merge` make an id of.
enum class RevisionIds {
    random,      ///< 12 hexadecimal digits
    sequential,  ///< 001, 002, ...: one more than the highest number that is an id, as wide as the longest of them
    timestamp    ///< 20261127041500, in the configured time zone
};

/// A command that runs on each new revision file, as one argument vector; `{file}` in an argument is its path.
struct PostWriteHook {
    std::vector<std::string> command;
};

/// A wave of a roll-out over a fleet: the next one begins when this one is whole.
struct FleetRing {
    std::string name;
    std::vector<std::string> members = {};  ///< patterns of names; empty, and no share: all that are left
    std::optional<int> share;               ///< percent of all members, rounded up
};

/// Where the members of a fleet are found.
enum class FleetSource {
    none,
    schema_query,     ///< schemas: a SELECT whose column `name` has them; its other columns are variables
    schema_patterns,  ///< schemas: patterns of their names
    databases,        ///< databases of the server: patterns of their names
    urls,             ///< a file with a name and a URL a line
    command,          ///< a program that prints such lines
    files,            ///< SQLite files: patterns of paths
};

/// Databases that share one history. Source: docs/fleet.md.
struct FleetSettings {
    FleetSource source = FleetSource::none;
    std::string url;                               ///< where schemas and databases are asked for; empty: Config::url
    std::string query;                             ///< schema_query
    std::vector<std::string> patterns;             ///< schema_patterns, databases, files; `*` and `?`
    std::filesystem::path urls;                    ///< absolute
    std::vector<std::string> command;              ///< an argument vector
    std::string search_path = "{schema}, public";  ///< of a schema member's session
    std::vector<FleetRing> rings;                  ///< empty: all members are one
    std::size_t jobs = 8;                          ///< connections at once, for each server
    std::optional<std::size_t> stop_after = 1;     ///< so many failures begin no new member; absent: never
    std::string queue_url;                         ///< the coordinating database; empty: `url`
};

/// How bad the findings of one rule are.
struct LintLevel {
    std::string rule;   ///< its name, as written; whether there is such a rule is for lint to say
    std::string level;  ///< error, warning, notice or off
    Location location;  ///< of the setting
};

/// `lint:` of alembic.yaml. Source: docs/lint.md.
struct LintSettings {
    int server_version = 0;                 ///< PostgreSQL's major one; 0: not said
    std::vector<std::string> small_tables;  ///< names, with their schema where it is not `public`
    std::vector<LintLevel> levels;
};

/// Where the desired schema is, and what of a database is held against it. Source: docs/autogenerate.md.
struct SchemaSettings {
    std::vector<std::filesystem::path> files;  ///< absolute; a folder stands for its *.sql files
    std::vector<std::string> command;          ///< prints the DDL; an argument vector; empty: none
    std::vector<std::string> schemas;          ///< PostgreSQL: those that are managed; empty: those that are used
    std::vector<std::string> exclude;          ///< patterns of names that are left out
    std::vector<std::string> ignore;           ///< kinds that are not compared, such as "owner"

    /// Whether there is anything that says what the schema is to be: files or a command.
    [[nodiscard]] bool has_source() const noexcept { return !files.empty() || !command.empty(); }
};

/// The desired schema as alembic.yaml has it: for every dialect, or one for each.
struct DesiredSchema {
    std::optional<SchemaSettings> plain;
    std::map<Dialect, SchemaSettings> by_dialect;

    /// What counts for the dialect; nullptr: nothing is said of it.
    [[nodiscard]] const SchemaSettings* find(Dialect dialect) const;
};

/// Every setting of alembic.yaml, resolved. Source: docs/configuration.md.
struct Config {
    std::filesystem::path file;             ///< the alembic.yaml that was read (absolute); empty: none
    std::filesystem::path directory;        ///< its folder (absolute); relative paths of the file start here
    std::filesystem::path script_location;  ///< absolute; holds templates/
    std::vector<std::filesystem::path> version_locations;  ///< absolute, in the order written; at least one
    bool recursive_version_locations = false;
    std::vector<std::filesystem::path> repeatable_locations;  ///< absolute, in the order written; empty: none
    /// A relative path without `.sql`, with {rev}, {slug} and the like. Source: docs/configuration.md.
    std::string file_template = "{rev}_{slug}";
    std::size_t truncate_slug_length = 40;  ///< characters
    RevisionIds revision_ids = RevisionIds::random;
    std::string timezone = "UTC";  ///< IANA name
    std::string url;               ///< the chosen URL with variables filled in; may hold a password; empty: none
    std::string url_source;        ///< where it came from: "--url", "environment production", "url", "DATABASE_URL"
    std::string environment;       ///< the chosen environment's name; empty: none
    std::vector<std::string> environments;  ///< names of all environments, sorted
    std::string version_table = "alembic_version";
    std::string version_table_schema;          ///< empty: the default schema
    bool create_version_table_schema = false;  ///< make that schema where it is not there yet
    TransactionMode transaction = TransactionMode::per_revision;
    std::chrono::milliseconds lock_timeout{60'000};  ///< waiting for another run of rev; 0: not at all
    RunLocks run_lock = RunLocks::asked;
    std::chrono::seconds run_lock_lease{30};  ///< how long a lease lasts unless it is renewed
    std::optional<bool> transactional_ddl;    ///< absent: as the server's product is known
    StatementLimits limits;                   ///< statement_lock_timeout, statement_timeout, lock_retries
    bool backup = false;                      ///< back the database up before each run
    std::filesystem::path backup_location;    ///< absolute; the folder for backups that are given no path
    std::vector<PostWriteHook> post_write_hooks;
    bool sqlite_foreign_keys = false;
    bool head_file = false;     ///< keep the heads' ids in a file HEAD of the first version location
    bool is_protected = false;  ///< `protected`: nothing may be dropped or downgraded, and no scratch database is made
                                ///< on its server unless asked for
    std::vector<std::filesystem::path> seed;  ///< absolute; SQL files that `rev reset` runs after the upgrade, in order
    OnChanged on_changed = OnChanged::error;
    LintSettings lint;
    std::map<std::string, std::string> variables;  ///< alembic.yaml's, then the environment's, then -x
    FleetSettings fleet;
    DesiredSchema schema;
    std::string scratch_url;  ///< a server on which databases may be made and dropped; may hold a password; empty: none
    std::vector<std::filesystem::path> scratch_setup;  ///< absolute; loaded into every scratch before all else
    std::filesystem::path dump;           ///< absolute; is written after a run that changed something; empty: none
    bool autogenerate_online = false;     ///< `autogenerate: {online: true}`
    std::set<std::string> url_variables;  ///< names of the variables that any `url` of the file expands
    /// Settings left empty because a `${NAME}` in them has no value, by key: "url", "variables.owner". Commands that do
    /// not need them work all the same; throw the Error where one is needed.
    std::map<std::string, Error> unresolved;
};

/// What the command line and the process give. A value, so that loading is testable.
struct ConfigRequest {
    std::filesystem::path working_directory;       ///< absolute
    std::optional<std::filesystem::path> file;     ///< -c; absent: REV_CONFIG of process_environment, if any
    std::optional<std::string> environment;        ///< -n
    std::optional<std::string> url;                ///< --url
    std::map<std::string, std::string> variables;  ///< -x
    std::map<std::string, std::string> process_environment;
};

/// Config::url. Throws Error with ExitCode::usage if there is none: its unresolved error, or "no_url".
[[nodiscard]] const std::string& require_url(const Config& config);

/// The process's environment as a map.
[[nodiscard]] std::map<std::string, std::string> process_environment();

/// Reads alembic.yaml (named by `file`, else by REV_CONFIG, else searched in working_directory and its parents) and the
/// nearest `.env` beside it or, within a repository, above it, whose lines stop nothing unless one sets a variable that
/// is needed. `${NAME}` without a value is an error only where the setting is used: an environment that was not
/// chosen may name variables that are not set, and see Config::unresolved. Throws Error with ExitCode::usage, located
/// at file:line:column: no file ("no_config"), unknown key (with a suggestion), wrong type or value, missing variable,
/// unknown environment.
[[nodiscard]] Config load_config(const ConfigRequest& request);

/// "60s", "500ms", "2m", "1h" or a bare number of seconds, up to 2^31-1 ms as in PostgreSQL. nullopt for anything
/// else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

}  // namespace rev::config

namespace rev {
using config::Config;
using config::ConfigRequest;
using config::DesiredSchema;
using config::FleetRing;
using config::FleetSettings;
using config::FleetSource;
using config::LintLevel;
using config::LintSettings;
using config::load_config;
using config::OnChanged;
using config::parse_duration;
using config::PostWriteHook;
using config::process_environment;
using config::require_url;
using config::RevisionIds;
using config::RunLocks;
using config::SchemaSettings;
using config::StatementLimits;
using config::TransactionMode;
}  // namespace rev
