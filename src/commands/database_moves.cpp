#include "commands/database_moves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "app/migrate.hpp"
#include "commands/stop_on_signal.hpp"
#include "commands/whole_database.hpp"
#include "report/losses_text.hpp"
#include "run/losses.hpp"
#include "state/state.hpp"

namespace rev::commands {
namespace {

/// All that the rows stand on. Not by a Graph: two files may have one id.
std::unordered_set<std::string_view> applied_ids(const std::vector<Revision>& revisions,
                                                 const std::vector<RevisionId>& rows) {
    if (rows.empty()) return {};
    std::unordered_multimap<std::string_view, const Revision*> of_name;
    for (const auto& revision : revisions) {
        of_name.emplace(revision.id, &revision);
        for (const auto& label : revision.branch_labels) of_name.emplace(label, &revision);
    }
    std::unordered_set<std::string_view> ids;
    std::vector<std::string_view> waiting(rows.begin(), rows.end());
    while (!waiting.empty()) {
        const auto name = waiting.back();
        waiting.pop_back();
        const auto [first, last] = of_name.equal_range(name);
        for (auto found = first; found != last; ++found) {
            // Also the guard against a circle, which an unsound graph may have.
            if (!ids.insert(found->second->id).second) continue;
            const auto& revision = *found->second;
            waiting.insert(waiting.end(), revision.revises.begin(), revision.revises.end());
            waiting.insert(waiting.end(), revision.depends_on.begin(), revision.depends_on.end());
        }
    }
    return ids;
}

/// The newest event of each revision decides.
void read_log_into(Recorded& recorded, const std::vector<state::LogEntry>& newest_first,
                   const std::set<RevisionId>& wanted) {
    std::set<RevisionId> decided;
    for (const auto& entry : newest_first) {
        if (!wanted.contains(entry.revision)) continue;
        if (entry.event == "upgrade" && !entry.source.empty())
            recorded.sources.try_emplace(entry.revision, entry.source);
        const bool decides = state::leaves_applied(entry) || entry.event == "downgrade";
        // Newest first: the first event of a revision that decides is the last that happened to it.
        if (!decides || !decided.insert(entry.revision).second) continue;
        if (state::leaves_applied(entry)) recorded.revisions.try_emplace(entry.revision, "the log of the database");
    }
}

void read_database(Recorded& recorded, Database& database, const state::VersionTable& table,
                   const std::vector<Revision>& revisions, const std::set<RevisionId>& wanted) {
    const auto tables = state::find_tables(database, table);
    const auto rows = state::read_rows(database, tables);
    for (const auto id : applied_ids(revisions, rows))
        if (const auto found = wanted.find(RevisionId(id)); found != wanted.end())
            recorded.revisions.emplace(*found, "the database");
    for (const auto& run : state::read_unfinished(database, tables))
        if (wanted.contains(run.revision)) recorded.revisions.emplace(run.revision, "the database, unfinished");
    read_log_into(recorded, state::read_log(database, tables), wanted);
}

/// One walk on the connected database.
RunResult walk_database(Context& context, report::TextReporter& reporter, const Graph& graph,
                        app::MigrateRequest request) {
    const auto scripts = context.scripts();
    const auto connector = context.connector(reporter);
    std::optional<StopOnSignal> stop_on_signal;
    // Signals are caught only from here on: before it there is nothing to undo, and a signal may end the process.
    request.on_ready = [&] { stop_on_signal.emplace(); };
    return app::migrate(request, {scripts, graph, connector, reporter}).result;
}

bool is_applied(const Graph& graph, const Revision& revision, const std::vector<RevisionId>& rows) {
    const auto all = applied(graph, rows);
    return std::ranges::find(all, &revision) != all.end();
}

}  // namespace

Recorded find_recorded(Context& context, const std::vector<Revision>& revisions, const std::set<RevisionId>& wanted) {
    Recorded recorded;
    if (wanted.empty()) return recorded;
    const auto& config = context.config();
    if (config.url.empty()) {
        recorded.warnings.emplace_back(
            "no database is configured here, so that none was asked whether it has these "
            "revisions");
        return recorded;
    }
    recorded.database = context.database_url().display();
    try {
        read_database(recorded, *context.open_for_reading(), context.version_table(), revisions, wanted);
    } catch (const Error& error) {
        // A database that cannot be reached is no reason not to rebase: it may be on another machine. It is said,
        // though.
        if (error.exit_code() != ExitCode::database) throw;
        recorded.warnings.push_back(
            fmt::format("whether {} has these revisions was not checked: {}", recorded.database, error.what()));
    }
    return recorded;
}

void DatabaseMove::down(const Graph& graph, const Revisions& lowest, bool yes) {
    refuse_protected(context_, "downgrade the database");
    rows_ = context_.rows();
    for (const auto* revision : lowest) {
        // Read again each time: the downgrade before may have taken this one along.
        if (!is_applied(graph, *revision, context_.rows())) continue;
        const auto parent = revision->revises.empty() ? std::string("base") : revision->revises.front();
        // The id before the `@` keeps the other branches of the parent.
        app::MigrateRequest request{.mode = app::MigrateMode::downgrade, .targets = {revision->id + "@" + parent}};
        if (!yes)
            request.confirm = [&](const app::Question& question) {
                context_.confirm(report::losses_text(std::get<run::Losses>(question)) + " Go on?");
            };
        walk_database(context_, reporter_, graph, std::move(request));
    }
}

void DatabaseMove::up_again(const Graph& graph) {
    // Row by row: where there are several branches, each row is a target of its own.
    for (const auto& row : rows_) upgrade_database(context_, reporter_, graph, row);
}

RunResult upgrade_database(Context& context, report::TextReporter& reporter, const Graph& graph,
                           std::string_view target) {
    return walk_database(context, reporter, graph,
                         {.mode = app::MigrateMode::upgrade, .targets = {std::string(target)}});
}

}  // namespace rev::commands
