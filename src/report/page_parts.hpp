#pragma once

#include <map>
#include <string>
#include <string_view>

/// What the pages share that need nothing but themselves.
namespace rev {

/// As a Content-Security-Policy names a style or script that stands in the page itself.
[[nodiscard]] std::string source_hash(std::string_view text);

/// Puts each part where the page says {{name}}; what a part says is not looked at.
[[nodiscard]] std::string fill_page(std::string_view page, const std::map<std::string_view, std::string_view>& parts);

/// Appends a JSON document that may stand in a <script> element: what HTML or JavaScript could take for its own stands
/// in strings only, where the escape means the same.
void append_safe(std::string& out, std::string_view json);

}  // namespace rev
