#pragma once

#include <string>

#include "rev/error.hpp"

namespace rev {

/// The Error for the signal that was asked for: `done` says what the run did before it. Only after stop_requested().
[[nodiscard]] Error stop_error(const std::string& done);

/// While it lives, stop_requested() is false: what writes down that a run was stopped must not be stopped itself.
class StopShield {
public:
    StopShield() noexcept;
    ~StopShield();
    StopShield(const StopShield&) = delete;
    StopShield& operator=(const StopShield&) = delete;
};

}  // namespace rev
