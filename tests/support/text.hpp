#pragma once

#include <string_view>

namespace rev::test {

[[nodiscard]] inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace rev::test
