#include "report/graph_page/page.hpp"
#include "report/page_parts.hpp"

namespace rev::report {

std::string graph_html(const GraphPicture& picture) {
    return whole_page({.title = picture.page.title,
                       .subject = "revision graph",
                       .body = graph_page_body,
                       .style = graph_page_style,
                       .script = graph_page_script,
                       .data = graph_page_data(picture)});
}

}  // namespace rev::report
