#pragma once

#include <map>
#include <string>

#include "commands/context.hpp"
#include "report/graph_picture.hpp"
#include "report/json.hpp"
#include "report/revision_text.hpp"

namespace rev::commands {

/// The graph, and for `-v` the longer explanations of its files by revision id.
struct DescribedGraph {
    const Graph& graph;
    std::map<RevisionId, std::string, std::less<>> descriptions;  ///< those that are not empty

    /// Empty: it has none, or descriptions were not asked for.
    [[nodiscard]] const std::string& description_of(const Revision& revision) const;
};
/// Valid until the process ends. Throws Error.
[[nodiscard]] const DescribedGraph& load_described_graph(Context& context, bool with_descriptions);

/// The graph as a database with these rows has it: one that is within a squash has the old revisions in its place,
/// see SquashedFiles. Valid until the process ends. Throws Error.
[[nodiscard]] const Graph& graph_with_rows(Context& context, const Graph& graph, const std::vector<RevisionId>& rows);
/// "c1 was squashed into d1: ..." for each row that is within a squash of `graph`, on standard error.
void tell_of_squashes(Context& context, const Graph& graph, const std::vector<RevisionId>& rows);

/// How a list of revisions is shown as text.
struct ListStyle {
    bool verbose = false;
    report::LineParts parts = {};             ///< of the line that stands for one, unless verbose
    const json::CurrentRows* mark = nullptr;  ///< mark these as current
};

/// Prints revisions as JSON or as text. rows: what JSON says of `is_current`.
void print_revisions(Context& context, const DescribedGraph& described, const Revisions& revisions,
                     const json::CurrentRows& rows, const ListStyle& style);

/// How the drawing looks.
struct DrawingStyle {
    bool ascii = false;            ///< see Rails
    std::size_t most_columns = 0;  ///< where lines are cut; 0: nowhere
};

/// Prints revisions as text beside a drawing of their graph, see Rails. Marks them with their states, and names the
/// labels of merged branches once.
void print_graph(Context& context, const DescribedGraph& described, const report::GraphPicture& picture,
                 const ListStyle& style, const DrawingStyle& drawing);

/// The rows of the database as a set, for marking.
[[nodiscard]] json::CurrentRows as_set(const std::vector<RevisionId>& rows);

}  // namespace rev::commands
