#pragma once

#include <string>
#include <string_view>

namespace rev::db {

/// The SELECT that releases the run lock of the key; its one value is whether it was held.
[[nodiscard]] std::string unlock_sql(std::string_view key);

}  // namespace rev::db
