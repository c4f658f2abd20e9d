#include "report/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/comparison.hpp"
#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "commands/soundness.hpp"
#include "library/changed.hpp"
#include "library/from_log.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "report/status_text.hpp"
#include "rev/plan.hpp"

namespace rev {
namespace {

struct Options {
    bool exit_code = false;
    bool drift = false;
};

void declare(Arguments& arguments, Options& options) {
    arguments.flag("--exit-code", options.exit_code, "exit with 1 unless the database is up to date");
    arguments.flag("--drift", options.drift, "replay the revisions in scratch, and look for changes by hand");
}

std::vector<RevisionId> sorted(std::vector<RevisionId> rows) {
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// What is applied, of the revisions that have a file. graph: of the files, and of what else the rows stand on.
Revisions read_walk_state(Status& status, const Graph& files, const Graph& graph, const std::vector<RevisionId>& rows) {
    status.current = with_file(files, current(graph, rows));
    Revisions pending;
    for (const auto& step : plan_upgrade(graph, rows, "heads").steps) pending.push_back(step.revision);
    status.pending = with_file(files, pending);
    return with_file(files, applied(graph, rows));
}

Revisions read_row_state(Status& status, Database& database, const FoundTables& tables, const Graph& graph,
                         std::vector<RevisionId> rows) {
    const auto is_known = [&](const RevisionId& row) { return graph.find(row) != nullptr; };
    try {
        if (std::ranges::all_of(rows, is_known)) return read_walk_state(status, graph, graph, rows);
        status.unknown = LoggedRevisions(read_log(database, tables)).find_missing(graph, rows);
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
    const auto tables = find_tables(database, table);
    status.foreign_grants = tables.foreign_grants;
    status.holder = find_run(database, tables.table);
    status.unfinished = read_unfinished(database, tables);
    const auto rows = read_rows(database, tables);
    status.rows = sorted(rows);
    if (status.unfinished.empty() && rows.empty()) status.unadopted = find_unadopted_tables(database, tables);
    if (!status.has_graph) return;
    const auto applied = read_row_state(status, database, tables, graph, rows);
    if (!status.unsound.empty()) return;
    try {
        status.changed = find_changed(database, tables, applied, scripts);
    } catch (const Error& error) {
        status.problems.emplace_back(error.what());
    }
}

std::vector<std::string> next_for_unknown(const Status& status) {
    const std::string files = "get the missing revision files, or: ";
    return {files + (status.undo.empty() ? "rev stamp --purge REV" : status.undo), "rev log"};
}

std::vector<std::string> next_for_changed(const Status& status, const Graph& graph) {
    const auto matters = [](const ChangedRevision& changed) { return !changed.comments_only; };
    const auto changed = std::ranges::find_if(status.changed, matters);
    if (changed == status.changed.end()) return {};
    if (changed->ran_nothing) {
        auto commands = commands_to_run(*changed->revision, graph, status.rows);
        return commands.empty() ? std::vector{advice_for_ran_nothing(*changed->revision, graph, status.rows)}
                                : commands;
    }
    return {"put the file back as it was, or: rev repair " + changed->revision->id + " --accept-changed"};
}

std::vector<std::string> next_for_pending(const Status& status) {
    if (status.heads.empty()) return {"rev revision -m \"what it does\""};
    if (status.pending.empty()) return {};
    if (status.heads.size() == 1) return {"rev upgrade head"};
    return {"rev upgrade heads", "rev merge heads -m \"merge\""};
}

/// `rev upgrade` would make again what is there.
std::vector<std::string> next_for_unadopted(const Status& status) {
    const std::string how = "`man rev-adopting` tells more, also of tables that are another application's";
    if (status.heads.empty())
        return {"rev revision -m \"schema as it is\"",
                "write what makes these tables into it (pg_dump --schema-only, .schema), then: rev stamp head", how};
    return {"rev stamp REV, with the last revision whose changes these tables have (head: all of them)", how};
}

/// What is unwritten of the revision that an upgrade would come to first; null if nothing keeps an upgrade from
/// running.
const Error* find_unwritten(const Status& status) {
    for (const auto* pending : status.pending)
        for (const auto& unwritten : status.unwritten)
            if (unwritten.location().file == pending->path) return &unwritten;
    return nullptr;
}

std::vector<std::string> next_commands(const Status& status, const Graph& graph) {
    if (!status.unsound.empty()) return {"rev check"};
    if (status.unreachable) return {};
    if (status.holder) return {"wait until the other run has ended, then: rev status"};
    if (!status.unfinished.empty()) return {"rev resume"};
    if (!status.unknown.empty()) return next_for_unknown(status);
    if (auto next = next_for_changed(status, graph); !next.empty()) return next;
    if (!status.problems.empty()) return {"rev check"};
    if (!status.unadopted.empty()) return next_for_unadopted(status);
    auto next = next_for_pending(status);
    if (const auto* unwritten = find_unwritten(status))
        next.insert(next.begin(), fmt::format("write the SQL in {}", place_text(unwritten->location())));
    if (next.empty() && !status.unwritten.empty())
        next.push_back(fmt::format("write the SQL in {}", place_text(status.unwritten.front().location())));
    return next;
}

/// What is wrong with the files; also what keeps them from being listed.
Soundness find_unsound(const Config& config) {
    try {
        return check_soundness(config, {});
    } catch (const Error& error) {
        return {.problems = {error}, .graph = std::nullopt};
    }
}

/// The files' graph, from their headers alone if need be; of no revision, if they make none.
Graph read_graph(Status& status, const ScriptDirectory& scripts) {
    auto soundness = find_unsound(scripts.config());
    // What is still to be written is no fault of the files: it is somebody's next task.
    const auto is_unwritten = [](const Error& problem) { return problem.code() == unwritten_code; };
    auto& problems = soundness.problems;
    std::ranges::copy_if(problems, std::back_inserter(status.unwritten), is_unwritten);
    std::erase_if(problems, is_unwritten);
    status.unsound = std::move(problems);
    if (soundness.graph) return std::move(*soundness.graph);
    try {
        return scripts.load_graph();
    } catch (const Error& error) {
        if (error.exit_code() != ExitCode::graph) throw;
        if (status.unsound.empty()) status.unsound.push_back(error);
        status.has_graph = false;
        return Graph({});
    }
}

void read_status(Status& status, Context& context, const Graph& graph) {
    status.heads = graph.heads();
    const auto url = context.database_url();
    status.url = url.display();
    status.dialect = url.dialect;
    status.is_missing_file = context.database_file_is_missing();
    try {
        const auto database = context.open_for_reading();
        read_database(status, *database, context.version_table(), graph, context.scripts());
    } catch (const Error& error) {
        if (error.exit_code() != ExitCode::database) throw;
        status.unreachable = error;
    }
    status.next = next_commands(status, graph);
}

void add_drift(Status& status, Context& context) {
    if (status.unreachable || !status.has_graph || !status.unknown.empty()) return;
    try {
        SchemaWork work(context, {});
        const auto drift = app::find_drift(work.place());
        if (!drift.changes.empty())
            status.problems.push_back(
                fmt::format("the database differs from what its revisions make ({}); `rev drift` shows it",
                            counted(drift.changes.size(), "difference")));
    } catch (const Error& error) {
        if (error.exit_code() == ExitCode::interrupted || error.exit_code() == ExitCode::terminated) throw;
        status.problems.push_back(fmt::format("whether it was changed by hand is not known: {}", error.what()));
    }
}

ExitCode exit_code_of(const Status& status, const Options& options) {
    if (!status.unsound.empty()) return ExitCode::graph;
    if (status.unreachable) return ExitCode::database;
    return options.exit_code && !status.is_up_to_date() ? ExitCode::negative : ExitCode::done;
}

ExitCode run(Context& context, const Options& options) {
    Status status;
    const auto& graph = keep_until_exit(read_graph(status, context.scripts()));
    read_status(status, context, graph);
    if (options.drift) add_drift(status, context);
    if (context.json()) {
        json::write_status(context.out(), graph, status);
    } else {
        context.out() << status_text(graph, status, context.list_length(), context.out_style());
    }
    return exit_code_of(status, options);
}

}  // namespace

Subcommand status_command() {
    return make_subcommand<Options>("status", "Show where the database stands and what to do next",
                                    "  rev status\n"
                                    "  rev -n production status --exit-code   exit code 1 unless it is up to date",
                                    declare, run);
}

}  // namespace rev
