#pragma once

#include "db/database.hpp"
#include "rev/graph.hpp"
#include "run/prepared.hpp"
#include "state/state.hpp"

namespace rev::app {

/// Calls `ask`, wording a GraphError for people.
template <typename Ask>
auto worded(Ask ask) {
    try {
        return ask();
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

/// to_error(), and for rows that no file has what the log knows of them. graph: of the files.
[[nodiscard]] Error explain(const GraphError& error, Database& database, const state::VersionTable& table,
                            const Graph& graph);

/// The same for questions about a database's rows: a row that no file has is explained from the log.
template <typename Ask>
auto worded(Database& database, const state::VersionTable& table, const Graph& graph, Ask ask) {
    try {
        return ask();
    } catch (const GraphError& error) {
        throw explain(error, database, table, graph);
    }
}

/// The graph with a new revision in it. Throws Error.
[[nodiscard]] Graph graph_with(const Graph& graph, const Revision& revision);

}  // namespace rev::app
