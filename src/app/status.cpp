// What is true of project and database together, and what to do next. Reading it must work when much is wrong: every
// part that fails leaves the other parts standing.

#include "app/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "app/changed.hpp"
#include "app/connect.hpp"
#include "app/from_log.hpp"
#include "app/soundness.hpp"
#include "base/text.hpp"
#include "rev/plan.hpp"
#include "run/changed.hpp"
#include "script/squashed_files.hpp"
#include "state/state.hpp"

namespace rev::app {
namespace {

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

Revisions read_row_state(Status& status, Database& database, const state::FoundTables& tables, const Graph& graph,
                         const Config& config, std::vector<RevisionId> rows) {
    const auto is_known = [&](const RevisionId& row) { return graph.find(row) != nullptr; };
    try {
        // The common case first; each case below knows less of the rows than the one before.
        if (std::ranges::all_of(rows, is_known)) return read_walk_state(status, graph, graph, rows);
        if (const auto apart = script::SquashedFiles(config).taken_apart(graph, rows);
            apart && std::ranges::all_of(rows, [&](const RevisionId& row) { return apart->find(row) != nullptr; })) {
            for (const auto& row : rows)
                if (const auto* squash = is_known(row) ? nullptr : script::find_squash_around(graph, row))
                    status.within_squashes.emplace_back(row, squash->id);
            return read_walk_state(status, graph, *apart, rows);
        }
        status.unknown = state::LoggedRevisions(state::read_log(database, tables)).find_missing(graph, rows);
        status.undo = undo_command(graph, status.unknown, rows);
        if (std::ranges::all_of(status.unknown, [](const auto& missing) { return missing.header.has_value(); }))
            return read_walk_state(status, graph, state::with_missing(graph, status.unknown), rows);
        // What is left are rows that have files: better half a picture than none.
        std::erase_if(rows, [&](const RevisionId& row) { return !is_known(row); });
        return read_walk_state(status, graph, graph, rows);
    } catch (const GraphError& error) {
        status.problems.emplace_back(to_error(error).what());
        return {};
    }
}

void read_database(Status& status, Database& database, const state::VersionTable& table, const Graph& graph,
                   const ScriptDirectory& scripts) {
    status.server = database.server_info();
    const auto tables = state::find_tables(database, table);
    // All of them are read below, and what part of that fails would be told as a fault of that part alone.
    tables.require_own();
    status.foreign_grants = tables.foreign_grants;
    // Before the ledger: with a holder, an unfinished run is one that is running.
    status.holder = state::find_run(database, tables);
    status.unfinished = state::read_unfinished(database, tables);
    const auto rows = state::read_rows(database, tables);
    status.rows = sorted(rows);
    // Otherwise rev has worked here, and it is not asked.
    if (status.unfinished.empty() && rows.empty()) status.unadopted = state::find_unadopted_tables(database, tables);
    if (!status.has_graph) return;
    const auto applied = read_row_state(status, database, tables, graph, scripts.config(), rows);
    if (!status.unsound.empty()) return;
    try {
        status.repeatables = find_repeatables(database, tables, scripts);
        status.changed = run::find_changed(database, tables, applied, scripts);
    } catch (const Error& error) {
        status.problems.emplace_back(error.what());
    }
}

std::vector<std::string> next_for_unknown(const Status& status) {
    const std::string files = "get the missing revision files, or: ";
    return {files + (status.undo.empty() ? "rev stamp --purge REV" : status.undo), "rev log"};
}

std::vector<std::string> next_for_changed(const Status& status, const Graph& graph) {
    const auto matters = [](const run::ChangedRevision& changed) { return !changed.comments_only; };
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
    const std::string import = "rev import --url URL, where another tool's migrations made them";
    if (status.heads.empty())
        return {"rev init --from URL, in a folder without alembic.yaml: their schema becomes the first revision",
                import, how};
    return {"rev stamp REV, with the last revision whose changes these tables have (head: all of them)", import,
            "rev init --from URL, in another folder, where no revision made them", how};
}

/// What is unwritten of the revision that an upgrade would come to first; null if nothing keeps an upgrade from
/// running.
const Error* find_unwritten(const Status& status) {
    for (const auto* pending : status.pending)
        for (const auto& unwritten : status.unwritten)
            if (unwritten.location().file == pending->path) return &unwritten;
    return nullptr;
}

bool has_duplicate(const std::vector<RevisionId>& rows) {
    return std::set<RevisionId>(rows.begin(), rows.end()).size() < rows.size();
}

/// In the order of what hinders most: each of these has to be done before the next would work.
std::vector<std::string> next_commands(const Status& status, const Graph& graph) {
    if (!status.unsound.empty()) return {"rev check"};
    if (status.unreachable) return {};
    if (status.holder) return {"wait until the other run has ended, then: rev status"};
    if (!status.unfinished.empty()) return {"rev resume"};
    if (has_duplicate(status.rows)) return {"rev stamp --purge REV, with the revisions that the database is at"};
    if (!status.unknown.empty()) return next_for_unknown(status);
    if (auto next = next_for_changed(status, graph); !next.empty()) return next;
    if (!status.problems.empty()) return {"rev check"};
    if (!status.unadopted.empty()) return next_for_unadopted(status);
    auto next = next_for_pending(status);
    if (next.empty() && has_repeatables_to_make(status.repeatables))
        next = {status.heads.size() == 1 ? "rev upgrade head" : "rev upgrade heads"};
    if (const auto* unwritten = find_unwritten(status))
        next.insert(next.begin(), fmt::format("write the SQL in {}", base::place_text(unwritten->location())));
    if (next.empty() && !status.unwritten.empty())
        next.push_back(fmt::format("write the SQL in {}", base::place_text(status.unwritten.front().location())));
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
    const auto is_unwritten = [](const Error& problem) { return problem.code() == error_codes::unwritten_section; };
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

}  // namespace

bool Status::is_odd() const {
    const auto matters = [](const run::ChangedRevision& revision) { return !revision.comments_only; };
    return !unknown.empty() || !unfinished.empty() || !unsound.empty() || !problems.empty() ||
           std::any_of(changed.begin(), changed.end(), matters);
}

/// Words of the JSON, for scripts: docs/json.md lists them.
std::string_view Status::state() const {
    if (unreachable) return "not_reachable";
    if (holder && !unfinished.empty()) return "running";
    if (is_odd()) return "needs_attention";
    if (is_up_to_date()) return "up_to_date";
    return unadopted.empty() ? "behind" : "not_adopted";
}

ProjectStatus read_status(const ScriptDirectory& scripts, const app::Connector& connector, const DatabaseUrl& url,
                          AskCapabilities ask) {
    Status status;
    auto graph = read_graph(status, scripts);
    status.heads = graph.heads();
    status.url = url.display();
    status.dialect = url.dialect;
    status.is_missing_file = connector.is_missing_file();
    try {
        const auto database = connector.open(app::Access::read);
        const auto table = version_table(scripts.config());
        // First: what it cannot do may be why the rest fails.
        if (ask == AskCapabilities::yes) status.capabilities = database->capabilities(table.schema);
        read_database(status, *database, table, graph, scripts);
    } catch (const Error& error) {
        // A wrong setting is no state of the database.
        if (error.exit_code() != ExitCode::database) throw;
        status.unreachable = error;
    }
    status.next = next_commands(status, graph);
    return {.graph = std::move(graph), .status = std::move(status)};
}

}  // namespace rev::app
