#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rev/error.hpp"

namespace rev::db {

/// The SELECT that releases the run lock of the key; its one value is whether it was held.
[[nodiscard]] std::string unlock_sql(std::string_view key);
/// The same for several, at least one: a row for each, in their order.
[[nodiscard]] std::string unlock_sql(std::span<const std::string> keys);

/// Whether the server says that the role may not do it.
[[nodiscard]] bool is_of_missing_right(const Error& error);

}  // namespace rev::db
