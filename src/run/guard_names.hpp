#pragma once

#include <string>

#include "run/prepared.hpp"

namespace rev::run {

/// The name of the table that a guard speaks of, as it is written: without the column or constraint.
[[nodiscard]] std::string written_owner(const sql::StatementMarker& marker);

}  // namespace rev::run
