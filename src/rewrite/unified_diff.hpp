#pragma once

#include <string>
#include <string_view>

namespace rev::rewrite {

/// What changes between two texts of one file, in the unified format with three lines around each change, which
/// `git apply -p0` and `patch` take. is_new: there is no file yet.
/// Empty: nothing changes.
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before, std::string_view after,
                                       bool is_new = false);

}  // namespace rev::rewrite
