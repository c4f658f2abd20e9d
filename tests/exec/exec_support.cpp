#include "exec/exec_support.hpp"

#include <array>

#include "base/text.hpp"
#include "rev/stop.hpp"
#include "run/prepared.hpp"

namespace rev::test {

Bench::Bench(std::string url) : url_(std::move(url)) {
    Config config;
    config.directory = project.path();
    config.script_location = project.path();
    config.version_locations = {project.path() / "versions"};
    scripts_ = std::make_unique<ScriptDirectory>(config);
    clear_stop();
}

void Bench::revision(const std::string& id, const std::string& upgrade, const std::string& downgrade,
                     const std::string& header, const std::string& sections) {
    project.revision({.id = id,
                      .revises = last_,
                      .upgrade = upgrade,
                      .downgrade = downgrade,
                      .message = "make " + id,
                      .header = header,
                      .sections = sections});
    last_ = id;
}

Database& Bench::database() {
    if (!database_) database_ = connect();
    return *database_;
}

std::unique_ptr<Database> Bench::connect() const {
    const auto url = url_.empty() ? "sqlite:///" + (project.path() / "test.db").string() : url_;
    return open_database(parse_database_url(url), {.directory = project.path(),
                                                   .lock_timeout = lock_timeout,
                                                   .on_notice = {},
                                                   .on_wait = {},
                                                   .interrupted = stop_requested});
}

Graph Bench::graph() const { return scripts_->load_graph(); }

run::PrepareOptions Bench::prepare_options() {
    return {.dialect = database().dialect(),
            .transaction = options.transaction,
            .variables = variables,
            .limits = limits,
            .backslash = database().backslash()};
}

RunResult Bench::run_plan(Plan plan) {
    const auto prepared = run::prepare(std::move(plan), *scripts_, prepare_options());
    return run::execute(database(), prepared, options, reporter);
}

RunResult Bench::upgrade(std::string_view target) {
    const auto& graph = graphs_.emplace_back(this->graph());
    return run_plan(plan_upgrade(graph, state::read_rows(database(), options.table), target));
}

RunResult Bench::downgrade(std::string_view target) {
    const auto& graph = graphs_.emplace_back(this->graph());
    return run_plan(plan_downgrade(graph, state::read_rows(database(), options.table), target));
}

std::vector<run::RehearsedStep> Bench::rehearse_plan(Plan plan) {
    const auto& prepared = rehearsed_.emplace_back(run::prepare(std::move(plan), *scripts_, prepare_options()));
    return run::rehearse(database(), prepared, options);
}

std::vector<run::RehearsedStep> Bench::rehearse_upgrade(std::string_view target) {
    const auto& graph = graphs_.emplace_back(this->graph());
    return rehearse_plan(plan_upgrade(graph, state::read_rows(database(), options.table), target));
}

std::vector<run::RehearsedStep> Bench::rehearse_downgrade(std::string_view target) {
    const auto& graph = graphs_.emplace_back(this->graph());
    return rehearse_plan(plan_downgrade(graph, state::read_rows(database(), options.table), target));
}

RunResult Bench::stamp(const std::string& target) {
    const auto& graph = graphs_.emplace_back(this->graph());
    const std::array<Target, 1> targets{target};
    return run_plan(plan_stamp(graph, state::read_rows(database(), options.table), targets, false));
}

RunResult Bench::resume() {
    const auto& graph = graphs_.emplace_back(this->graph());
    return rev::run::resume(database(), graph, *scripts_, prepare_options(), options, reporter);
}

std::string Bench::upgrade_script() {
    const auto& graph = graphs_.emplace_back(this->graph());
    std::ostringstream out;
    const auto writer = open_sql_writer(database().dialect(), out);
    const auto prepared = run::prepare(plan_upgrade(graph, {}, "head"), *scripts_, prepare_options());
    auto offline = options;
    offline.offline = true;
    run::execute(*writer, prepared, offline, reporter);
    return out.str();
}

std::string Bench::query(const std::string& sql) {
    std::vector<std::string> values;
    for (const auto& row : database().query_in_session(sql)) values.push_back(row.front().value_or("NULL"));
    return base::join(values, "\n");
}

void Bench::run(const std::string& sql) {
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = sql}};
    database().run(commands);
}

std::string Bench::rows() { return base::join(state::read_rows(database(), options.table), ","); }

std::string Bench::events() {
    std::vector<std::string> events;
    auto entries = log();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        events.push_back(entry->event + " " + entry->revision);
    return base::join(events, ",");
}

}  // namespace rev::test
