#include "app/worded.hpp"

#include <fmt/format.h>

#include "app/from_log.hpp"
#include "base/text.hpp"
#include "state/logged.hpp"
#include "state/state.hpp"

namespace rev::app {

Error explain(const GraphError& error, Database& database, const state::VersionTable& table, const Graph& graph) {
    auto worded = to_error(error);
    // Only here the database is asked again: the graph knows that a row has no file, and the log may know the rest.
    if (error.kind != GraphError::Kind::unknown_row) return worded;
    const auto rows = state::read_rows(database, table);
    const auto missing = state::LoggedRevisions(database, table).find_missing(graph, rows);
    std::string detail;
    for (const auto& revision : missing)
        detail += base::printable_word(revision.id) + state::absence_text(revision) + "\n";
    worded.with_detail(detail);
    if (const auto command = undo_command(graph, missing, rows); !command.empty())
        worded.with_hint(fmt::format("{}; or undo it with what the log keeps: `{}`", worded.hint(), command));
    return worded;
}

Graph graph_with(const Graph& graph, const Revision& revision) {
    std::vector<Revision> revisions(graph.revisions().begin(), graph.revisions().end());
    revisions.push_back(revision);
    return worded([&] { return Graph(std::move(revisions)); });
}

}  // namespace rev::app
