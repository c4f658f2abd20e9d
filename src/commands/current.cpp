#include <fmt/format.h>

#include "commands/registry.hpp"
#include "commands/revision_list.hpp"
#include "report/error_text.hpp"
#include "rev/plan.hpp"

namespace rev::commands {
namespace {

struct CurrentOptions {
    bool verbose = false;
    bool check_heads = false;
};

void declare_current(Arguments& arguments, CurrentOptions& options) {
    arguments.flag("-v,--verbose", options.verbose, "name the database and show each revision in full");
    arguments.flag("--check-heads", options.check_heads, "exit with 1 unless the database is at the heads");
}

/// The answer to --check-heads. It is no failure of the program, so the list on standard output stays the only
/// document there.
ExitCode check_heads(Context& context, const Graph& graph, const std::vector<RevisionId>& rows) {
    const auto missing = app::worded([&] { return plan_upgrade(graph, rows, "heads"); }).steps.size();
    if (missing == 0) return ExitCode::done;
    const auto error =
        Error(ExitCode::negative, error_codes::not_at_heads, "Target database is not up to date")
            .with_detail(fmt::format("{} revision{} not applied", missing, missing == 1 ? " is" : "s are"))
            .with_hint("rev upgrade heads");
    context.out().flush();  // the list comes first where both go to one place
    context.err() << report::error_text(error, context.err_style());
    return error.exit_code();
}

ExitCode run_current(Context& context, const CurrentOptions& options) {
    const auto& files = load_described_graph(context, options.verbose);
    const auto database = context.open_for_reading();
    const auto table = context.version_table();
    const auto rows = state::read_rows(*database, table);
    const DescribedGraph described{graph_with_rows(context, files.graph, rows), files.descriptions};
    const auto revisions =
        app::worded(*database, table, described.graph, [&] { return current(described.graph, rows); });

    if (options.verbose && !context.json()) {
        // Alembic's line.
        context.out() << "Current revision(s) for " << context.database_url().display() << ":\n";
    }
    std::set<RevisionId> ids;
    for (const auto* revision : revisions) ids.insert(revision->id);
    ListStyle style;
    style.verbose = options.verbose;
    print_revisions(context, described, revisions, ids, style);
    tell_of_squashes(context, files.graph, rows);
    return options.check_heads ? check_heads(context, described.graph, rows) : ExitCode::done;
}

}  // namespace

Subcommand current_command() {
    return make_subcommand<CurrentOptions>("current", "Show the revisions that the database is at",
                                           "  rev current -v              with the database's name\n"
                                           "  rev current --check-heads   exit code 1 if there is something to upgrade",
                                           declare_current, run_current);
}

}  // namespace rev::commands
