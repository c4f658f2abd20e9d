#include <fmt/format.h>

#include "app/run_options.hpp"
#include "app/seeds.hpp"
#include "app/worded.hpp"
#include "base/text.hpp"
#include "commands/database_moves.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/registry.hpp"
#include "commands/walk.hpp"
#include "commands/whole_database.hpp"
#include "report/json_value.hpp"
#include "report/text_reporter.hpp"
#include "rev/plan.hpp"
#include "run/prepared.hpp"
#include "script/listing.hpp"

namespace rev::commands {
namespace {

struct ResetOptions {
    bool yes = false;
    bool force = false;
    bool no_seed = false;
};

void declare_reset(Arguments& arguments, ResetOptions& options) {
    arguments.flag("--yes", options.yes, "do not ask");
    arguments.flag("--force", options.force, "PostgreSQL: end the sessions of others that use it");
    arguments.flag("--no-seed", options.no_seed, "run no file of `seed` in alembic.yaml");
}

/// What can be refused is refused while the database is still there.
void check_beforehand(Context& context, const ScriptDirectory& scripts, const Graph& graph) {
    const auto plan = app::worded([&] { return plan_upgrade(graph, {}, "heads"); });
    run::check(plan, scripts,
               app::prepare_options(context.config(), context.config().transaction, context.database_url().dialect));
}

json::Object paths_of(const std::vector<app::Seed>& seeds) {
    auto paths = json::Object::array();
    for (const auto& seed : seeds) paths.push_back(script::shown_path(seed.file));
    return paths;
}

ExitCode run_reset(Context& context, const ResetOptions& options) {
    refuse_protected(context, "drop the database");
    WholeDatabase whole(context);
    const auto scripts = context.scripts();
    const auto& graph = keep_until_exit(scripts.load_graph());
    check_beforehand(context, scripts, graph);
    // Read before the drop: a seed that is not there must not be found out behind it.
    const auto seeds = options.no_seed ? std::vector<app::Seed>() : app::read_seeds(context.config());
    if (!options.yes && whole.is_there())
        context.confirm(fmt::format("Drop the database {} with all that is in it, and make it anew?", whole.name()));

    report::TextReporter reporter(context.err(), context.err_style(), context.quiet(), context.err_width());
    const bool dropped = whole.drop(options.force ? OtherSessions::end : OtherSessions::keep);
    if (dropped) reporter.say("Dropped " + base::printable(whole.name()));
    whole.create();
    reporter.say("Created " + base::printable(whole.name()));
    const auto result = upgrade_database(context, reporter, graph, "heads");
    // A connection of its own: the run's has ended with its lock.
    if (!seeds.empty()) app::run_seeds(*context.open_for_writing(reporter), seeds);
    for (const auto& seed : seeds) reporter.say("Ran " + base::printable(script::shown_path(seed.file)));
    if (context.json())
        json::write(context.out(), {{"database", whole.name()},
                                    {"dropped", dropped},
                                    {"steps", result.steps.size()},
                                    {"rows", result.rows},
                                    {"seeds", paths_of(seeds)}});
    else if (!context.quiet())
        context.out() << fmt::format("Reset {}: {}, at {}\n", base::printable(whole.name()),
                                     base::counted(result.steps.size(), "revision"), rows_text(graph, result.rows));
    return ExitCode::done;
}

}  // namespace

Subcommand reset_command() {
    return make_subcommand<ResetOptions>("reset", "Drop the database, make it anew, upgrade it and run the seeds",
                                         "  rev reset              for development\n"
                                         "  rev -n ci reset --yes  in CI",
                                         declare_reset, run_reset);
}

}  // namespace rev::commands
