#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/walk.hpp"
#include "library/changed.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev {
namespace {

struct Options {
    std::string symbol;
    bool applied = false;
    bool not_applied = false;
    bool accept_changed = false;
    bool yes = false;
    std::optional<std::string> tag;
};

void declare(Arguments& arguments, Options& options) {
    arguments.positional("REV", options.symbol, "the revision");
    arguments.flag("--applied", options.applied, "it stopped half-way and is finished by hand");
    arguments.flag("--not-applied", options.not_applied, "it stopped half-way and is undone by hand");
    arguments.flag("--accept-changed", options.accept_changed, "its file changed after it was run, and that is right");
    arguments.flag("--yes", options.yes, "do not ask");
    arguments.option("--tag", options.tag, "TAG", "a word of yours for the log");
}

void check_one_is_chosen(const Options& options) {
    if (int(options.applied) + int(options.not_applied) + int(options.accept_changed) == 1) return;
    throw Error(ExitCode::usage, "usage", "repair takes one of --applied, --not-applied and --accept-changed")
        .with_hint("see `rev repair --help`");
}

/// What the log says was run of a revision, newest first.
std::string ran_text(const std::vector<LogEntry>& log, const RevisionId& id) {
    for (const auto& entry : log) {
        if (entry.revision != id) continue;
        if (entry.event == "upgrade") {
            if (entry.statements == 0)
                return fmt::format("nothing was run when it was applied at {}", entry.started_at);
            return fmt::format("what was run, at {}, was {} of the file as it was then", entry.started_at,
                               counted(static_cast<std::size_t>(entry.statements), "statement"));
        }
        if (entry.event == "stamp" || entry.event == "downgrade") break;
    }
    return "rev has run nothing of it";
}

/// An accepted file that was not run leaves the database "up to date" without what the file says.
std::string accept_question(const Revision& revision, const Graph& graph, const DatabaseState& state,
                            const std::vector<LogEntry>& log, std::size_t statements) {
    auto text = fmt::format("The file of {} has {} now; none is run: {}.", revision.id,
                            counted(statements, "statement"), ran_text(log, revision.id));
    const auto commands = commands_to_run(revision, graph, state.rows);
    const auto found = state.checksums.find(revision.id);
    const bool ran_nothing = found != state.checksums.end() && is_of_nothing(found->second);
    if (ran_nothing && !commands.empty())
        text += fmt::format(" (To run it instead: `{}`.)", join(commands, "`, then `"));
    return text + " Record it as what was applied all the same?";
}

std::string question(const RevisionId& revision, const Options& options) {
    return fmt::format("Record that {} is {}applied, without running anything?", revision,
                       options.applied ? "" : "not ");
}

/// Also refuses a file that could not run, before anything is asked.
std::string accept_question(Context& context, Database& database, const ScriptDirectory& scripts, const Graph& graph,
                            const RevisionId& id) {
    const auto& revision = *worded([&] { return &resolve_one(graph, id); });
    const auto prepare = prepare_options(context.config(), WalkOptions(), database.dialect());
    const auto prepared = prepare_upgrade_of(revision, graph, scripts, prepare);
    const auto state = read_state(database, context.version_table());
    return accept_question(revision, graph, state, read_log(database, state.tables),
                           prepared.steps.front()->statements.size());
}

/// The file of a revision that stopped half-way may be gone, so its full id will do.
RevisionId chosen_id(const Graph& graph, const std::string& symbol) {
    if (graph.find(symbol) != nullptr) return symbol;
    try {
        return resolve_one(graph, symbol).id;
    } catch (const GraphError& error) {
        if (error.kind == GraphError::Kind::unknown_revision) return symbol;
        throw to_error(error);
    }
}

/// What the log is to keep, as of an upgrade; nullopt if the revision has no file, or one that could not run.
std::optional<PreparedPlan> upgrade_to_keep(const RevisionId& id, const Graph& graph, const ScriptDirectory& scripts,
                                            const PrepareOptions& options, Reporter& reporter) {
    const auto* revision = graph.find(id);
    if (revision == nullptr) return std::nullopt;
    try {
        return prepare_upgrade_of(*revision, graph, scripts, options);
    } catch (const Error& error) {
        reporter.warning(fmt::format("the log keeps no downgrade of {}: {}", id, error.what()));
        return std::nullopt;
    }
}

void change(Context& context, Database& database, const ScriptDirectory& scripts, const Graph& graph,
            const RevisionId& id, const Options& options, Reporter& reporter) {
    WalkOptions walk;
    walk.tag = options.tag;
    auto prepare = prepare_options(context.config(), walk, database.dialect());
    prepare.backslash = database.backslash();
    if (options.accept_changed) {
        const auto& revision = *worded([&] { return &resolve_one(graph, id); });
        accept_changed(database, graph, revision, scripts, prepare, execute_options(context, walk));
    } else {
        const auto upgrade = options.applied ? upgrade_to_keep(id, graph, scripts, prepare, reporter) : std::nullopt;
        repair(database, context.version_table(), id,
               options.applied ? RepairOutcome::applied : RepairOutcome::not_applied, walk.tag.value_or(""),
               upgrade ? upgrade->steps.front().get() : nullptr);
    }
}

ExitCode run(Context& context, const Options& options) {
    check_one_is_chosen(options);
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    const auto id = chosen_id(graph, options.symbol);
    const auto table = context.version_table();
    TextReporter reporter(context.err(), context.err_style(), context.quiet(), context.err_width());
    const auto database = context.open_for_writing(reporter);
    if (!options.yes)
        context.confirm(options.accept_changed ? accept_question(context, *database, scripts, graph, id)
                                               : question(id, options));

    RunLock lock(*database, table, context.config().lock_timeout, reporter);
    const auto before = read_rows(*database, table);
    change(context, *database, scripts, graph, id, options, reporter);
    const auto after = read_rows(*database, table);
    lock.release();

    Plan plan;
    plan.from = before;
    plan.to = after;
    if (context.json()) json::write_plan(context.out(), plan, {});
    reporter.say(fmt::format("Done: the database is at {}{}", rows_text(graph, after),
                             options.accept_changed ? "; nothing of the file was run" : ""));
    return ExitCode::done;
}

}  // namespace

Subcommand repair_command() {
    return make_subcommand<Options>("repair", "Tell rev what became of a revision, without running anything",
                                    "  rev repair 1975 --applied          finished by hand\n"
                                    "  rev repair 1975 --not-applied      undone by hand\n"
                                    "  rev repair 1975 --accept-changed   the file as it is now is what was applied",
                                    declare, run);
}

}  // namespace rev
