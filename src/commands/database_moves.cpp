#include "commands/database_moves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "commands/stop_on_signal.hpp"
#include "commands/whole_database.hpp"
#include "library/changed.hpp"
#include "library/locked_run.hpp"
#include "report/losses_text.hpp"
#include "rev/losses.hpp"
#include "rev/plan.hpp"

namespace rev {
namespace {

/// All that the rows stand on. Not by a Graph: two files may have one id.
std::unordered_set<std::string_view> applied_ids(const std::vector<Revision>& revisions,
                                                 const std::vector<RevisionId>& rows) {
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
            if (!ids.insert(found->second->id).second) continue;
            const auto& revision = *found->second;
            waiting.insert(waiting.end(), revision.revises.begin(), revision.revises.end());
            waiting.insert(waiting.end(), revision.depends_on.begin(), revision.depends_on.end());
        }
    }
    return ids;
}

bool leaves_applied(const LogEntry& entry) {
    return entry.event == "upgrade" || entry.event == "accept" || entry.event == "stamp" || entry.event == "repair";
}

/// The newest event of each revision decides.
void read_log_into(Recorded& recorded, const std::vector<LogEntry>& newest_first, const std::set<RevisionId>& wanted) {
    std::set<RevisionId> decided;
    for (const auto& entry : newest_first) {
        if (!wanted.contains(entry.revision)) continue;
        if (entry.event == "upgrade" && !entry.source.empty())
            recorded.sources.try_emplace(entry.revision, entry.source);
        const bool decides = leaves_applied(entry) || entry.event == "downgrade";
        if (!decides || !decided.insert(entry.revision).second) continue;
        if (leaves_applied(entry)) recorded.revisions.try_emplace(entry.revision, "the log of the database");
    }
}

void read_database(Recorded& recorded, Database& database, const VersionTable& table,
                   const std::vector<Revision>& revisions, const std::set<RevisionId>& wanted) {
    const auto tables = find_tables(database, table);
    const auto rows = read_rows(database, tables);
    for (const auto id : applied_ids(revisions, rows))
        if (const auto found = wanted.find(RevisionId(id)); found != wanted.end())
            recorded.revisions.emplace(*found, "the database");
    for (const auto& run : read_unfinished(database, tables))
        if (wanted.contains(run.revision)) recorded.revisions.emplace(run.revision, "the database, unfinished");
    read_log_into(recorded, read_log(database, tables), wanted);
}

using MakePlan = std::function<Plan(std::span<const RevisionId> rows)>;

Plan nothing_for(std::span<const RevisionId> rows) {
    Plan plan;
    plan.from.assign(rows.begin(), rows.end());
    plan.to = plan.from;
    return plan;
}

enum class BeforeLoss { ask, go_on };

/// One walk on the connected database.
RunResult walk_database(Context& context, TextReporter& reporter, const Graph& graph, const MakePlan& make_plan,
                        BeforeLoss before_loss) {
    const auto& config = context.config();
    const auto scripts = context.scripts();
    const auto database = context.open_for_writing(reporter);
    ChangedGuard changed(config.on_changed, graph, scripts, reporter);
    LockedRun run{.planner =
                      [&](const DatabaseState& state) {
                          auto plan = worded([&] { return make_plan(state.rows); });
                          if (!plan.steps.empty()) changed.check(state, database->dialect());
                          return plan;
                      },
                  .lock_timeout = config.lock_timeout,
                  .prepare = prepare_options(config, config.transaction, database->dialect()),
                  .execute = execute_options(config, config.transaction)};
    run.execute.table = find_tables(*database, context.version_table()).table;
    run.prepare.backslash = database->backslash();
    const auto prepare = run.prepare;
    const auto execute = run.execute;
    if (before_loss == BeforeLoss::ask)
        run.before = [&](const Plan& plan, PreparedPlan& prepared) {
            prepared = prepare_unless_equal(plan, std::move(prepared), scripts, prepare);
            const auto losses = find_losses(*database, prepared, execute, reporter);
            for (const auto& remark : losses.remarks) reporter.warning(remark);
            if (!losses.empty()) context.confirm(losses_text(losses) + " Go on?");
        };
    const StopOnSignal stop_on_signal;
    Plan plan;
    return run_locked(*database, scripts, std::move(run), reporter, plan);
}

}  // namespace

Recorded find_recorded(Context& context, const std::vector<Revision>& revisions, const std::set<RevisionId>& wanted) {
    Recorded recorded;
    if (wanted.empty()) return recorded;
    const auto& config = context.config();
    if (config.url.empty()) {
        recorded.warnings.emplace_back("no database is configured here, so that none was asked whether it has these "
                                       "revisions");
        return recorded;
    }
    recorded.database = context.database_url().display();
    try {
        read_database(recorded, *context.open_for_reading(), context.version_table(), revisions, wanted);
    } catch (const Error& error) {
        if (error.exit_code() != ExitCode::database) throw;
        recorded.warnings.push_back(fmt::format("whether {} has these revisions was not checked: {}", recorded.database,
                                                error.what()));
    }
    return recorded;
}

void DatabaseMove::down(const Graph& graph, const Revisions& lowest, bool yes) {
    refuse_protected(context_, "downgrade the database");
    rows_ = context_.rows();
    for (const auto* revision : lowest) {
        const auto parent = revision->revises.empty() ? std::string("base") : revision->revises.front();
        walk_database(
            context_, reporter_, graph,
            [&](std::span<const RevisionId> rows) {
                const auto applied_now = applied(graph, rows);
                if (std::ranges::find(applied_now, revision) == applied_now.end())
                    return nothing_for(rows);
                // The id before the `@` keeps the other branches of the parent.
                return plan_downgrade(graph, rows, revision->id + "@" + parent);
            },
            yes ? BeforeLoss::go_on : BeforeLoss::ask);
    }
}

void DatabaseMove::up_again(const Graph& graph) {
    for (const auto& row : rows_) upgrade_database(context_, reporter_, graph, row);
}

RunResult upgrade_database(Context& context, TextReporter& reporter, const Graph& graph, std::string_view target) {
    return walk_database(
        context, reporter, graph,
        [&](std::span<const RevisionId> rows) { return plan_upgrade(graph, rows, target); }, BeforeLoss::go_on);
}

}  // namespace rev
