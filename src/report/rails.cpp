#include "report/rails.hpp"

#include <algorithm>
#include <array>

namespace rev::report {
namespace {

/// By up, down, left, right as bits 8, 4, 2, 1.
constexpr std::array<std::string_view, 16> corners = {" ", "─", "─", "─", "│", "╭", "╮", "┬",
                                                      "│", "╰", "╯", "┴", "│", "├", "┤", "┼"};
constexpr std::array<std::string_view, 16> ascii_corners = {" ", "-",  "-", "-", "|", "/", "\\", "+",
                                                            "|", "\\", "/", "+", "|", "+", "+",  "+"};

std::string_view node_glyph(RevisionState state, bool ascii) {
    switch (state) {
        case RevisionState::current:
            return ascii ? "@" : "◉";
        case RevisionState::pending:
            return ascii ? "o" : "○";
        default:
            return ascii ? "*" : "●";
    }
}

}  // namespace

std::string_view state_name(RevisionState state) noexcept {
    switch (state) {
        case RevisionState::applied:
            return "applied";
        case RevisionState::current:
            return "current";
        case RevisionState::pending:
            return "pending";
        default:
            return "";
    }
}

Rails::Rails(const graph::Layout& layout, bool ascii, Style style)
    : layout_(layout), ascii_(ascii), style_(style), lines_(layout.lanes) {
    // At first each revision's own lane, which stands for "no dependency comes in from the side".
    dependency_lanes_.reserve(layout.rows.size());
    for (const auto& row : layout.rows) dependency_lanes_.push_back(row.lane);
}

/// All lanes from most_lanes on share one column, which then shows that there are more.
std::size_t Rails::column(std::uint32_t lane) const noexcept { return std::min(lane, most_lanes); }

void Rails::append_row(std::string& out, RevisionState state) {
    const auto& row = layout_.rows[next_];
    cells_.assign(column(row.lanes - 1) + 1, {});
    draw_lines(next_);
    draw_edges(next_);
    ++next_;
    print(out, state);
}

void Rails::draw_lines(std::size_t row) {
    const auto& placed = layout_.rows[row];
    if (placed.lanes > most_lanes) cells_[most_lanes].many = true;
    for (std::uint32_t lane = 0; lane < std::min(placed.lanes, most_lanes); ++lane) {
        const auto& line = lines_[lane];
        // Lanes that were not used yet lead to row 0, into which nothing comes from above.
        if (line.to < row || row == 0) continue;
        auto& cell = cells_[lane];
        cell.up = true;
        // What leads out of the picture never arrives, so it goes on.
        cell.down = line.to > row || line.outside;
        cell.dotted = line.dependency;
        cell.ends = line.outside;
    }
    cells_[column(placed.lane)].node = true;
}

void Rails::draw_edges(std::size_t row) {
    const auto& placed = layout_.rows[row];
    const auto own = column(placed.lane);
    if (dependency_lanes_[row] != placed.lane) connect(own, column(dependency_lanes_[row]), true);
    for (const auto& edge : layout_.edges_of(row)) {
        const auto to = column(edge.lane);
        if (to != own) {
            cells_[to].down = true;
            connect(own, to, edge.dependency);
        }
        lines_[edge.lane] = {edge.to, edge.dependency, edge.outside};
        if (edge.dependency && !edge.outside) dependency_lanes_[edge.to] = edge.lane;
    }
}

void Rails::connect(std::size_t from, std::size_t to, bool dependency) {
    if (from == to) return;
    const auto kind = dependency ? Cell::Sideways::dependency : Cell::Sideways::revises;
    // Where lines cross, one of `revises` hides one of a dependency.
    const auto draw = [&](Cell::Sideways& sideways) { sideways = std::max(sideways, kind); };
    cells_[to].meets = true;
    for (auto at = std::min(from, to); at < std::max(from, to); ++at) {
        draw(cells_[at].right);
        draw(cells_[at + 1].left);
    }
}

void Rails::print(std::string& out, RevisionState state) const {
    for (std::size_t at = 0; at < cells_.size(); ++at) {
        const auto& cell = cells_[at];
        if (at > 0) {
            // No colour around a blank: blanks at the end of a line are cut off, which codes would prevent.
            const auto text = between(cell.left);
            out += text == " " ? " " : style_.lane(at, text);
        }
        const auto text = glyph(cell, state);
        out += text == " " ? " " : cell.node ? style_.strong_lane(at, text) : style_.lane(at, text);
    }
}

std::string_view Rails::between(Cell::Sideways sideways) const {
    switch (sideways) {
        case Cell::Sideways::revises:
            return ascii_ ? "-" : "─";
        case Cell::Sideways::dependency:
            return ascii_ ? "." : "╌";
        default:
            return " ";
    }
}

std::string_view Rails::glyph(const Cell& cell, RevisionState state) const {
    if (cell.node) return node_glyph(state, ascii_);
    if (cell.many) return ascii_ ? ">" : "…";
    const bool is_vertical = cell.up || cell.down;
    if (!is_vertical) return between(std::max(cell.left, cell.right));
    // Only where a line turns or ends: one that merely passes under another keeps its own look.
    if (cell.meets) {
        const auto arms = (cell.up ? 8U : 0U) | (cell.down ? 4U : 0U) | (cell.left != Cell::Sideways::no ? 2U : 0U) |
                          (cell.right != Cell::Sideways::no ? 1U : 0U);
        return (ascii_ ? ascii_corners : corners)[arms];
    }
    if (cell.ends) return ascii_ ? "." : "┊";
    if (cell.dotted) return ascii_ ? ":" : "┆";
    return ascii_ ? "|" : "│";
}

void Rails::append_between(std::string& out) const {
    const auto row = next_ - 1;
    for (std::size_t at = 0; at < cells_.size(); ++at) {
        if (at > 0) out += ' ';
        // Nothing runs sideways here: that belongs to the row of a revision.
        Cell cell;
        cell.many = cells_[at].many;
        if (!cell.many && lines_[at].to > row) {
            cell.down = true;
            cell.dotted = lines_[at].dependency;
            cell.ends = lines_[at].outside;
        }
        const auto text = glyph(cell, RevisionState::unknown);
        out += text == " " ? " " : style_.lane(at, text);
    }
}

bool Rails::goes_on() const {
    return std::ranges::any_of(lines_, [&](const Line& line) { return line.to > next_ - 1; });
}

}  // namespace rev::report
