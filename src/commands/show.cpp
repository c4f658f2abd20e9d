#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/revision_list.hpp"
#include "commands/schema_work.hpp"
#include "report/json_value.hpp"
#include "report/trail_text.hpp"
#include "script/repeatables.hpp"
#include "trail/blame.hpp"

namespace rev::commands {
namespace {

struct ShowOptions {
    std::string symbol;
    bool schema = false;
    SchemaOptions scratch;
};

void declare_show(Arguments& arguments, ShowOptions& options) {
    arguments.positional("REV", options.symbol,
                         "a revision, a label, head, heads, current ..., or a repeatable object");
    arguments.flag("--schema", options.schema, "what it changes in the schema, as `rev diff` words it, run in scratch");
    declare_schema_options(arguments, options.scratch);
}

/// One that is no revision's id: what it is made from stands in its file.
const Repeatable* find_repeatable(const ScriptDirectory& scripts, const Graph& graph, const std::string& name) {
    return graph.find(name) == nullptr ? scripts.repeatables().find(name) : nullptr;
}

ExitCode show_repeatable(Context& context, const ScriptDirectory& scripts, const Repeatable& repeatable) {
    if (context.json()) {
        json::write(context.out(), {{"repeatable", repeatable.name},
                                    {"message", repeatable.message},
                                    {"path", repeatable.path},
                                    {"needs", repeatable.needs},
                                    {"drop_before_upgrade", repeatable.drop_before_upgrade}});
        return ExitCode::done;
    }
    context.out() << "Repeatable: " << context.out_style().id(repeatable.name) << '\n'
                  << "Path: " << base::printable(repeatable.path) << "\n\n"
                  << base::printable(scripts.read(repeatable).text);
    return ExitCode::done;
}

/// What each of them changes, behind all that it stands on.
ExitCode show_schema(Context& context, const ShowOptions& options) {
    SchemaWork work(context, options.scratch);
    work.place().leave_live_alone();
    // All other symbols need no database.
    std::vector<RevisionId> rows;
    if (options.symbol == "current") rows = context.rows();
    std::vector<trail::RevisionChanges> all;
    for (const auto* revision : app::worded([&] { return resolve(work.graph(), options.symbol, rows); }))
        all.push_back(trail::changes_of(work.place(), *revision));
    if (context.json())
        json::write_revision_changes(context.out(), all);
    else
        context.out() << report::changes_by_revision_text(all, context.out_style());
    return ExitCode::done;
}

ExitCode run_show(Context& context, const ShowOptions& options) {
    if (options.schema) return show_schema(context, options);
    const auto& described = load_described_graph(context, true);
    const auto scripts = context.scripts();
    if (const auto* repeatable = find_repeatable(scripts, described.graph, options.symbol))
        return show_repeatable(context, scripts, *repeatable);
    ListStyle style;
    style.verbose = true;
    if (options.symbol != "current") {
        const auto revisions = app::worded([&] { return resolve(described.graph, options.symbol); });
        print_revisions(context, described, revisions, {}, style);
        return ExitCode::done;
    }
    const auto database = context.open_for_reading();
    const auto table = context.version_table();
    const auto rows = state::read_rows(*database, table);
    const DescribedGraph seen{graph_with_rows(context, described.graph, rows), described.descriptions};
    const auto revisions =
        app::worded(*database, table, seen.graph, [&] { return resolve(seen.graph, options.symbol, rows); });
    print_revisions(context, seen, revisions, as_set(rows), style);
    tell_of_squashes(context, described.graph, rows);
    return ExitCode::done;
}

}  // namespace

Subcommand show_command() {
    return make_subcommand<ShowOptions>("show", "Show revisions in full",
                                        "  rev show head\n"
                                        "  rev show 1975      the revision whose id starts so\n"
                                        "  rev show --schema head",
                                        declare_show, run_show);
}

}  // namespace rev::commands
