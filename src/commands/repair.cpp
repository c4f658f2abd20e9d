#include <fmt/format.h>

#include "app/migrate.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/walk.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"
#include "run/unfinished.hpp"
#include "state/state.hpp"

namespace rev::commands {
namespace {

struct RepairOptions {
    std::string symbol;
    bool applied = false;
    bool not_applied = false;
    bool accept_changed = false;
    bool yes = false;
    std::optional<std::string> tag;
};

void declare_repair(Arguments& arguments, RepairOptions& options) {
    arguments.positional("REV", options.symbol, "the revision");
    arguments.flag("--applied", options.applied, "it stopped half-way and is finished by hand");
    arguments.flag("--not-applied", options.not_applied, "it stopped half-way and is undone by hand");
    arguments.flag("--accept-changed", options.accept_changed, "its file changed after it was run, and that is right");
    arguments.flag("--yes", options.yes, "do not ask");
    arguments.option("--tag", options.tag, "TAG", "a word of yours for the log");
}

void check_one_is_chosen(const RepairOptions& options) {
    if (int(options.applied) + int(options.not_applied) + int(options.accept_changed) == 1) return;
    throw Error(ExitCode::usage, error_codes::usage,
                "repair takes one of --applied, --not-applied and --accept-changed")
        .with_hint("see `rev repair --help`");
}

app::MigrateMode mode_of(const RepairOptions& options) {
    if (options.accept_changed) return app::MigrateMode::accept_changed;
    return options.applied ? app::MigrateMode::repair_applied : app::MigrateMode::repair_not_applied;
}

std::string question_text(const app::RecordedOutcome& recorded) {
    return fmt::format("Record that {} is {}applied, without running anything?", recorded.revision,
                       recorded.outcome == run::RepairOutcome::applied ? "" : "not ");
}

/// What the log says was run of a revision.
std::string ran_text(const std::optional<state::LogEntry>& upgrade) {
    if (!upgrade) return "rev has run nothing of it";
    if (upgrade->statements == 0) return fmt::format("nothing was run when it was applied at {}", upgrade->started_at);
    return fmt::format("what was run, at {}, was {} of the file as it was then", upgrade->started_at,
                       base::counted(static_cast<std::size_t>(upgrade->statements), "statement"));
}

/// An accepted file that was not run leaves the database "up to date" without what the file says.
std::string question_text(const app::AcceptedFile& accepted) {
    auto text = fmt::format("The file of {} has {} now; none is run: {}.", accepted.revision,
                            base::counted(accepted.statements, "statement"), ran_text(accepted.upgrade));
    if (!accepted.run_commands.empty())
        text += fmt::format(" (To run it instead: `{}`.)", base::join(accepted.run_commands, "`, then `"));
    return text + " Record it as what was applied all the same?";
}

std::string question_text(const app::Question& question) {
    const auto* const accepted = std::get_if<app::AcceptedFile>(&question);
    return accepted != nullptr ? question_text(*accepted) : question_text(std::get<app::RecordedOutcome>(question));
}

ExitCode run_repair(Context& context, const RepairOptions& options) {
    check_one_is_chosen(options);
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    report::TextReporter reporter(context.err(), context.err_style(), context.quiet(), context.err_width());
    app::MigrateRequest repair{.mode = mode_of(options), .targets = {options.symbol}, .tag = options.tag.value_or("")};
    if (!options.yes) repair.confirm = [&](const app::Question& question) { context.confirm(question_text(question)); };
    const auto connector = context.connector(reporter);
    const auto done = app::migrate(repair, {scripts, graph, connector, reporter});

    if (context.json()) json::write_plan(context.out(), done.plan, {});
    reporter.say(fmt::format("Done: the database is at {}{}", rows_text(graph, done.result.rows),
                             options.accept_changed ? "; nothing of the file was run" : ""));
    return ExitCode::done;
}

}  // namespace

Subcommand repair_command() {
    return make_subcommand<RepairOptions>(
        "repair", "Tell rev what became of a revision, without running anything",
        "  rev repair 1975 --applied          finished by hand\n"
        "  rev repair 1975 --not-applied      undone by hand\n"
        "  rev repair 1975 --accept-changed   the file as it is now is what was applied",
        declare_repair, run_repair);
}

}  // namespace rev::commands
