#pragma once

#include <string>

#include "run/losses.hpp"

namespace rev::report {

/// "The downgrade drops account (3 rows), column item.price (12 rows with a value), and deletes rows from app.log (5)."
/// Every table is named, however many there are. losses: not empty.
[[nodiscard]] std::string losses_text(const run::Losses& losses);

}  // namespace rev::report
