#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rev::report {

/// How many columns of a terminal the text takes: a wide character two, an accent that stands for itself and what
/// paints (`ESC [ ... m`) none. text: one line without tabs. Source: wcwidth() of the C library.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// At most `most` columns of the text; where it is cut, the last of them is `…` (`>` where the locale writes no UTF-8).
/// All that paints stays, so that no colour runs on.
[[nodiscard]] std::string cut_to_columns(std::string_view text, std::size_t most);

}  // namespace rev::report
