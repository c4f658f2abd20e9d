#pragma once

#include <string>
#include <string_view>

namespace rev::base {

/// `text` between `quote`s, which are doubled inside it.
[[nodiscard]] inline std::string in_quotes(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    return result += quote;
}

}  // namespace rev::base
