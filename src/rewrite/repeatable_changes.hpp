#pragma once

#include <string>
#include <vector>

#include "rev/config.hpp"

namespace rev::rewrite {

/// Files of repeatable objects that the checkout has otherwise than the commit that `ref` names, by path, in sentences
/// without a full stop: "objects/active_users.sql is new". By the repeatable locations that the checkout has now.
/// Throws Error as Repository does, and where the checkout's folders cannot be read.
[[nodiscard]] std::vector<std::string> changed_repeatables(const Config& config, const std::string& ref);

}  // namespace rev::rewrite
