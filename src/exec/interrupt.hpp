#pragma once

#include <string>

#include "rev/error.hpp"

namespace rev {

/// The Error for the signal that was asked for: `done` says what the run did before it. Only after stop_requested().
[[nodiscard]] Error stop_error(const std::string& done);

}  // namespace rev
