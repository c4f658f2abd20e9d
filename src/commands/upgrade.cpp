#include "commands/registry.hpp"
#include "commands/walk.hpp"

namespace rev::commands {
namespace {

struct UpgradeOptions {
    std::string target;
    WalkOptions walk;
};

void declare_upgrade(Arguments& arguments, UpgradeOptions& options) {
    arguments.positional("TARGET", options.target,
                         "a revision, head, heads, +N, LABEL@head ...; with --sql also a range FROM:TO");
    declare_offline_options(arguments, options.walk);
    declare_run_options(arguments, options.walk);
    arguments.flag("--lint", options.walk.lint, "refuse, before anything runs, if `rev lint` finds an error in it");
}

ExitCode run_upgrade(Context& context, const UpgradeOptions& options) {
    const auto target = split_target(options.target, options.walk.sql);
    return walk(context, {.mode = app::MigrateMode::upgrade, .targets = {target.to}}, options.walk, target.from);
}

}  // namespace

Subcommand upgrade_command() {
    return make_subcommand<UpgradeOptions>("upgrade", "Walk the database up to a target",
                                           "  rev upgrade head              to the newest revision\n"
                                           "  rev upgrade +2 --dry-run      what the next two steps would be\n"
                                           "  rev upgrade ae10:head --sql   a script from ae10 to the newest revision",
                                           declare_upgrade, run_upgrade);
}

}  // namespace rev::commands
