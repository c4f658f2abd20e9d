#include "rev/project.hpp"

#include <string>
#include <utility>

#include "app/connect.hpp"
#include "app/migrate.hpp"
#include "app/repeatables.hpp"
#include "app/worded.hpp"
#include "base/stop_token.hpp"
#include "library/event_reporter.hpp"
#include "script/script_directory.hpp"
#include "state/reporter.hpp"

namespace rev {

namespace fs = std::filesystem;

struct Project::Parts {
    explicit Parts(ScriptDirectory files) : scripts(std::move(files)), graph(scripts.load_graph()) {
        static_cast<void>(scripts.repeatables());  // read once, with everything else
    }

    ScriptDirectory scripts;
    Graph graph;

    [[nodiscard]] const Config& config() const noexcept { return scripts.config(); }
};

namespace {

/// Callers of a library expect rev::Error alone, also where the folder they stand in was deleted.
fs::path working_directory() {
    std::error_code failure;
    auto path = fs::current_path(failure);
    if (failure)
        throw Error(ExitCode::usage, error_codes::unreadable_folder,
                    "the working directory cannot be read: " + failure.message());
    return path;
}

/// What alembic.yaml's folder is to its project.
Config with_directory(Config config) {
    // Relative paths of SQLite URLs and backups start there, as they do for a project with a file.
    if (config.directory.empty()) config.directory = working_directory();
    if (config.backup_location.empty()) config.backup_location = config.directory / "backups";
    return config;
}

std::unique_ptr<Database> connect(const DatabaseRef& database, const OpenOptions& options,
                                  std::chrono::milliseconds wait, state::Reporter& reporter,
                                  const base::StopToken& stop = {}) {
    // The application's own connection: there is no server to wait for.
    if (!database.is_url()) return use_sqlite(database.connection(), options);
    return app::open_waiting(parse_database_url(database.url()), options, wait, reporter, stop);
}

/// A connection for each question: a Project may be asked on several threads at once, and a connection may not.
std::unique_ptr<Database> connect_for_reading(const Config& config, const DatabaseRef& database) {
    state::Reporter silent;
    return connect(database, app::reading_options(config), std::chrono::milliseconds{0}, silent);
}

RunResult migrate(const ScriptDirectory& scripts, const Graph& graph, const DatabaseRef& where,
                  app::MigrateRequest request, const RunOptions& options) {
    const auto& config = scripts.config();
    EventReporter reporter(options.on_event);
    const auto stop =
        base::StopToken::for_one_run();  // what one call shields from a stop is nothing to another thread's
    const app::Connector connector{
        .open =
            [&](app::Access access) {
                const auto open_options = access == app::Access::read ? app::reading_options(config)
                                                                      : app::writing_options(config, reporter, stop);
                return connect(where, open_options, options.wait, reporter, stop);
            },
        .is_missing_file =
            [&] { return where.is_url() && app::is_missing_file(config, parse_database_url(where.url())); }};
    request.tag = options.tag;
    if (options.max_batches != 0) request.max_batches = options.max_batches;
    // With the separator at its end it names a folder, in which the file gets a name of its own.
    if (config.backup) request.backup_to = config.backup_location / "";
    // Waiting for a server tells events as well, and what was thrown then is to stop the run before it takes the lock.
    request.on_ready = [&] { reporter.rethrow(); };
    auto done = app::migrate(request, {scripts, graph, connector, reporter, stop});
    reporter.rethrow();
    return std::move(done.result);
}

}  // namespace

Project Project::open(const fs::path& path, const ProjectOptions& options) {
    ConfigRequest request;
    request.working_directory = working_directory();
    std::error_code ignored;  // where it cannot be looked at, reading it says why
    request.file = fs::is_directory(path, ignored) ? path / "alembic.yaml" : path;
    if (!options.environment.empty()) request.environment = options.environment;
    request.variables = options.variables;
    request.process_environment = process_environment();
    return Project(std::make_unique<Parts>(ScriptDirectory(load_config(request))));
}

Project Project::from_folder(const fs::path& versions, Config config) {
    config = with_directory(std::move(config));
    // As of now: the application may change its folder before a run reads the files.
    config.version_locations = {working_directory() / versions};
    return Project(std::make_unique<Parts>(ScriptDirectory(std::move(config))));
}

Project Project::embedded(std::span<const RevisionText> files, Config config) {
    return Project(std::make_unique<Parts>(ScriptDirectory(with_directory(std::move(config)), files)));
}

// Parts stay where they are when a Project is moved: revisions that it has handed out are of their graph.
Project::Project(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Project::~Project() = default;
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;

const Config& Project::config() const noexcept { return parts_->config(); }

const Graph& Project::graph() const noexcept { return parts_->graph; }

std::vector<RevisionId> Project::rows(const DatabaseRef& database) const {
    return state::read_rows(*connect_for_reading(config(), database), app::version_table(config()));
}

Revisions Project::current(const DatabaseRef& database) const {
    const auto connection = connect_for_reading(config(), database);
    const auto table = app::version_table(config());
    const auto rows = state::read_rows(*connection, table);
    return app::worded(*connection, table, graph(), [&] { return rev::current(graph(), rows); });
}

Plan Project::pending(const DatabaseRef& database, std::string_view target) const {
    const auto connection = connect_for_reading(config(), database);
    const auto table = app::version_table(config());
    const auto tables = state::find_tables(*connection, table);
    const auto rows = state::read_rows(*connection, tables);
    auto plan = app::worded(*connection, table, graph(), [&] { return plan_upgrade(graph(), rows, target); });
    const auto& repeatables = parts_->scripts.repeatables();
    // Their state is in the log, which a project without any need not read.
    if (!repeatables.empty())
        app::add_repeatables(plan, graph(), Direction::upgrade,
                             {repeatables, state::read_logged_repeatables(*connection, tables), connection->dialect()});
    return plan;
}

RunResult Project::upgrade(const DatabaseRef& database, std::string_view target, const RunOptions& options) const {
    return migrate(parts_->scripts, graph(), database,
                   {.mode = app::MigrateMode::upgrade, .targets = {std::string(target)}}, options);
}

RunResult Project::downgrade(const DatabaseRef& database, std::string_view target, const RunOptions& options) const {
    return migrate(parts_->scripts, graph(), database,
                   {.mode = app::MigrateMode::downgrade, .targets = {std::string(target)}}, options);
}

}  // namespace rev
