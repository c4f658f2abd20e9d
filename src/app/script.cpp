#include "app/script.hpp"

#include <utility>

#include "app/run_options.hpp"
#include "app/worded.hpp"
#include "exec/as_written.hpp"

namespace rev::app {
namespace {

/// Only psql finds the rows of COPY ... FROM stdin in a script.
void refuse_copy_data(const PreparedPlan& plan) {
    for (const auto& step : plan.steps) {
        for (const auto& statement : step->statements) {
            if (statement.kind != StatementKind::copy_from_stdin) continue;
            throw Error(ExitCode::usage, "copy_needs_psql", "COPY ... FROM stdin works in no script but one for psql")
                .with_location(place_of(sql_in_file(*step), statement))
                .with_hint("add --psql and run the script with psql; or write the rows as INSERT");
        }
    }
}

std::vector<RevisionId> rows_at(const Graph& graph, const std::string& start) {
    std::vector<RevisionId> rows;
    if (start.empty()) return rows;
    for (const auto* revision : worded([&] { return resolve(graph, start); })) rows.push_back(revision->id);
    return rows;
}

}  // namespace

Plan write_script(const ScriptRequest& request, const ScriptDirectory& scripts, const Graph& graph, Reporter& reporter,
                  std::ostream& out) {
    const auto& config = scripts.config();
    const auto transaction = request.migrate.transaction.value_or(config.transaction);
    const auto rows = rows_at(graph, request.start);
    auto plan = worded([&] { return make_plan(request.migrate, graph, rows); });
    for (const auto& warning : plan.warnings) reporter.warning(warning);
    if (plan.steps.empty()) return plan;

    auto options = prepare_options(config, transaction, request.dialect);
    options.is_script = true;
    auto prepared = prepare(std::move(plan), scripts, options);
    if (request.reader != ScriptReader::shell) refuse_copy_data(prepared);
    auto execute_as = execute_options(config, transaction);
    execute_as.tag = request.migrate.tag;
    execute_as.offline = true;
    const auto writer = open_sql_writer(request.dialect, out, request.reader);
    execute(*writer, prepared, execute_as, reporter);
    return std::move(prepared.plan);
}

}  // namespace rev::app
