#include <fmt/format.h>

#include "commands/registry.hpp"
#include "commands/walk.hpp"
#include "commands/whole_database.hpp"
#include "report/losses_text.hpp"
#include "run/losses.hpp"

namespace rev::commands {
namespace {

struct DowngradeOptions {
    std::string target;
    bool yes = false;
    bool from_log = false;
    WalkOptions walk;
};

void declare_downgrade(Arguments& arguments, DowngradeOptions& options) {
    arguments.positional("TARGET", options.target, "a revision, base, -N, LABEL@base ...; with --sql a range FROM:TO");
    declare_offline_options(arguments, options.walk);
    declare_run_options(arguments, options.walk);
    arguments.flag("--from-log", options.from_log,
                   "undo revisions whose file is missing or changed with the SQL that the log keeps");
    arguments.flag("--yes", options.yes, "do not ask before rows are lost, and do not try the steps beforehand");
}

void check_has_start(const OfflineTarget& target, bool sql) {
    if (!sql || target.is_range) return;
    throw Error(ExitCode::usage, error_codes::range_needed,
                "downgrade with --sql requires FROM:TO, as no database tells where it is")
        .with_hint(fmt::format("such as rev downgrade head:{} --sql", target.to));
}

void check_has_log(const DowngradeOptions& options) {
    if (!options.from_log || !options.walk.sql) return;
    throw Error(ExitCode::usage, error_codes::usage, "--from-log needs a database, and --sql connects to none")
        .with_hint("leave one of them out; `--dry-run --from-log` prints the steps");
}

ExitCode run_downgrade(Context& context, const DowngradeOptions& options) {
    const auto target = split_target(options.target, options.walk.sql);
    check_has_start(target, options.walk.sql);
    check_has_log(options);
    const bool changes_nothing = options.walk.sql || options.walk.dry_run || options.walk.rehearse;
    if (!changes_nothing) refuse_protected(context, "downgrade the database");
    app::MigrateRequest downgrade{.mode = app::MigrateMode::downgrade, .targets = {target.to}};
    if (options.from_log) downgrade.undo_from = app::SqlSource::log;
    if (!options.yes)
        // Asking costs a trial run, whose losses are what the question is about; --yes spares both.
        downgrade.confirm = [&](const app::Question& question) {
            context.confirm(report::losses_text(std::get<run::Losses>(question)) + " Go on?");
        };
    return walk(context, std::move(downgrade), options.walk, target.from);
}

}  // namespace

Subcommand downgrade_command() {
    return make_subcommand<DowngradeOptions>("downgrade", "Walk the database down to a target",
                                             "  rev downgrade -1                undo the last step\n"
                                             "  rev downgrade ae1027a6acf4      undo what came after that revision\n"
                                             "  rev downgrade ae10 --from-log   also what only the database knows\n"
                                             "  rev downgrade head:ae10 --sql   a script that does",
                                             declare_downgrade, run_downgrade);
}

}  // namespace rev::commands
