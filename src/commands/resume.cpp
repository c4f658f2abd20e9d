#include <fmt/format.h>

#include "commands/registry.hpp"
#include "commands/stop_on_signal.hpp"
#include "commands/walk.hpp"
#include "library/from_log.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev {
namespace {

struct Options {
    bool from_log = false;
    WalkOptions walk;
};

void declare(Arguments& arguments, Options& options) {
    arguments.flag("--from-log", options.from_log, "go on with SQL that the log keeps, as the downgrade was begun");
    arguments.option("--tag", options.walk.tag, "TAG", "a word of yours for the log");
}

/// What finishing the run does, as a plan for JSON.
Plan plan_of(const Graph& graph, const std::vector<UnfinishedRun>& unfinished, std::vector<RevisionId> from,
             const RunResult& result) {
    Plan plan;
    plan.from = std::move(from);
    plan.to = result.rows;
    for (const auto& run : unfinished) plan.steps.push_back({run.direction, graph.find(run.revision), run.changes});
    return plan;
}

/// What was begun with the SQL of the log goes on with it, and only if that is asked for again.
void choose_source(const Options& options, const std::vector<UnfinishedRun>& unfinished, FromLog& from_log) {
    if (unfinished.empty()) return;
    if (!is_in_log(unfinished.front().path)) return from_log.use_only({});
    const auto& id = unfinished.front().revision;
    if (!options.from_log)
        throw Error(ExitCode::usage, "from_log_needed",
                    fmt::format("the downgrade of {} was begun with the SQL of the log", id))
            .with_hint("go on with `rev resume --from-log`");
    from_log.use_only({id});
}

ExitCode run(Context& context, const Options& options) {
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    TextReporter reporter(context.err(), context.err_style(), context.quiet(), context.err_width());
    const auto database = context.open_for_writing(reporter);
    auto execute = execute_options(context, options.walk);
    const auto table = execute.table = find_tables(*database, execute.table).table;

    const StopOnSignal stop_on_signal;
    RunLock lock(*database, table, context.config().lock_timeout, reporter);
    const auto state = read_state(*database, table, options.from_log);
    FromLog from_log(graph, scripts);
    const auto& whole = options.from_log ? from_log.read(*database, state) : graph;
    choose_source(options, state.unfinished, from_log);
    auto prepare = prepare_options(context.config(), options.walk, database->dialect());
    prepare.backslash = database->backslash();
    if (options.from_log) prepare.logged = [&](const Revision& revision) { return from_log.file_of(revision); };
    const auto result = resume(*database, whole, scripts, prepare, execute, reporter);
    lock.release();

    if (context.json())
        json::write_plan(context.out(), plan_of(whole, state.unfinished, state.rows, result), result.steps);
    context.out().flush();
    reporter.say(fmt::format("Done: the database is at {}", rows_text(graph, result.rows)));
    return ExitCode::done;
}

}  // namespace

Subcommand resume_command() {
    return make_subcommand<Options>("resume", "Go on with a revision that stopped half-way outside a transaction",
                                    "  rev status   shows what stopped, and where\n"
                                    "  rev resume   goes on from the statement that failed",
                                    declare, run);
}

}  // namespace rev
