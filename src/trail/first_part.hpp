#pragma once

#include <algorithm>
#include <string_view>

namespace rev::trail {

/// Takes what comes before the first `end` off `rest`, and that one with it.
inline std::string_view first_part(std::string_view& rest, char end) {
    const auto part = rest.substr(0, rest.find(end));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

}  // namespace rev::trail
