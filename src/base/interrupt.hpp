#pragma once

#include <string>

#include "base/stop_token.hpp"
#include "rev/error.hpp"
#include "rev/stop.hpp"

namespace rev::base {

/// The Error for the signal that was asked for: `done` says what the run did before it. Only after a stop was
/// requested.
[[nodiscard]] Error stop_error(const std::string& done, const StopToken& stop);

/// While it lives, this stop is not heeded: what writes down that a run was stopped must not be stopped itself.
class StopShield {
public:
    /// From now on StopToken::requested() of that work is false.
    explicit StopShield(const StopToken& stop) noexcept;
    ~StopShield();
    StopShield(const StopShield&) = delete;
    StopShield& operator=(const StopShield&) = delete;

private:
    StopToken stop_;
};

}  // namespace rev::base
