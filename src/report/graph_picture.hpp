#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/rails.hpp"
#include "rev/executor.hpp"
#include "rev/graph.hpp"
#include "rev/layout.hpp"

namespace rev {

/// What every drawing of the graph is made from.
struct GraphPicture {
    const Graph& graph;
    Revisions revisions;                     ///< newest first
    Layout layout;                           ///< of these; its rows are in their order
    std::vector<RevisionState> states = {};  ///< of these, in their order; empty: no database was asked
    /// The newest event of each revision, of those that the log has; empty unless it was asked for.
    std::map<RevisionId, LogEntry, std::less<>> log = {};

    [[nodiscard]] RevisionState state(std::size_t row) const {
        return states.empty() ? RevisionState::unknown : states[row];
    }
};

/// A graph in Graphviz's language: an arrow from each revision to those that stand on it, dashed for dependencies; the
/// newest on top. What lies outside the picture is a small point at a dotted arrow.
[[nodiscard]] std::string graph_dot(const GraphPicture& picture);

/// The same as a flowchart in Mermaid's language.
[[nodiscard]] std::string graph_mermaid(const GraphPicture& picture);

/// The picture's layout as an SVG document of its own.
[[nodiscard]] std::string graph_svg(const GraphPicture& picture);

/// Text of an XML or HTML document, also between double quotes: `& < > " '` as entities; control characters, invalid
/// UTF-8 and overrides of the writing direction as printable() shows them; code points that XML has not, as U+FFFD.
[[nodiscard]] std::string markup_text(std::string_view text);

}  // namespace rev
