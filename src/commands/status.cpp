#include "report/status.hpp"

#include <algorithm>

#include "commands/registry.hpp"
#include "library/from_log.hpp"
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

/// What is applied, of the revisions that have a file. graph: of the files, and of what else the rows stand on.
Revisions read_walk_state(Status& status, const Graph& files, const Graph& graph, const std::vector<RevisionId>& rows) {
    status.current = with_file(files, current(graph, rows));
    Revisions pending;
    for (const auto& step : plan_upgrade(graph, rows, "heads").steps) pending.push_back(step.revision);
    status.pending = with_file(files, pending);
    return with_file(files, applied(graph, rows));
}

Revisions read_row_state(Status& status, Database& database, const VersionTable& table, const Graph& graph) {
    auto rows = read_rows(database, table);
    status.rows = rows;
    std::sort(status.rows.begin(), status.rows.end());
    const auto is_known = [&](const RevisionId& row) { return graph.find(row) != nullptr; };
    try {
        if (std::ranges::all_of(rows, is_known)) return read_walk_state(status, graph, graph, rows);
        status.unknown = LoggedRevisions(database, table).find_missing(graph, rows);
        status.undo = undo_command(graph, status.unknown, rows);
        if (std::ranges::all_of(status.unknown, [](const auto& missing) { return missing.header.has_value(); }))
            return read_walk_state(status, graph, with_missing(graph, status.unknown), rows);
        std::erase_if(rows, [&](const RevisionId& row) { return !is_known(row); });
        return read_walk_state(status, graph, graph, rows);
    } catch (const GraphError& error) {
        status.problems.emplace_back(to_error(error).what());
        return {};
    }
}

void read_database(Status& status, Database& database, const VersionTable& table, const Graph& graph,
                   const ScriptDirectory& scripts) {
    status.server = database.server_info();
    const auto applied = read_row_state(status, database, table, graph);
    status.unfinished = read_unfinished(database, table);
    try {
        status.changed = find_changed(database, table, applied, scripts);
    } catch (const Error& error) {
        status.problems.emplace_back(error.what());
    }
}

std::vector<std::string> next_commands(const Status& status) {
    if (status.unreachable) return {};
    if (!status.unfinished.empty()) return {"rev resume"};
    if (!status.unknown.empty()) {
        return {status.undo.empty() ? "get the missing revision files, or: rev stamp --purge REV"
                                    : "get the missing revision files, or: " + status.undo,
                "rev log"};
    }
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
