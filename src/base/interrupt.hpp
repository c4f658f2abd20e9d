#pragma once

#include <string>

#include "rev/error.hpp"
#include "rev/stop.hpp"
#include "rev/stop_token.hpp"

namespace rev::base {

/// The Error for the signal that was asked for: `done` says what the run did before it. Only after a stop was
/// requested.
[[nodiscard]] Error stop_error(const std::string& done, const StopToken& stop);

/// While it lives, this stop is not heeded: what writes down that a run was stopped must not be stopped itself.
class StopShield {
public:
    explicit StopShield(const StopToken& stop) noexcept;
    ~StopShield();
    StopShield(const StopShield&) = delete;
    StopShield& operator=(const StopShield&) = delete;

private:
    StopToken stop_;
};

}  // namespace rev::base
