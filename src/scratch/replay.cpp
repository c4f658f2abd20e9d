#include "scratch/replay.hpp"

#include <array>
#include <string>
#include <utility>

#include "run/execute.hpp"
#include "run/prepared.hpp"
#include "scratch/run_sql.hpp"
#include "script/repeatables.hpp"
#include "state/reporter.hpp"
#include "state/tables.hpp"

namespace rev::scratch {
void make_version_schema(Database& database, const std::string& schema) {
    // Whatever alembic.yaml says of that: a fresh database has only public.
    const auto sql = state::create_schema(database, {.schema = schema, .makes_schema = true});
    if (sql.empty()) return;
    run_sql(database, sql);
}

Plan plan_replay(const Graph& graph, const Revisions& revisions) {
    Plan whole;
    for (const auto* revision : revisions) {
        auto plan = plan_upgrade(graph, whole.to, revision->id);
        whole.to = std::move(plan.to);
        for (auto& step : plan.steps) whole.steps.push_back(std::move(step));
    }
    return whole;
}

void add_repeatables(Plan& plan, const ScriptDirectory& scripts) {
    for (const auto& repeatable : scripts.repeatables().all()) {
        auto& step = plan.steps.emplace_back();
        step.direction = Direction::apply;
        step.repeatable = &repeatable;
    }
}

void replay(Database& database, const run::PreparedPlan& plan, const Config& config, state::Reporter& reporter) {
    make_version_schema(database, config.version_table_schema);
    run::execute(database, plan, replay_execution(config), reporter);
}

run::ExecuteOptions replay_execution(const Config& config) {
    run::ExecuteOptions options;
    options.table = {config.version_table_schema, config.version_table};
    options.transaction = config.transaction;
    options.sqlite_foreign_keys = config.sqlite_foreign_keys;
    options.lock_timeout = config.lock_timeout;
    options.checksums = false;
    return options;
}

run::PrepareOptions replay_options(const Config& config, Dialect dialect) {
    run::PrepareOptions options;
    options.dialect = dialect;
    options.transaction = config.transaction;
    options.variables = config.variables;
    options.limits = config.limits;
    return options;
}

}  // namespace rev::scratch
