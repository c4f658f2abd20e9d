// A script is what a run would send, written by a Database that writes: whatever only a server can answer has to be
// decided without one, and is refused where that would be a guess.

#include "app/script.hpp"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "app/repeatables.hpp"
#include "app/run_options.hpp"
#include "app/worded.hpp"
#include "run/as_written.hpp"
#include "run/prepared.hpp"
#include "sql/statement_effects.hpp"
#include "state/reporter.hpp"

namespace rev::app {
namespace {

/// Only psql finds the rows of COPY ... FROM stdin in a script.
void refuse_copy_data(const run::PreparedPlan& plan) {
    for (const auto& step : plan.steps) {
        for (const auto& statement : step->statements) {
            if (statement.kind != StatementKind::copy_from_stdin) continue;
            throw Error(ExitCode::usage, error_codes::copy_needs_psql,
                        "COPY ... FROM stdin works in no script but one for psql")
                .with_location(run::place_of(run::sql_in_file(*step), statement))
                .with_hint("add --psql and run the script with psql; or write the rows as INSERT");
        }
    }
}

/// A run gives the next step a new connection, or puts back what is set. Nobody does that for a script.
void refuse_left_to_next_step(const run::PreparedPlan& plan) {
    // What the last step leaves is left to nobody.
    for (const auto& step : std::span(plan.steps).first(plan.steps.size() - 1)) {
        for (const auto& statement : step->statements) {
            const auto left = sql::left_to_connection(statement);
            if (left.empty()) continue;
            throw Error(ExitCode::graph, error_codes::outlives_step,
                        fmt::format("{} would last longer than its revision in a script, and not in a run", left))
                .with_location(run::place_of(run::sql_in_file(*step), statement))
                .with_hint("leave it out; or write a script for each revision, and run each with a sqlite3 of its own");
        }
    }
}

/// Nobody knows the rows that a script will find: all of them go, whatever they are.
void forget_all_rows(Plan& plan) {
    plan.from.clear();
    if (plan.steps.empty()) plan.steps.push_back({Direction::stamp, nullptr, {}});
    auto& changes = plan.steps.front().changes;
    std::erase_if(changes, [](const RowChange& change) { return change.kind == RowChange::Kind::remove; });
    // A removal of no row in particular stands for DELETE without a condition.
    changes.insert(changes.begin(), {RowChange::Kind::remove, {}, {}});
}

std::vector<RevisionId> rows_at(const Graph& graph, const std::string& start) {
    std::vector<RevisionId> rows;
    if (start.empty()) return rows;
    for (const auto* revision : worded([&] { return resolve(graph, start); })) rows.push_back(revision->id);
    return rows;
}

/// There is no log to ask what has to be made.
void add_unasked_repeatables(Plan& plan, const ScriptRequest& request, const ScriptDirectory& scripts,
                             const Graph& graph) {
    const auto& migrate = request.migrate;
    if (migrate.mode == MigrateMode::stamp || migrate.repeatables == RepeatableUse::leave) return;
    const auto& repeatables = scripts.repeatables();
    if (repeatables.empty()) return;
    const auto direction = migrate.mode == MigrateMode::downgrade ? Direction::downgrade : Direction::upgrade;
    add_repeatables(plan, graph, direction,
                    {repeatables, unasked_repeatables(repeatables, plan.from), request.dialect});
}

}  // namespace

Plan write_script(const ScriptRequest& request, const ScriptDirectory& scripts, const Graph& graph,
                  state::Reporter& reporter, std::ostream& out) {
    const auto& config = scripts.config();
    const auto transaction = request.migrate.transaction.value_or(config.transaction);
    const auto rows = rows_at(graph, request.start);
    auto plan = worded([&] { return make_plan(request.migrate, graph, rows); });
    for (const auto& warning : plan.warnings) reporter.warning(warning);
    add_unasked_repeatables(plan, request, scripts, graph);
    if (request.migrate.purge) forget_all_rows(plan);
    if (plan.steps.empty()) return plan;

    auto options = prepare_options(config, transaction, request.dialect);
    options.is_script = true;
    auto prepared = run::prepare(std::move(plan), scripts, options);
    if (request.reader != ScriptReader::shell) refuse_copy_data(prepared);
    if (request.dialect == Dialect::sqlite) refuse_left_to_next_step(prepared);
    auto execute_as = execute_options(config, transaction);
    execute_as.tag = request.migrate.tag;
    execute_as.offline = true;
    const auto writer = open_sql_writer(request.dialect, out, request.reader);
    run::execute(*writer, prepared, execute_as, reporter);
    return std::move(prepared.plan);
}

}  // namespace rev::app
