#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph_data.hpp"

namespace rev::graph {

/// "there is no `name`" for a header of `node`, with the nearest names.
[[nodiscard]] GraphError missing(const GraphData& graph, GraphError::Kind kind, const std::string& name, Node node);
/// Ids and labels nearest to `name`, best first.
[[nodiscard]] std::vector<std::string> nearest_names(const GraphData& graph, std::string_view name);
/// What may have been meant by the unknown `name` behind `label@` (empty: no label): ids and labels, and words of
/// targets such as `head`, best first; else what other tools call those (`HEAD~1`, `latest`).
[[nodiscard]] std::vector<std::string> nearest_targets(const GraphData& graph, std::string_view label,
                                                       std::string_view name);
/// A GraphError with copies of these revisions, and the squash that has `symbol`.
[[nodiscard]] GraphError graph_error(const GraphData& graph, GraphError::Kind kind, const std::string& message,
                                     std::string_view symbol, const Nodes& nodes = {});

/// The revision that `id` was squashed into; empty: none.
[[nodiscard]] RevisionId squash_of(const GraphData& graph, std::string_view id);

/// Asks what a command asks, so that a refusal knows whose target it is. command: as GraphError::command.
template <typename Ask>
auto asked_by(std::string_view command, Ask ask) {
    try {
        return ask();
    } catch (GraphError& error) {
        if (error.command.empty()) error.command = command;
        throw;
    }
}

}  // namespace rev::graph
