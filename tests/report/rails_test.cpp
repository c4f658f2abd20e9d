#include "report/rails.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include "base/utf8.hpp"
#include "support/graph_of.hpp"
#include "support/small_graphs.hpp"

namespace rev::test {

namespace {

struct Drawing {
    Graph graph;
    Revisions revisions;
    graph::Layout layout;
};

Drawing drawing_of(std::vector<Revision> revisions, std::string_view range = "") {
    Drawing drawing{Graph(std::move(revisions)), {}, {}};
    drawing.revisions = history(drawing.graph, range);
    drawing.layout = graph::lay_out(drawing.graph, drawing.revisions);
    return drawing;
}

/// The rails of each row and the ids beside them; below the last what goes on.
std::string drawn(const Drawing& drawing, bool ascii = false) {
    std::string text;
    report::Rails rails(drawing.layout, ascii, report::Style());
    for (const auto* revision : drawing.revisions) {
        rails.append_row(text);
        text += " " + revision->id + "\n";
    }
    if (rails.goes_on()) {
        rails.append_between(text);
        text.erase(text.find_last_not_of(' ') + 1);
        text += "\n";
    }
    return text;
}

std::string drawn(std::string_view graph, std::string_view range = "", bool ascii = false) {
    return drawn(drawing_of(revisions_of(graph), range), ascii);
}

/// Where a character leads.
struct Arms {
    bool up = false, down = false, left = false, right = false, node = false;
};

Arms arms_of(std::string_view character) {
    static const std::map<std::string_view, Arms> known = {
        {" ", {}},
        {"●", {true, true, true, true, true}},
        {"│", {true, true, false, false}},
        {"┆", {true, true, false, false}},
        {"┊", {true, false, false, false}},
        {"─", {false, false, true, true}},
        {"╌", {false, false, true, true}},
        {"╭", {false, true, false, true}},
        {"╮", {false, true, true, false}},
        {"╰", {true, false, false, true}},
        {"╯", {true, false, true, false}},
        {"├", {true, true, false, true}},
        {"┤", {true, true, true, false}},
        {"┬", {false, true, true, true}},
        {"┴", {true, false, true, true}},
        {"┼", {true, true, true, true}},
    };
    return known.at(character);
}

using Rows = std::vector<std::vector<Arms>>;

Rows rows_of(const Drawing& drawing) {
    Rows rows;
    report::Rails rails(drawing.layout, false, report::Style());
    for (std::size_t row = 0; row < drawing.revisions.size(); ++row) {
        std::string text;
        rails.append_row(text);
        auto& arms = rows.emplace_back();
        for (std::size_t at = 0; at < text.size();) {
            const auto length = base::decode_utf8(text, at).length;
            arms.push_back(arms_of(std::string_view(text).substr(at, length)));
            at += length;
        }
    }
    return rows;
}

Arms at(const Rows& rows, std::size_t row, std::size_t place) {
    return row < rows.size() && place < rows[row].size() ? rows[row][place] : Arms{};
}

/// What each place shows leads on in the place beside it. Sideways a line may pass behind `│` and `┆`.
std::string gap_in(const Rows& rows) {
    const auto complain = [](std::size_t row, std::size_t place) {
        return "a gap in row " + std::to_string(row) + " at " + std::to_string(place);
    };
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t place = 0; place < rows[row].size(); ++place) {
            const auto here = at(rows, row, place);
            const auto above = row == 0 ? Arms{} : at(rows, row - 1, place);
            if (here.up && !here.node && !above.down) return complain(row, place);
            if (above.down && !above.node && !here.up) return complain(row, place);
            const auto next = at(rows, row, place + 1);
            const bool passes_behind = next.up && next.down && !next.node;
            if (here.right && !here.node && !next.left && !passes_behind) return complain(row, place);
            const bool passed_behind = here.up && here.down;
            if (next.left && !next.node && !here.right && !passed_behind) return complain(row, place);
        }
    }
    return "";
}

/// Each edge can be followed from its revision to the other.
std::string broken_edge(const Rows& rows, const graph::Layout& layout) {
    for (const auto& edge : layout.edges) {
        const auto from = std::size_t{layout.rows[edge.from].lane} * 2;
        const auto lane = std::size_t{edge.lane} * 2;
        const auto what = "from " + layout.rows[edge.from].revision->id + " to " + edge.target->id;
        if (!at(rows, edge.from, from).node) return "no revision " + what;
        if (from != lane && !at(rows, edge.from, lane).down) return "no turn " + what;
        for (auto place = std::min(from, lane) + 1; place < std::max(from, lane); ++place) {
            const auto arms = at(rows, edge.from, place);
            if (!arms.left && !arms.right && !arms.up) return "nothing sideways " + what;
        }
        for (auto row = edge.from + 1; row < edge.to; ++row)
            if (!at(rows, row, lane).up || !at(rows, row, lane).down) return "nothing downwards " + what;
        if (edge.to < rows.size() && !at(rows, edge.to, lane).up) return "no end " + what;
    }
    return "";
}

void examine(const std::vector<Revision>& revisions) {
    CAPTURE(arrows_text(revisions));
    const auto drawing = drawing_of(revisions);
    const auto rows = rows_of(drawing);
    REQUIRE(gap_in(rows) == "");
    REQUIRE(broken_edge(rows, drawing.layout) == "");
}

}  // namespace

TEST_CASE("every edge of every small graph can be followed in the drawing") {
    for (std::size_t size = 1; size <= 4; ++size)
        for (std::size_t code = 0; code < small_graph_count(size, 3); ++code) examine(graph_of_code(size, code, 3));
    for (std::size_t code = 0; code < small_graph_count(5, 3); code += 13) examine(graph_of_code(5, code, 3));
}

TEST_CASE("every edge of random graphs can be followed in the drawing") {
    for (unsigned seed = 0; seed < 30; ++seed) examine(random_graph(100, seed));
}

TEST_CASE("a merge opens a lane, the branch joins its parent's") {
    const auto* const graph = "a -> b c, c -> c2, b c2 -> d, d -> e";
    CHECK(drawn(graph) ==
          "● e\n"
          "●─╮ d\n"
          "● │ b\n"
          "│ ● c2\n"
          "├─● c\n"
          "● a\n");
    CHECK(drawn(graph, "", true) ==
          "* e\n"
          "*-\\ d\n"
          "* | b\n"
          "| * c2\n"
          "+-* c\n"
          "* a\n");
}

TEST_CASE("what runs sideways passes behind other lanes") {
    CHECK(drawn("a -> b c, b -> d e, c d e -> f") ==
          "●─┬─╮ f\n"
          "● │ │ c\n"
          "│ ● │ d\n"
          "│ ├─● e\n"
          "├─● b\n"
          "● a\n");
    CHECK(drawn("a -> b l, b l -> c d, c d -> e") ==
          "●─╮ e\n"
          "●─│─╮ c\n"
          "├─●─┤ d\n"
          "●   │ b\n"
          "├───● l\n"
          "● a\n");
}

TEST_CASE("dependencies are dotted and keep apart from parents") {
    CHECK(drawn("a -> b, b -> c, p -> q, a b => q") ==
          "● c\n"
          "│ ●╌┬╌╮ q\n"
          "│ ● ┆ ┆ p\n"
          "●╌╌╌┆╌╯ b\n"
          "●╌╌╌╯ a\n");
    CHECK(drawn("a => q, a -> b", "", true) ==
          "* q\n"
          ": * b\n"
          "\\.* a\n");
}

TEST_CASE("edges to outside the picture end dotted") {
    CHECK(drawn("a -> b, b -> c, c -> d", "c:") == "● d\n● c\n┊\n");
    CHECK(drawn("a -> b, b -> c, c -> d", "c:", true) == "* d\n* c\n.\n");
    CHECK(drawn("a -> b c, b c -> m, m -> n", "b:") ==
          "● n\n"
          "●─╮ m\n"
          "● ┊ b\n"
          "┊\n");
}

TEST_CASE("lines go on between rows") {
    const auto drawing = drawing_of(revisions_of("a -> b c, b c -> d"));
    report::Rails rails(drawing.layout, false, report::Style());
    std::string text;
    rails.append_row(text);
    text.clear();
    rails.append_between(text);
    CHECK(text == "│ │");
}

TEST_CASE("states have signs of their own") {
    const auto drawing = drawing_of(revisions_of("a -> b, b -> c"));
    for (const bool ascii : {false, true}) {
        report::Rails rails(drawing.layout, ascii, report::Style());
        std::string text;
        for (const auto state :
             {report::RevisionState::pending, report::RevisionState::current, report::RevisionState::applied})
            rails.append_row(text, state);
        CHECK(text == (ascii ? "o@*" : "○◉●"));
    }
}

TEST_CASE("lanes have colours, neighbours different ones") {
    const auto drawing = drawing_of(revisions_of("a -> b c, b c -> d"));
    report::Rails rails(drawing.layout, true, report::Style(true));
    std::string text;
    rails.append_row(text);
    CHECK(text == "\x1b[1;36m*\x1b[0m\x1b[33m-\x1b[0m\x1b[33m\\\x1b[0m");
}

TEST_CASE("lanes beyond the limit share one column") {
    std::string parents;
    for (int number = 0; number < 60; ++number) parents += "p" + std::to_string(100 + number) + " ";
    const auto drawing = drawing_of(revisions_of(parents + "-> m"));
    std::istringstream text(drawn(drawing, true));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    REQUIRE(lines.size() == 61);
    for (const auto& line : lines) CHECK(line.size() <= 2 * report::Rails::most_lanes + 1 + 5);
    CHECK(lines[0].find("+->") != std::string::npos);
    CHECK(lines[1].find("| >") != std::string::npos);
    CHECK(lines[1].starts_with("* | |"));
    CHECK(lines[60].find("* p159") == 2 * report::Rails::most_lanes);
}

}  // namespace rev::test
