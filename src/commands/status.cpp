#include "report/status.hpp"

#include <algorithm>

#include "commands/registry.hpp"
#include "report/json.hpp"
#include "report/status_text.hpp"
#include "rev/plan.hpp"

namespace rev {
namespace {

struct Options {
    bool exit_code = false;
};

void declare(Arguments& arguments, Options& options) {
    arguments.flag("--exit-code", options.exit_code, "exit with 1 unless the database is up to date");
}

void read_row_state(Status& status, Database& database, const VersionTable& table, const Graph& graph) {
    auto rows = read_rows(database, table);
    std::vector<RevisionId> known;
    for (const auto& row : rows) {
        if (graph.find(row) != nullptr) {
            known.push_back(row);
        } else {
            status.unknown.push_back({row, find_recorded(database, table, row)});
        }
    }
    try {
        status.current = current(graph, known);
        for (const auto& step : plan_upgrade(graph, known, "heads").steps) status.pending.push_back(step.revision);
    } catch (const GraphError& error) {
        status.problems.emplace_back(to_error(error).what());
    }
    std::sort(rows.begin(), rows.end());
    status.rows = std::move(rows);
}

void read_database(Status& status, Database& database, const VersionTable& table, const Graph& graph,
                   const ScriptDirectory& scripts) {
    status.server = database.server_info();
    read_row_state(status, database, table, graph);
    status.unfinished = read_unfinished(database, table);
    try {
        std::vector<RevisionId> known;
        for (const auto* revision : status.current) known.push_back(revision->id);
        status.changed = find_changed(database, table, applied(graph, known), scripts);
    } catch (const Error& error) {
        status.problems.emplace_back(error.what());
    }
}

std::vector<std::string> next_commands(const Status& status) {
    if (status.unreachable) return {};
    if (!status.unfinished.empty()) return {"rev resume"};
    if (!status.unknown.empty()) return {"get the missing revision files, or: rev stamp --purge REV", "rev log"};
    if (!status.changed.empty() && status.is_odd()) return {"rev show " + status.changed.front().revision->id};
    if (!status.problems.empty()) return {"rev check"};
    if (status.pending.empty()) return {};
    if (status.heads.size() == 1) return {"rev upgrade head"};
    return {"rev upgrade heads", "rev merge heads -m \"merge\""};
}

Status read_status(Context& context, const Graph& graph) {
    Status status;
    status.heads = graph.heads();
    const auto url = context.database_url();
    status.url = url.display();
    status.dialect = url.dialect;
    try {
        const auto database = context.open_for_reading();
        read_database(status, *database, context.version_table(), graph, context.scripts());
    } catch (const Error& error) {
        if (error.exit_code() != ExitCode::database) throw;
        status.unreachable = error;
    }
    status.next = next_commands(status);
    return status;
}

ExitCode run(Context& context, const Options& options) {
    const auto graph = context.scripts().load_graph();
    const auto status = read_status(context, graph);
    if (context.json()) {
        json::write_status(context.out(), graph, status);
    } else {
        context.out() << status_text(graph, status, context.out_style());
    }
    if (status.unreachable) return ExitCode::database;
    return options.exit_code && !status.is_up_to_date() ? ExitCode::negative : ExitCode::done;
}

}  // namespace

Subcommand status_command() {
    return make_subcommand<Options>("status", "Show where the database stands and what to do next",
                                    "  rev status\n"
                                    "  rev -n production status --exit-code   exit code 1 unless it is up to date",
                                    declare, run);
}

}  // namespace rev
