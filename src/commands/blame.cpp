#include "trail/blame.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "commands/trail_progress.hpp"
#include "report/trail_text.hpp"

namespace rev::commands {
namespace {

struct BlameOptions {
    std::string object;
    std::optional<std::string> target;
    SchemaOptions schema;
};

void declare_blame(Arguments& arguments, BlameOptions& options) {
    arguments.positional("OBJECT", options.object,
                         "a table, column, view, index, type, function ...; with its schema or without");
    arguments.option("--up-to", options.target, "TARGET", "look at the revisions up to it [heads]");
    declare_schema_options(arguments, options.schema);
}

Error no_such_object(const BlameOptions& options, const std::vector<std::string>& near) {
    return Error(ExitCode::negative, error_codes::no_such_object,
                 fmt::format("no revision makes \"{}\"", base::printable_word(options.object)))
        .with_hint(near.empty() ? "name it as SCHEMA.TABLE.COLUMN, TABLE.COLUMN or TABLE" : base::did_you_mean(near));
}

ExitCode run_blame(Context& context, const BlameOptions& options) {
    SchemaWork work(context, options.schema);
    work.place().leave_live_alone();
    const auto revisions = app::worded([&] { return resolve(work.graph(), options.target.value_or("heads")); });
    const auto blame =
        trail::blame(work.place(), revisions, trail::name_parts(options.object), trail_progress(context, "Looking at"));
    if (blame.objects.empty()) throw no_such_object(options, blame.near);
    if (context.json()) {
        json::write_blame(context.out(), blame);
        return ExitCode::done;
    }
    context.out() << report::changes_by_revision_text(blame.revisions, context.out_style());
    return ExitCode::done;
}

}  // namespace

Subcommand blame_command() {
    return make_subcommand<BlameOptions>(
        "blame", "Say which revisions made, changed, renamed or dropped an object",
        "  rev blame crew               a table with all that belongs to it, oldest first\n"
        "  rev blame crew.nm            a column, under its earlier names too\n"
        "  rev blame audit.crew_view    with its schema",
        declare_blame, run_blame);
}

}  // namespace rev::commands
