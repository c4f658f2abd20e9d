#include "commands/picture.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "commands/revision_list.hpp"
#include "state/log.hpp"

namespace rev::commands {
namespace {

void check_is_range(const std::string& range) {
    if (range.find(':') != std::string::npos) return;
    throw Error(ExitCode::usage, error_codes::bad_range, fmt::format("\"{}\" is no range of revisions", range))
        .with_hint(fmt::format("write A:B, A: or :B; to see one revision use: rev show {}", range));
}

/// Whether an end of the range is the database's.
bool names_current(const std::string& range) { return range.starts_with("current:") || range.ends_with(":current"); }

std::vector<report::RevisionState> states_of(const Revisions& revisions, const Graph& graph,
                                             const std::vector<RevisionId>& rows) {
    const auto place = [&](const Revision* revision) {
        // The graph's revisions are one array: a place in it is an index, and cheaper than a map.
        return static_cast<std::size_t>(revision - graph.revisions().data());
    };
    std::vector<report::RevisionState> states(graph.size(), report::RevisionState::pending);
    for (const auto* revision : applied(graph, rows)) states[place(revision)] = report::RevisionState::applied;
    // Behind the loop of the applied ones, of which the current are some.
    for (const auto& row : rows) states[place(graph.find(row))] = report::RevisionState::current;

    std::vector<report::RevisionState> wanted;
    wanted.reserve(revisions.size());
    for (const auto* revision : revisions) wanted.push_back(states[place(revision)]);
    return wanted;
}

}  // namespace

RevisionRange read_range(Context& context, const ScriptDirectory& scripts, const Graph& graph,
                         const std::optional<std::string>& text, DatabaseFacts facts) {
    if (text) check_is_range(*text);
    const auto range = text.value_or("");
    RevisionRange result;
    result.graph = &graph;
    if (facts == DatabaseFacts::none && !names_current(range)) {
        result.revisions = app::worded([&] { return history(graph, range); });
        return result;
    }
    // One connection for all: rows and log must be of one moment, as far as that goes.
    const auto database = context.open_for_reading();
    const auto tables = state::find_tables(*database, context.version_table());
    result.rows = state::read_rows(*database, tables);
    result.graph = &graph_with_rows(context, graph, *result.rows);
    app::worded(*database, tables.table, *result.graph, [&] {
        result.revisions = history(*result.graph, range, *result.rows);
        // Only for its error: rows that no file knows are said in the words of the database here, not when the picture
        // is drawn.
        if (facts >= DatabaseFacts::states) (void)applied(*result.graph, *result.rows);
    });
    if (facts != DatabaseFacts::none) result.repeatables = app::find_repeatables(*database, tables, scripts);
    if (facts == DatabaseFacts::log) {
        result.log = state::read_log(*database, tables);
        result.server = database->server_info();
    }
    return result;
}

report::GraphPicture make_picture(RevisionRange range, DatabaseFacts facts) {
    const auto& graph = *range.graph;
    report::GraphPicture picture{.graph = graph, .revisions = std::move(range.revisions), .layout = {}};
    picture.layout = graph::lay_out(graph, picture.revisions);
    if (facts >= DatabaseFacts::states) picture.states = states_of(picture.revisions, graph, *range.rows);
    if (range.server) {
        picture.page.database =
            fmt::format("{} {}, {}", range.server->product, range.server->version, range.server->url);
        picture.page.as_of = state::utc_text(std::chrono::system_clock::now()).substr(0, 16) + "Z";
    }
    for (auto& entry : range.log) picture.log[entry.revision].push_back(std::move(entry));
    return picture;
}

}  // namespace rev::commands
