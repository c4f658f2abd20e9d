#pragma once

#include <string>
#include <string_view>

#include "report/graph_picture.hpp"

namespace rev::report {

// The page's files, as text.
extern const std::string_view graph_page_body;    ///< HTML, with {{title}}
extern const std::string_view graph_page_style;   ///< the CSS
extern const std::string_view graph_page_script;  ///< the JavaScript

/// What the script draws, as one JSON document that may stand in a <script> element: no `<`, `>` or `&` is in it, and
/// nothing that could end a line of JavaScript or steer a terminal. Throws Error where a revision file cannot be read.
[[nodiscard]] std::string graph_page_data(const GraphPicture& picture);

}  // namespace rev::report
