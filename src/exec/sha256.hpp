#pragma once

#include <string>
#include <string_view>

namespace rev {

/// SHA-256 (FIPS 180-4) of `data` as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view data);

}  // namespace rev
