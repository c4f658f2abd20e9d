#include "rev/project.hpp"

#include <utility>

#include "library/changed.hpp"
#include "library/connect.hpp"
#include "library/event_reporter.hpp"
#include "library/locked_run.hpp"
#include "library/worded.hpp"
#include "rev/script_directory.hpp"

namespace rev {

namespace fs = std::filesystem;

struct Project::Parts {
    explicit Parts(ScriptDirectory files) : scripts(std::move(files)), graph(scripts.load_graph()) {}

    ScriptDirectory scripts;
    Graph graph;

    [[nodiscard]] const Config& config() const noexcept { return scripts.config(); }
};

namespace {

/// What alembic.yaml's folder is to its project.
Config with_directory(Config config) {
    if (config.directory.empty()) config.directory = fs::current_path();
    if (config.backup_location.empty()) config.backup_location = config.directory / "backups";
    return config;
}

using MakePlan = std::function<Plan(std::span<const RevisionId> rows)>;

std::unique_ptr<Database> connect(const DatabaseRef& database, const OpenOptions& options,
                                  std::chrono::milliseconds wait, Reporter& reporter) {
    if (!database.is_url()) return use_sqlite(database.connection(), options);
    return open_waiting(parse_database_url(database.url()), options, wait, reporter);
}

std::unique_ptr<Database> connect_for_reading(const Config& config, const DatabaseRef& database) {
    Reporter silent;
    return connect(database, reading_options(config), std::chrono::milliseconds{0}, silent);
}

/// One call of upgrade() or downgrade().
class Call {
public:
    Call(const ScriptDirectory& scripts, const Graph& graph, const DatabaseRef& where, MakePlan make_plan,
         const RunOptions& options)
        : scripts_(scripts),
          graph_(graph),
          where_(where),
          make_plan_(std::move(make_plan)),
          options_(options),
          reporter_(options.on_event),
          changed_(config().on_changed, graph, scripts, reporter_) {}

    RunResult run() {
        // A file that is not there yet must not appear before there is something to write into it.
        const bool is_missing = where_.is_url() && is_missing_file(config(), parse_database_url(where_.url()));
        auto database = open(is_missing ? reading_options(config()) : writing_options(config(), reporter_));
        const auto state = read_state(*database, version_table(config()), changed_.needs_checksums());
        auto plan = plan_for(*database, state);
        for (const auto& warning : plan.warnings) reporter_.warning(warning);
        reporter_.rethrow();
        if (plan.steps.empty()) return {.steps = {}, .rows = state.rows};
        auto prepared = prepare(std::move(plan), scripts_, options_for(*database));
        if (is_missing) database = open(writing_options(config(), reporter_));
        auto result = run_on(*database, state.tables.table, std::move(prepared));
        reporter_.rethrow();
        return result;
    }

private:
    [[nodiscard]] const Config& config() const noexcept { return scripts_.config(); }

    std::unique_ptr<Database> open(const OpenOptions& options) {
        return connect(where_, options, options_.wait, reporter_);
    }

    Plan plan_for(Database& database, const DatabaseState& state) {
        auto plan = worded(database, state.tables.table, graph_, [&] { return make_plan_(state.rows); });
        changed_.check(state, database.dialect());
        return plan;
    }

    [[nodiscard]] PrepareOptions options_for(Database& database) const {
        auto options = prepare_options(config(), config().transaction, database.dialect());
        options.backslash = database.backslash();
        return options;
    }

    RunResult run_on(Database& database, const VersionTable& table, PreparedPlan prepared) {
        LockedRun run{.planner = [&](const auto& state) { return plan_for(database, state); },
                      .lock_timeout = config().lock_timeout,
                      .prepare = options_for(database),
                      .execute = execute_options(config(), config().transaction),
                      .prepared = std::move(prepared)};
        run.execute.table = table;
        run.execute.tag = options_.tag;
        run.execute.checksums = changed_.needs_checksums();
        if (config().backup) run.before = [&](const Plan&, PreparedPlan&) { back_up_first(database, table); };
        Plan plan;
        return run_locked(database, scripts_, std::move(run), reporter_, plan);
    }

    void back_up_first(Database& database, const VersionTable& table) {
        reporter_.backed_up(back_up(database, table, config().backup_location / "", options_.tag));
    }

    const ScriptDirectory& scripts_;
    const Graph& graph_;
    const DatabaseRef& where_;
    MakePlan make_plan_;
    const RunOptions& options_;
    EventReporter reporter_;
    ChangedGuard changed_;
};

}  // namespace

Project Project::open(const fs::path& path, const ProjectOptions& options) {
    ConfigRequest request;
    request.working_directory = fs::current_path();
    request.file = fs::is_directory(path) ? path / "alembic.yaml" : path;
    if (!options.environment.empty()) request.environment = options.environment;
    request.variables = options.variables;
    request.process_environment = process_environment();
    return Project(std::make_unique<Parts>(ScriptDirectory(load_config(request))));
}

Project Project::from_folder(const fs::path& versions, Config config) {
    config = with_directory(std::move(config));
    config.version_locations = {fs::absolute(versions)};
    return Project(std::make_unique<Parts>(ScriptDirectory(std::move(config))));
}

Project Project::embedded(std::span<const RevisionText> files, Config config) {
    return Project(std::make_unique<Parts>(ScriptDirectory(with_directory(std::move(config)), files)));
}

Project::Project(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Project::~Project() = default;
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;

const Config& Project::config() const noexcept { return parts_->config(); }

const Graph& Project::graph() const noexcept { return parts_->graph; }

std::vector<RevisionId> Project::rows(const DatabaseRef& database) const {
    return read_rows(*connect_for_reading(config(), database), version_table(config()));
}

Revisions Project::current(const DatabaseRef& database) const {
    const auto connection = connect_for_reading(config(), database);
    const auto table = version_table(config());
    const auto rows = read_rows(*connection, table);
    return worded(*connection, table, graph(), [&] { return rev::current(graph(), rows); });
}

Plan Project::pending(const DatabaseRef& database, std::string_view target) const {
    const auto connection = connect_for_reading(config(), database);
    const auto table = version_table(config());
    const auto rows = read_rows(*connection, table);
    return worded(*connection, table, graph(), [&] { return plan_upgrade(graph(), rows, target); });
}

RunResult Project::upgrade(const DatabaseRef& database, std::string_view target, const RunOptions& options) const {
    const auto make_plan = [&](auto rows) { return plan_upgrade(graph(), rows, target); };
    return Call(parts_->scripts, graph(), database, make_plan, options).run();
}

RunResult Project::downgrade(const DatabaseRef& database, std::string_view target, const RunOptions& options) const {
    const auto make_plan = [&](auto rows) { return plan_downgrade(graph(), rows, target); };
    return Call(parts_->scripts, graph(), database, make_plan, options).run();
}

}  // namespace rev
