#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "commands/picture.hpp"
#include "commands/registry.hpp"
#include "commands/revision_list.hpp"

namespace rev::commands {
namespace {

struct HistoryOptions {
    std::optional<std::string> range;
    bool verbose = false;
    bool indicate_current = false;
    bool graph = false;
    bool ascii = false;
    bool no_truncate = false;
};

void declare_history(Arguments& arguments, HistoryOptions& options) {
    arguments.option("-r,--rev-range", options.range, "A:B", "from A to B; either may be left out, or be `current`");
    arguments.flag("-v,--verbose", options.verbose, "show each in full");
    arguments.flag("-i,--indicate-current", options.indicate_current, "mark the database's revisions");
    arguments.flag("--graph", options.graph, "draw the graph beside the list; with -i mark what is pending, too");
    arguments.flag("--no-truncate", options.no_truncate, "with --graph: cut no line at the terminal's width");
    arguments.flag("--ascii", options.ascii, "draw it in ASCII, though the locale writes UTF-8");
}

/// Behind the revisions, of which they are none: a program asks `rev status --json` for them.
void print_repeatables(Context& context, const std::vector<app::RepeatableStatus>& repeatables) {
    if (context.json()) return;
    const auto style = context.out_style();
    for (const auto& repeatable : repeatables) {
        std::string state(app::repeatable_state_name(repeatable.state));
        std::ranges::replace(state, '_', ' ');
        context.out() << fmt::format("repeatable {} ({}), {}\n", style.id(base::printable_word(repeatable.name)), state,
                                     base::printable_word(repeatable.path));
    }
}

ExitCode run_history(Context& context, const HistoryOptions& options) {
    const bool draws = options.graph && !context.json();
    // No more than what is drawn: the marks of a list need the rows, those of a drawing every revision's state.
    const auto facts = !options.indicate_current ? DatabaseFacts::none
                       : draws                   ? DatabaseFacts::states
                                                 : DatabaseFacts::rows;
    const auto& files = load_described_graph(context, options.verbose);
    auto range = read_range(context, context.scripts(), files.graph, options.range, facts);
    const DescribedGraph described{*range.graph, files.descriptions};
    if (range.rows) tell_of_squashes(context, files.graph, *range.rows);

    ListStyle style;
    style.verbose = options.verbose;
    style.parts = {.parents = true, .labels = true, .message = true};
    // Taken out first: make_picture() takes the range with all that is in it.
    const auto repeatables = std::move(range.repeatables);
    if (draws) {
        const auto picture = make_picture(std::move(range), facts);
        print_graph(context, described, picture, style,
                    {.ascii = options.ascii || !report::locale_writes_utf8(),
                     .most_columns = options.no_truncate ? 0 : context.out_columns()});
        print_repeatables(context, repeatables);
        return ExitCode::done;
    }
    const auto rows = range.rows ? as_set(*range.rows) : json::CurrentRows();
    if (options.indicate_current) style.mark = &rows;
    print_revisions(context, described, range.revisions, rows, style);
    print_repeatables(context, repeatables);
    return ExitCode::done;
}

}  // namespace

Subcommand history_command() {
    return make_subcommand<HistoryOptions>("history", "List revisions, newest first",
                                           "  rev history -i             mark where the database is\n"
                                           "  rev history -r current:    what is to come\n"
                                           "  rev history -r -3:         the newest three and what they follow\n"
                                           "  rev history --graph -i     branches, merges and what is pending, drawn",
                                           declare_history, run_history);
}

}  // namespace rev::commands
