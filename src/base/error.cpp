#include "rev/error.hpp"

#include <utility>

namespace rev::base {

Error::Error(ExitCode exit_code, std::string code, const std::string& message)
    : std::runtime_error(message), exit_code_(exit_code), code_(std::move(code)) {}

// Here, so that not every file that throws or passes one on compiles them again.
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

Error& Error::with_hint(std::string hint) & {
    hint_ = std::move(hint);
    return *this;
}

/// Of a temporary a temporary: `throw Error(...).with_hint(...)` then moves what it would copy otherwise.
Error&& Error::with_hint(std::string hint) && { return std::move(with_hint(std::move(hint))); }

Error& Error::with_detail(std::string detail) & {
    detail_ = std::move(detail);
    return *this;
}

Error&& Error::with_detail(std::string detail) && { return std::move(with_detail(std::move(detail))); }

Error& Error::with_sqlstate(std::string state) & {
    sqlstate_ = std::move(state);
    return *this;
}

Error&& Error::with_sqlstate(std::string state) && { return std::move(with_sqlstate(std::move(state))); }

Error& Error::with_location(Location location) & {
    location_ = std::move(location);
    return *this;
}

Error&& Error::with_location(Location location) && { return std::move(with_location(std::move(location))); }

}  // namespace rev::base
