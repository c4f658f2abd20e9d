#include <fmt/format.h>

#include "commands/registry.hpp"
#include "commands/walk.hpp"
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
        .with_hint("see rev repair --help");
}

std::string question(const RevisionId& revision, const Options& options) {
    if (options.accept_changed) return fmt::format("Take the file of {} as what was applied?", revision);
    return fmt::format("Record that {} is {}applied, without running anything?", revision,
                       options.applied ? "" : "not ");
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
    if (options.accept_changed) {
        const auto& revision = *worded([&] { return &resolve_one(graph, id); });
        accept_changed(database, graph, revision, scripts, prepare_options(context.config(), walk, database.dialect()),
                       execute_options(context, walk));
    } else {
        const auto prepare = prepare_options(context.config(), walk, database.dialect());
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
    if (!options.yes) context.confirm(question(id, options));

    RunLock lock(*database, table, context.config().lock_timeout, reporter);
    const auto before = read_rows(*database, table);
    change(context, *database, scripts, graph, id, options, reporter);
    const auto after = read_rows(*database, table);
    lock.release();

    Plan plan;
    plan.from = before;
    plan.to = after;
    if (context.json()) json::write_plan(context.out(), plan, {});
    reporter.say(fmt::format("Done: the database is at {}", rows_text(graph, after)));
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
