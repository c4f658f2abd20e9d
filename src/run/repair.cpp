// What `rev resume` and `rev repair` do about a revision that stopped half-way outside a transaction.

#include <fmt/format.h>

#include "run/prepare_alone.hpp"
#include "run/recorder.hpp"
#include "run/run.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {
namespace {

[[noreturn]] void throw_nothing_unfinished(const std::string& what) {
    throw Error(ExitCode::database, error_codes::nothing_unfinished, what)
        .with_hint("`rev status` shows where the database stands");
}

state::UnfinishedRun get_unfinished(std::vector<state::UnfinishedRun> runs) {
    if (runs.empty()) throw_nothing_unfinished("there is no unfinished run to resume");
    return std::move(runs.front());
}

/// What ended the revision's run last, such as a `rev resume` of somebody else meanwhile: "; ..."; empty: unknown.
std::string last_outcome(Database& database, const state::FoundTables& tables, const RevisionId& revision) {
    constexpr std::size_t worth_looking_at = 100;
    for (const auto& entry : state::read_log(database, tables, worth_looking_at)) {
        if (entry.revision != revision || entry.event == "fail") continue;
        return fmt::format("; its last {} was recorded at {} by {} on {}", entry.event, entry.started_at, entry.os_user,
                           entry.host);
    }
    return {};
}

state::UnfinishedRun get_unfinished(Database& database, state::DatabaseState state, const RevisionId& revision) {
    for (auto& run : state.unfinished)
        if (run.revision == revision) return std::move(run);
    throw_nothing_unfinished(fmt::format("there is no unfinished run of revision {}{}", revision,
                                         last_outcome(database, state.tables, revision)));
}

/// Where no run lock kept another run away from the rows between reading and changing them.
void run_unless_overtaken(Database& database, const state::VersionTable& table, const Batch& batch,
                          const state::UnfinishedRun& run) {
    try {
        state::run_own(database, table, batch.commands());
    } catch (const CommandError& error) {
        if (!error.wrong_row_count) throw;
        throw Error(
            ExitCode::database, error_codes::unfinished_run_changed,
            fmt::format("another run of rev was quicker: the run of {} is not where it was; nothing was changed",
                        run.revision))
            .with_hint("`rev status` shows where the database stands");
    }
}

const Revision& find_revision(const Graph& graph, const state::UnfinishedRun& run) {
    if (const auto* revision = graph.find(run.revision)) return *revision;
    throw Error(ExitCode::database, error_codes::unknown_revision,
                fmt::format("the unfinished revision {} has no file here", run.revision))
        .with_hint(fmt::format("it was {}: get that file back; or {}", run.path, state::closing_advice(run.revision)));
}

/// Whether the version rows take the change: what was begun upwards and counts as applied, or downwards and does not.
bool rows_change(const state::UnfinishedRun& run, RepairOutcome outcome) {
    return (run.direction == Direction::upgrade) == (outcome == RepairOutcome::applied);
}

state::LogRecord repair_record(const state::UnfinishedRun& run, RepairOutcome outcome) {
    state::LogRecord record{.event = "repair", .revision = run.revision};
    record.message = fmt::format("{}; it counts as {}", state::stopped_text(run),
                                 outcome == RepairOutcome::applied ? "applied" : "not applied");
    record.duration = std::chrono::milliseconds(0);
    return record;
}

void keep_upgrade(state::LogRecord& record, const PreparedStep& upgrade) {
    record.checksum = upgrade.checksum;
    record.raw_checksum = upgrade.raw_checksum;
    record.source = upgrade.path;
    record.downgrade_sql = upgrade.downgrade_sql;
    record.header = upgrade.header;
}

}  // namespace

RunResult resume(Database& database, const Graph& graph, const ScriptDirectory& scripts, const PrepareOptions& options,
                 const ExecuteOptions& execute_options, state::Reporter& reporter) {
    auto state = state::read_state(database, execute_options.table, false);
    const auto unfinished = get_unfinished(std::move(state.unfinished));
    Plan plan;
    plan.from = std::move(state.rows);
    plan.steps.push_back({unfinished.direction, &find_revision(graph, unfinished), unfinished.changes});
    // The changes of the ledger, not of a new plan: the graph may have grown meanwhile, and the step was begun with
    // these.
    plan.to = plan.from;
    for (const auto& change : unfinished.changes) rev::apply(change, plan.to);
    const auto prepared = prepare_alone(std::move(plan), graph, scripts, options);
    return Run(database, prepared, state.tables, execute_options, reporter).resume(unfinished);
}

void require_unfinished(Database& database, const state::VersionTable& table, const RevisionId& revision) {
    (void)get_unfinished(database, state::read_state(database, table, false), revision);
}

void repair(Database& database, const state::VersionTable& table, const RevisionId& revision, RepairOutcome outcome,
            const std::string& tag, const PreparedStep* upgrade) {
    const auto state = state::read_state(database, table, false);
    const auto run = get_unfinished(database, state, revision);
    state::ensure_version_table(database, state.tables);
    const auto tables = state::sql_names(database, state.tables.table);
    const Plan plan{.from = state.rows, .to = {}, .steps = {{run.direction, nullptr, run.changes}}, .warnings = {}};
    Recorder recorder(database, tables, plan, {.table = state.tables.table, .tag = tag});
    Batch batch;
    // One transaction: the rows, the log and the end of the ledger say the same, or nothing.
    batch.begin();
    if (rows_change(run, outcome)) recorder.add_changes(batch, plan.steps.front());
    auto record = repair_record(run, outcome);
    // What counts as applied must be undone and compared as if the run itself had ended.
    if (upgrade != nullptr && run.direction == Direction::upgrade && outcome == RepairOutcome::applied)
        keep_upgrade(record, *upgrade);
    record.heads_after = state::heads_text(recorder.rows());
    recorder.add_log(batch, record, false);
    batch.own(recorder.ledger()->remove(revision));
    batch.commit();
    run_unless_overtaken(database, state.tables.table, batch, run);
}

}  // namespace rev::run
