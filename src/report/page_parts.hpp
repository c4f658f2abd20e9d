#pragma once

#include <string>
#include <string_view>

/// What the pages share that need nothing but themselves.
namespace rev::report {

/// What stands around each page's body: page/frame.html.
extern const std::string_view page_frame;

/// A page in one file. The texts must outlive it.
struct Page {
    std::string_view title = {};    ///< plain text
    std::string_view subject = {};  ///< what is shown of it, in the window's title
    std::string_view body = {};     ///< HTML; {{title}} stands for the title
    std::string_view style = {};
    std::string_view script = {};
    std::string_view data = {};  ///< a JSON document for the script, see append_safe()
};

/// Its style and script, and no others, may run.
[[nodiscard]] std::string whole_page(const Page& page);

/// Appends a JSON document that may stand in a <script> element: what HTML or JavaScript could take for its own stands
/// in strings only, where the escape means the same.
void append_safe(std::string& out, std::string_view json);

}  // namespace rev::report
