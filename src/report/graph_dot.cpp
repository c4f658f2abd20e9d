#include <fmt/format.h>

#include "base/text.hpp"
#include "report/graph_picture.hpp"

namespace rev::report {
namespace {

/// Text of a quoted label. Graphviz reads escapes, and entities as HTML has them.
std::string dot_text(std::string_view text) {
    std::string out;
    for (const char c : base::printable(text)) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                // Within a label `\N` would be the name of the node, and `\l` a line end.
                out += "\\\\";
                break;
            case '&':
                out += "&amp;";
                break;
            case '\n':
            case '\t':
                out += ' ';
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string dot_label(const Revision& revision) {
    auto label = dot_text(revision.id);
    if (!revision.branch_labels.empty())
        label += dot_text(fmt::format(" ({})", base::join(revision.branch_labels, ", ")));
    if (!revision.message.empty()) label += "\\n" + dot_text(revision.message);
    return label;
}

/// In a box of their own. Their names begin with a word that no id does, as ids have no blank.
std::string dot_repeatables(const std::vector<PicturedRepeatable>& repeatables) {
    if (repeatables.empty()) return {};
    // Graphviz draws a box only around what is named cluster...
    std::string out = "  subgraph cluster_repeatables {\n    label=\"repeatables\"\n    fontname=\"monospace\"\n";
    for (const auto& [repeatable, state, sql] : repeatables) {
        auto label = dot_text(repeatable.name);
        if (!state.empty() && state != "current") label += dot_text(fmt::format(" ({})", state));
        if (!repeatable.message.empty()) label += "\\n" + dot_text(repeatable.message);
        out += fmt::format("    \"repeatable {}\" [label=\"{}\"]\n", dot_text(repeatable.name), label);
    }
    for (const auto& [repeatable, state, sql] : repeatables)
        for (const auto& need : repeatable.needs)
            out +=
                fmt::format("    \"repeatable {}\" -> \"repeatable {}\"\n", dot_text(need), dot_text(repeatable.name));
    return out + "  }\n";
}

std::string_view style_of(RevisionState state) {
    switch (state) {
        case RevisionState::applied:
            return ", fillcolor=\"#e3e7ea\"";
        case RevisionState::current:
            return ", fillcolor=\"#a6e3b4\", penwidth=2";
        case RevisionState::pending:
            return ", style=\"rounded,dashed\"";
        default:
            return "";
    }
}

}  // namespace

std::string graph_dot(const GraphPicture& picture) {
    std::string out =
        "digraph revisions {\n"
        // Arrows lead from a revision to what stands on it, and the newest is on top, as in `rev history`.
        "  rankdir=BT\n"
        "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"monospace\"]\n";
    const auto& layout = picture.layout;
    for (std::size_t row = 0; row < layout.rows.size(); ++row) {
        const auto& revision = *layout.rows[row].revision;
        out +=
            // An id needs no escapes: it has letters, digits, `_` and `.` only.
            fmt::format("  \"{}\" [label=\"{}\"{}]\n", revision.id, dot_label(revision), style_of(picture.state(row)));
    }
    std::size_t ends = 0;
    for (const auto& edge : layout.edges) {
        const auto& child = layout.rows[edge.from].revision->id;
        const auto* const style = edge.outside ? " [style=dotted]" : edge.dependency ? " [style=dashed]" : "";
        if (edge.outside) {
            // The blank in the name keeps it apart from every id.
            out += fmt::format("  \"outside {}\" [shape=point, tooltip=\"{}\"]\n", ++ends, edge.target->id);
            out += fmt::format("  \"outside {}\" -> \"{}\"{}\n", ends, child, style);
        } else {
            out += fmt::format("  \"{}\" -> \"{}\"{}\n", edge.target->id, child, style);
        }
    }
    return out + dot_repeatables(picture.repeatables) + "}\n";
}

}  // namespace rev::report
