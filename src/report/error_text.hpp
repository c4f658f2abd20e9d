#pragma once

#include <string>

#include "report/style.hpp"
#include "rev/error.hpp"

namespace rev {

/// An error for people, with the last line end: message, place with the line and a caret, DETAIL, SQLSTATE, hint.
/// Nothing in it can steer a terminal.
[[nodiscard]] std::string error_text(const Error& error, Style style);

/// "file:line:column", as far as it is known.
[[nodiscard]] std::string place_text(const Location& location);

}  // namespace rev
