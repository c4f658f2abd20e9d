#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/style.hpp"
#include "rev/error.hpp"

namespace rev::report {

/// How many items of a list are shown.
enum class ListLength { one_screen, all };

/// An error for people, with the last line end: message, place with the line and a caret, DETAIL, SQLSTATE or SQLite's
/// code, hint. length: of DETAIL; what is cut off is counted. Nothing in it can steer a terminal.
[[nodiscard]] std::string error_text(const Error& error, Style style, ListLength length = ListLength::one_screen);

/// Text for a terminal whose first line begins behind `indent` characters; the others stand under it, so that none
/// passes for a line of rev's own.
[[nodiscard]] std::string hanging(std::string_view text, std::size_t indent);

}  // namespace rev::report
