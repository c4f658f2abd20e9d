#pragma once

#include <memory>
#include <optional>

#include "rev/error.hpp"

namespace rev::fleet {

/// An Error that few of thousands have: as std::optional<Error>, but the others pay two words for it. Copies share it.
class RareError {
public:
    RareError() = default;
    RareError(std::nullopt_t) {}                                                   // NOLINT: as std::optional
    RareError(Error error) : error_(std::make_shared<Error>(std::move(error))) {}  // NOLINT: as std::optional

    /// As std::optional's: the others only if there is one.
    [[nodiscard]] explicit operator bool() const noexcept { return error_ != nullptr; }
    [[nodiscard]] const Error& operator*() const noexcept { return *error_; }
    [[nodiscard]] const Error* operator->() const noexcept { return error_.get(); }

private:
    std::shared_ptr<const Error> error_;
};

}  // namespace rev::fleet
