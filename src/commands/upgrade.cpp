#include "commands/registry.hpp"
#include "commands/walk.hpp"

namespace rev::commands {
namespace {

struct Options {
    std::string target;
    WalkOptions walk;
};

void declare(Arguments& arguments, Options& options) {
    arguments.positional("TARGET", options.target,
                         "a revision, head, heads, +N, LABEL@head ...; with --sql also a range FROM:TO");
    declare_offline_options(arguments, options.walk);
    declare_run_options(arguments, options.walk);
    arguments.flag("--lint", options.walk.lint, "refuse, before anything runs, if `rev lint` finds an error in it");
}

ExitCode run(Context& context, const Options& options) {
    const auto target = split_target(options.target, options.walk.sql);
    return walk(context, {.mode = app::MigrateMode::upgrade, .targets = {target.to}}, options.walk, target.from);
}

}  // namespace

Subcommand upgrade_command() {
    return make_subcommand<Options>("upgrade", "Walk the database up to a target",
                                    "  rev upgrade head              to the newest revision\n"
                                    "  rev upgrade +2 --dry-run      what the next two steps would be\n"
                                    "  rev upgrade ae10:head --sql   a script from ae10 to the newest revision",
                                    declare, run);
}

}  // namespace rev::commands
