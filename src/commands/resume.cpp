#include <fmt/format.h>

#include "app/migrate.hpp"
#include "commands/registry.hpp"
#include "commands/stop_on_signal.hpp"
#include "commands/walk.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"

namespace rev::commands {
namespace {

struct ResumeOptions {
    bool from_log = false;
    std::optional<std::string> tag;
    std::size_t max_batches = 0;
};

void declare_resume(Arguments& arguments, ResumeOptions& options) {
    arguments.flag("--from-log", options.from_log, "go on with SQL that the log keeps, as the downgrade was begun");
    arguments.option("--tag", options.tag, "TAG", "a word of yours for the log");
    declare_max_batches(arguments, options.max_batches);
}

ExitCode run_resume(Context& context, const ResumeOptions& options) {
    const auto scripts = context.scripts();
    const auto graph = scripts.load_graph();
    report::TextReporter reporter(context.err(), context.err_style(), context.quiet(), context.err_width());
    std::optional<StopOnSignal> stop_on_signal;
    app::MigrateRequest resume{.mode = app::MigrateMode::resume, .tag = options.tag.value_or("")};
    if (options.max_batches != 0) resume.max_batches = options.max_batches;
    if (options.from_log) resume.undo_from = app::SqlSource::log;
    resume.on_ready = [&] { stop_on_signal.emplace(); };
    const auto connector = context.connector(reporter);
    const auto done = app::migrate(resume, {scripts, graph, connector, reporter});

    if (context.json()) json::write_plan(context.out(), done.plan, done.result.steps);
    context.out().flush();
    reporter.say(fmt::format("Done: the database is at {}", rows_text(graph, done.result.rows)));
    return ExitCode::done;
}

}  // namespace

Subcommand resume_command() {
    return make_subcommand<ResumeOptions>("resume", "Go on with a revision that stopped half-way outside a transaction",
                                          "  rev status   shows what stopped, and where\n"
                                          "  rev resume   goes on from the statement that failed",
                                          declare_resume, run_resume);
}

}  // namespace rev::commands
