#pragma once

#include <string>
#include <string_view>

#include "diagram/drawing.hpp"

namespace rev::diagram {

// The page's files, as text.
extern const std::string_view schema_page_body;    ///< HTML, with {{title}}
extern const std::string_view schema_page_style;   ///< CSS, behind that of the page of `rev graph`
extern const std::string_view schema_page_script;  ///< the JavaScript

/// What the script draws, as one JSON document that may stand in a <script> element.
[[nodiscard]] std::string schema_page_data(const Drawing& drawing);

}  // namespace rev::diagram
