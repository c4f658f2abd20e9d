#include "commands/registry.hpp"
#include "commands/revision_list.hpp"

namespace rev {
namespace {

struct Options {
    std::string symbol;
};

void declare(Arguments& arguments, Options& options) {
    arguments.positional("REV", options.symbol, "a revision, a label, head, heads, current ...");
}

ExitCode run(Context& context, const Options& options) {
    const auto& described = load_described_graph(context, true);
    ListStyle style;
    style.verbose = true;
    if (options.symbol != "current") {
        const auto revisions = worded([&] { return resolve(described.graph, options.symbol); });
        print_revisions(context, described, revisions, {}, style);
        return ExitCode::done;
    }
    const auto database = context.open_for_reading();
    const auto table = context.version_table();
    const auto rows = read_rows(*database, table);
    const auto revisions =
        worded(*database, table, described.graph, [&] { return resolve(described.graph, options.symbol, rows); });
    print_revisions(context, described, revisions, as_set(rows), style);
    return ExitCode::done;
}

}  // namespace

Subcommand show_command() {
    return make_subcommand<Options>("show", "Show revisions in full",
                                    "  rev show head\n"
                                    "  rev show 1975      the revision whose id starts so",
                                    declare, run);
}

}  // namespace rev
