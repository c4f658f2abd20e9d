#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/walk.hpp"
#include "commands/whole_database.hpp"

namespace rev::commands {
namespace {

struct StampOptions {
    std::vector<std::string> targets;
    bool purge = false;
    bool yes = false;
    WalkOptions walk;
};

void declare_stamp(Arguments& arguments, StampOptions& options) {
    arguments.positionals("REV", options.targets, "revisions, head, heads or base; with --sql also FROM:TO");
    arguments.flag("--purge", options.purge, "forget all rows of the version table first");
    arguments.flag("--yes", options.yes, "with --purge: do not ask");
    declare_offline_options(arguments, options.walk);
}

struct StampTargets {
    std::string start;  ///< of --sql
    std::vector<Target> targets;
};

StampTargets split_targets(const std::vector<std::string>& given, bool sql) {
    StampTargets result;
    bool has_start = false;
    for (const auto& text : given) {
        auto target = split_target(text, sql);
        if (target.is_range) {
            if (has_start && target.from != result.start) {
                throw Error(ExitCode::usage, error_codes::several_starts, "stamp --sql starts from one revision only");
            }
            result.start = target.from;
            has_start = true;
        }
        result.targets.emplace_back(target.to);
    }
    return result;
}

ExitCode run_stamp(Context& context, const StampOptions& options) {
    const auto stamp = split_targets(options.targets, options.walk.sql);
    if (options.purge && !options.walk.sql && !options.walk.dry_run)
        refuse_protected(context, "forget what is applied");
    app::MigrateRequest set_rows{.mode = app::MigrateMode::stamp, .targets = stamp.targets, .purge = options.purge};
    if (!options.yes)
        set_rows.confirm = [&](const app::Question& question) {
            const auto& rows = std::get<app::ForgottenRows>(question).rows;
            context.confirm(fmt::format("Forget that the database is at {}?", base::join_first(rows, ", ")));
        };
    return walk(context, std::move(set_rows), options.walk, stamp.start);
}

}  // namespace

Subcommand stamp_command() {
    return make_subcommand<StampOptions>("stamp", "Set the recorded revisions and run nothing",
                                         "  rev stamp head                  the schema is that of the newest revision\n"
                                         "  rev stamp base                  nothing is applied\n"
                                         "  rev stamp --purge --yes heads   whatever was recorded before",
                                         declare_stamp, run_stamp);
}

}  // namespace rev::commands
