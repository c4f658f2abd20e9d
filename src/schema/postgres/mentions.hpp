#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "schema/postgres/items.hpp"

namespace rev::schema::postgres {

/// Routines whose body is text, and what their text seems to name: (routine, mentioned). A hint for the order only: the
/// server does not know it either.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> find_mentions(const Items& items);

/// Whether a routine's body is text that the server looks at when the routine is made.
[[nodiscard]] bool has_checked_text_body(const Fact& fact);

}  // namespace rev::schema::postgres
