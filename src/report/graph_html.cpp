#include "report/graph_page/page.hpp"
#include "report/page_parts.hpp"

namespace rev {
std::string graph_html(const GraphPicture& picture) {
    const auto title = markup_text(picture.page.title);
    const auto data = graph_page_data(picture);
    // The page allows exactly this style and this script by their hashes; what a message might smuggle in does not run.
    // Source: CSP, "hash-source".
    const auto style_hash = source_hash(graph_page_style);
    const auto script_hash = source_hash(graph_page_script);
    return fill_page(graph_page_html, {{"title", title},
                                       {"data", data},
                                       {"style", graph_page_style},
                                       {"script", graph_page_script},
                                       {"style-hash", style_hash},
                                       {"script-hash", script_hash}});
}

}  // namespace rev
