#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/graph_picture.hpp"

namespace rev::report {
namespace {

/// Text of a quoted label. Mermaid reads much into it: HTML, Markdown, icons, formulas, `\n`; but not into its
/// entities.
std::string mermaid_text(std::string_view text) {
    std::string out;
    for (const char c : base::printable(text)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = byte >= 0x80 || std::isalnum(byte) != 0 || c == ' ';
        if (is_plain)
            out += c;
        else
            // Mermaid writes an entity so, with `#` where HTML has `&#`.
            out += fmt::format("#{};", byte);
    }
    return out;
}

std::string mermaid_label(const Revision& revision) {
    auto label = mermaid_text(revision.id);
    if (!revision.branch_labels.empty())
        label += mermaid_text(fmt::format(" ({})", base::join(revision.branch_labels, ", ")));
    if (!revision.message.empty()) label += "<br/>" + mermaid_text(revision.message);
    return label;
}

std::string mermaid_repeatables(const std::vector<PicturedRepeatable>& repeatables) {
    if (repeatables.empty()) return {};
    std::string out = "  subgraph repeatables\n";
    const auto place_of = [&](const std::string& name) {
        const auto is_it = [&](const PicturedRepeatable& each) { return each.repeatable.name == name; };
        return std::ranges::find_if(repeatables, is_it) - repeatables.begin();
    };
    for (const auto& [repeatable, state, sql] : repeatables) {
        auto label = mermaid_text(repeatable.name);
        if (!state.empty() && state != "current") label += mermaid_text(fmt::format(" ({})", state));
        if (!repeatable.message.empty()) label += "<br/>" + mermaid_text(repeatable.message);
        out += fmt::format("    o{}(\"{}\")\n", place_of(repeatable.name), label);
    }
    for (const auto& [repeatable, state, sql] : repeatables)
        for (const auto& need : repeatable.needs)
            out += fmt::format("    o{} --> o{}\n", place_of(need), place_of(repeatable.name));
    return out + "  end\n";
}

std::string class_of(RevisionState state) {
    return state == RevisionState::unknown ? "" : fmt::format(":::{}", state_name(state));
}

}  // namespace

std::string graph_mermaid(const GraphPicture& picture) {
    // BT: the newest on top, as in `rev history`.
    std::string out = "flowchart BT\n";
    const auto& layout = picture.layout;
    for (std::size_t row = 0; row < layout.rows.size(); ++row) {
        // By numbers, as ids may be words of Mermaid's own, such as `end`.
        out += fmt::format("  r{}(\"{}\"){}\n", row, mermaid_label(*layout.rows[row].revision),
                           class_of(picture.state(row)));
    }
    std::size_t ends = 0;
    for (const auto& edge : layout.edges) {
        if (edge.outside) {
            out += fmt::format("  e{}((\" \")) -.- r{}\n", ends++, edge.from);
        } else {
            out += fmt::format("  r{} {} r{}\n", edge.to, edge.dependency ? "-.->" : "-->", edge.from);
        }
    }
    out += mermaid_repeatables(picture.repeatables);
    if (!picture.states.empty()) {
        out +=
            "  classDef applied fill:#e3e7ea,stroke:#667\n"
            "  classDef current fill:#a6e3b4,stroke:#063,stroke-width:3px\n"
            "  classDef pending fill:#fff,stroke:#667,stroke-dasharray:4\n";
    }
    return out;
}

}  // namespace rev::report
