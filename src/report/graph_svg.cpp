#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "report/graph_picture.hpp"

namespace rev::report {
namespace {

constexpr unsigned lane_width = 16;  // pixels
constexpr unsigned row_height = 24;
// Of 13px monospace a character is some 7.8 wide: better too wide a picture than a text that is cut off.
constexpr unsigned character_width = 8;
constexpr std::array<std::string_view, 8> colors = {"#0b7285", "#b35900", "#8a2be2", "#2b8a3e",
                                                    "#1c4fd8", "#c2255c", "#5f3dc4", "#6b705c"};

std::string_view color_of(std::uint32_t lane) { return colors[lane % colors.size()]; }

unsigned x_of(std::uint32_t lane) { return lane_width * lane + lane_width; }

unsigned y_of(std::uint32_t row) { return row_height * row + row_height; }

/// What stands beside a revision, behind its id.
std::string text_of(const GraphPicture& picture, std::size_t row) {
    const auto& revision = *picture.revisions[row];
    std::string marks;
    if (!revision.branch_labels.empty()) marks += fmt::format(" ({})", base::join(revision.branch_labels, ", "));
    if (picture.graph.is_head(revision)) marks += " (head)";
    const auto state = picture.state(row);
    if (state == RevisionState::current || state == RevisionState::pending)
        marks += fmt::format(" ({})", state_name(state));
    return marks + ' ' + revision.message;
}

/// Down from the revision into the edge's lane, in it, and at the end into the lane of the other.
std::string path_of(const graph::Layout& layout, const graph::LayoutEdge& edge) {
    constexpr unsigned turn = row_height / 2;
    const auto from = x_of(layout.rows[edge.from].lane);
    const auto lane = x_of(edge.lane);
    const auto top = y_of(edge.from);
    const auto bottom = y_of(edge.to) - (edge.outside ? turn : 0);
    const auto to = edge.outside ? lane : x_of(layout.rows[edge.to].lane);
    auto path = fmt::format("M{} {}", from, top);
    if (lane != from) path += fmt::format("C{} {} {} {} {} {}", from, top + turn, lane, top, lane, top + turn);
    if (to == lane) return path + fmt::format("V{}", bottom);
    return path + fmt::format("V{}C{} {} {} {} {} {}", bottom - turn, lane, bottom, to, bottom - turn, to, bottom);
}

void append_edge(std::string& out, const graph::Layout& layout, const graph::LayoutEdge& edge) {
    const auto* const kind = edge.outside ? " class=\"outside\"" : edge.dependency ? " class=\"dependency\"" : "";
    out += fmt::format("<path{} stroke=\"{}\" d=\"{}\"/>\n", kind, color_of(edge.lane), path_of(layout, edge));
}

/// Returns where its line of text ends, as far as one can know without the font.
std::size_t append_revision(std::string& out, const GraphPicture& picture, std::size_t row) {
    const auto& placed = picture.layout.rows[row];
    const auto state = picture.state(row);
    const auto y = y_of(static_cast<std::uint32_t>(row));
    const bool is_pending = state == RevisionState::pending;
    const auto text = text_of(picture, row);
    out += fmt::format(
        "<g><circle cx=\"{}\" cy=\"{}\" r=\"{}\" stroke=\"{}\" fill=\"{}\"/>"
        "<text x=\"{}\" y=\"{}\"><tspan class=\"id\">{}</tspan>{}</text></g>\n",
        x_of(placed.lane), y, state == RevisionState::current ? 7 : 5, color_of(placed.lane),
        is_pending ? "#fff" : color_of(placed.lane), x_of(placed.lanes), y + 5, placed.revision->id, markup_text(text));
    return x_of(placed.lanes) + character_width * (placed.revision->id.size() + base::count_characters(text));
}

/// The repeatable objects stand below the revisions, a line each, as they are made behind them.
std::size_t append_repeatables(std::string& out, const GraphPicture& picture) {
    std::size_t width = 0;
    auto row = static_cast<std::uint32_t>(picture.layout.rows.size());
    for (const auto& [repeatable, state, sql] : picture.repeatables) {
        const auto y = y_of(row++);
        std::string text;
        if (!state.empty()) text += fmt::format(" ({})", state);
        if (!repeatable.needs.empty()) text += fmt::format(" (needs {})", base::join(repeatable.needs, ", "));
        text += ' ' + repeatable.message;
        out += fmt::format(
            "<g class=\"repeatable\"><rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"#6b705c\"/>"
            "<text x=\"{}\" y=\"{}\"><tspan class=\"id\">{}</tspan>{}</text></g>\n",
            x_of(0) - 5, y - 5, x_of(1), y + 5, markup_text(repeatable.name), markup_text(text));
        width = std::max(width, x_of(1) + character_width *
                                              (base::count_characters(repeatable.name) + base::count_characters(text)));
    }
    return width;
}

}  // namespace

std::string graph_svg(const GraphPicture& picture) {
    const auto& layout = picture.layout;
    std::string body;
    std::size_t width = 0;
    for (const auto& edge : layout.edges) append_edge(body, layout, edge);
    // After the edges: what is drawn later lies on top.
    for (std::size_t row = 0; row < layout.rows.size(); ++row)
        width = std::max(width, append_revision(body, picture, row));
    width = std::max(width, append_repeatables(body, picture));
    // With a background of its own: the text is dark, and the page around the picture may be, too.
    const auto head = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n"
        "<style>path{{fill:none;stroke-width:2}}circle{{stroke-width:2}}.dependency{{stroke-dasharray:6 3}}"
        ".outside{{stroke-dasharray:2 2}}text{{font:13px monospace;fill:#222;white-space:pre}}.id{{font-weight:bold}}"
        "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        width + lane_width, y_of(static_cast<std::uint32_t>(layout.rows.size() + picture.repeatables.size())));
    return head + body + "</svg>\n";
}

}  // namespace rev::report
