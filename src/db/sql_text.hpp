#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/sql_quotes.hpp"
#include "sql/statement_scanner.hpp"

namespace rev::db {

/// `sql` with each `?` outside quotes replaced by what `replacement` gives for its index.
[[nodiscard]] std::string replace_placeholders(std::string_view sql,
                                               const std::function<std::string(std::size_t)>& replacement);

}  // namespace rev::db
