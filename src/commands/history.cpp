#include <string_view>

#include "commands/registry.hpp"
#include "commands/revision_list.hpp"

namespace rev {
namespace {

struct Options {
    std::optional<std::string> range;
    bool verbose = false;
    bool indicate_current = false;
};

void declare(Arguments& arguments, Options& options) {
    arguments.option("-r,--rev-range", options.range, "A:B", "from A to B; either may be left out, or be `current`");
    arguments.flag("-v,--verbose", options.verbose, "show each in full");
    arguments.flag("-i,--indicate-current", options.indicate_current, "mark the database's revisions");
}

/// Whether an end of the range is the database's.
bool names_current(std::string_view range) { return range.starts_with("current:") || range.ends_with(":current"); }

void check_is_range(const std::string& range) {
    if (range.find(':') != std::string::npos) return;
    throw Error(ExitCode::usage, "bad_range", "\"" + range + "\" is no range of revisions")
        .with_hint("write A:B, A: or :B; to see one revision use: rev show " + range);
}

ExitCode run(Context& context, const Options& options) {
    const auto range = options.range.value_or("");
    if (options.range) check_is_range(range);
    const auto described = load_described_graph(context, options.verbose);

    json::CurrentRows current;
    Revisions revisions;
    if (options.indicate_current || names_current(range)) {
        const auto database = context.open_for_reading();
        const auto table = context.version_table();
        const auto rows = read_rows(*database, table);
        revisions = worded(*database, table, described.graph, [&] { return history(described.graph, range, rows); });
        current = as_set(rows);
    } else {
        revisions = worded([&] { return history(described.graph, range); });
    }

    ListStyle style;
    style.verbose = options.verbose;
    style.parts = {.parents = true, .labels = true, .message = true};
    if (options.indicate_current) style.mark = &current;
    print_revisions(context, described, revisions, current, style);
    return ExitCode::done;
}

}  // namespace

Subcommand history_command() {
    return make_subcommand<Options>("history", "List revisions, newest first",
                                    "  rev history -i             mark where the database is\n"
                                    "  rev history -r current:    what is to come\n"
                                    "  rev history -r -3:         the newest three and what they follow",
                                    declare, run);
}

}  // namespace rev
