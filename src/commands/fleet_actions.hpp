#pragma once

#include <string>
#include <vector>

namespace rev::commands {

/// The words that may stand behind `rev fleet`, in the order of its help.
[[nodiscard]] const std::vector<std::string>& fleet_actions();

}  // namespace rev::commands
