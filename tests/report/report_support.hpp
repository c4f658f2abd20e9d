#pragma once

#include <string_view>

#include "report/graph_picture.hpp"
#include "support/text.hpp"

namespace rev::test {

inline report::GraphPicture picture_of(const Graph& graph, std::string_view range = "") {
    report::GraphPicture picture{.graph = graph, .revisions = history(graph, range), .layout = {}};
    picture.layout = graph::lay_out(graph, picture.revisions);
    return picture;
}

}  // namespace rev::test
