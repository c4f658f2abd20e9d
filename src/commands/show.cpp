#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/revision_list.hpp"
#include "report/json_value.hpp"
#include "script/repeatables.hpp"

namespace rev {
namespace {

struct Options {
    std::string symbol;
};

void declare(Arguments& arguments, Options& options) {
    arguments.positional("REV", options.symbol,
                         "a revision, a label, head, heads, current ..., or a repeatable object");
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
                  << "Path: " << printable(repeatable.path) << "\n\n"
                  << printable(scripts.read(repeatable).text);
    return ExitCode::done;
}

ExitCode run(Context& context, const Options& options) {
    const auto& described = load_described_graph(context, true);
    const auto scripts = context.scripts();
    if (const auto* repeatable = find_repeatable(scripts, described.graph, options.symbol))
        return show_repeatable(context, scripts, *repeatable);
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
