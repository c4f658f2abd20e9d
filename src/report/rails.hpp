#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/layout.hpp"
#include "report/style.hpp"

namespace rev::report {

/// What a database says of a revision.
enum class RevisionState {
    unknown,  ///< no database was asked
    applied,
    current,  ///< applied, and a row of the version table
    pending,
};

/// "applied", "current", "pending"; empty for unknown.
[[nodiscard]] std::string_view state_name(RevisionState state) noexcept;

/// Draws a layout beside lines of text, from the first row to the last: one row of characters for each revision.
///
///     ●─╮ a merge of lanes 0 and 1
///     │ ● its second parent
///     ● │ its first
///     ├─● joins lane 0; what runs sideways belongs to the revision of its row and connects to `├ ┤ ┼ ╮ ╯`, not to `│`
///
/// Dependencies are dotted, edges to outside the picture end in `┊`. Lanes from `most_lanes` on share one last column,
/// which shows `…` (`>`) where it holds anything but a revision.
class Rails {
public:
    static constexpr std::uint32_t most_lanes = 40;

    /// layout: must outlive it. ascii: draw with `* | - \ / +`, dependencies with `:` and `.`.
    Rails(const graph::Layout& layout, bool ascii, Style style);

    /// The next row, without a space behind it.
    void append_row(std::string& out, RevisionState state = RevisionState::unknown);
    /// The lines that go on below that row, as wide as it was.
    void append_between(std::string& out) const;
    /// Whether a line goes on below that row.
    [[nodiscard]] bool goes_on() const;

private:
    struct Line {
        std::uint32_t to = 0;  ///< row; there is none if that is above the current one
        bool dependency = false;
        bool outside = false;
    };
    /// How a place is connected.
    struct Cell {
        bool up = false;
        bool down = false;
        bool node = false;
        bool meets = false;  ///< what runs sideways ends here or connects
        bool dotted = false;
        bool ends = false;
        bool many = false;
        enum class Sideways : std::uint8_t { no, dependency, revises } left = Sideways::no, right = Sideways::no;
    };

    [[nodiscard]] std::size_t column(std::uint32_t lane) const noexcept;
    void draw_lines(std::size_t row);
    void draw_edges(std::size_t row);
    void connect(std::size_t from, std::size_t to, bool dependency);
    void print(std::string& out, RevisionState state) const;
    [[nodiscard]] std::string_view glyph(const Cell& cell, RevisionState state) const;
    [[nodiscard]] std::string_view between(Cell::Sideways sideways) const;

    const graph::Layout& layout_;
    bool ascii_;
    Style style_;
    std::vector<Line> lines_;  ///< by lane
    /// By row: in which lane dependencies come down to it; else its own lane.
    std::vector<std::uint32_t> dependency_lanes_;
    std::vector<Cell> cells_;  ///< of the current row, by column
    std::size_t next_ = 0;     ///< row
};

}  // namespace rev::report
