#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/layout.hpp"
#include "report/rails.hpp"
#include "rev/graph.hpp"
#include "run/prepared.hpp"
#include "state/state.hpp"

namespace rev::report {

/// What only the page tells, besides the graph.
struct PageFacts {
    std::string title;
    std::string database;  ///< such as "PostgreSQL 15.8, postgresql://app:***@db/app"; empty: no database was asked
    std::string as_of;     ///< when it was asked, UTC
    std::function<RevisionFile(const Revision&)> read_file = {};  ///< for description and SQL; may throw Error
};

/// A repeatable object, which stands beside the graph.
struct PicturedRepeatable {
    Repeatable repeatable;
    std::string state = {};  ///< see repeatable_state_name; empty: no database was asked
    std::string sql = {};    ///< its file; only for the page
};

/// What every drawing of the graph is made from.
struct GraphPicture {
    const Graph& graph;
    Revisions revisions;                     ///< newest first
    graph::Layout layout;                    ///< of these; its rows are in their order
    std::vector<RevisionState> states = {};  ///< of these, in their order; empty: no database was asked
    /// The events of each revision that the log has, newest first; empty unless it was asked for.
    std::map<RevisionId, std::vector<state::LogEntry>, std::less<>> log = {};
    std::vector<PicturedRepeatable> repeatables = {};  ///< in the order to make them
    PageFacts page = {};

    /// Of the revision in that row of the layout. unknown: no database was asked.
    [[nodiscard]] RevisionState state(std::size_t row) const {
        return states.empty() ? RevisionState::unknown : states[row];
    }
};

/// A graph in Graphviz's language: an arrow from each revision to those that stand on it, dashed for dependencies; the
/// newest on top. What lies outside the picture is a small point at a dotted arrow. Repeatable objects are a box of
/// their own, with an arrow from each to those that need it.
[[nodiscard]] std::string graph_dot(const GraphPicture& picture);

/// The same as a flowchart in Mermaid's language.
[[nodiscard]] std::string graph_mermaid(const GraphPicture& picture);

/// The picture's layout as an SVG document of its own.
[[nodiscard]] std::string graph_svg(const GraphPicture& picture);

/// One page that needs nothing else: the picture's layout as a list to walk, search and fold, and for each revision its
/// facts, SQL and events. Throws Error where a revision file cannot be read.
[[nodiscard]] std::string graph_html(const GraphPicture& picture);

/// Text of an XML or HTML document, also between double quotes: `& < > " '` as entities; control characters, invalid
/// UTF-8 and overrides of the writing direction as printable() shows them; code points that XML has not, as U+FFFD.
[[nodiscard]] std::string markup_text(std::string_view text);

}  // namespace rev::report
