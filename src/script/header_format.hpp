#pragma once

#include <string>
#include <string_view>

namespace rev::script {

inline constexpr std::string_view marker_prefix = "-- rev:";             ///< opens a section
inline constexpr std::string_view header_prefix = "-- revision:";        ///< makes a paragraph the header
inline constexpr std::string_view repeatable_prefix = "-- repeatable:";  ///< the same, of a repeatable
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";      ///< UTF-8's, which some editors write

/// A message as a user may type it, in the two parts that a header keeps: control characters are spaces, bytes that
/// are no UTF-8 are U+FFFD.
struct MessageParts {
    std::string message;      ///< the first line that is not blank
    std::string description;  ///< the lines after it; may be empty
};
/// Both are empty of a blank text.
[[nodiscard]] MessageParts split_message(std::string_view text);

}  // namespace rev::script
