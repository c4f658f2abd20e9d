#pragma once

#include <string>
#include <string_view>

#include "report/graph_picture.hpp"

namespace rev::test {

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

inline GraphPicture picture_of(const Graph& graph, std::string_view range = "") {
    GraphPicture picture{.graph = graph, .revisions = history(graph, range), .layout = {}};
    picture.layout = lay_out(graph, picture.revisions);
    return picture;
}

}  // namespace rev::test
