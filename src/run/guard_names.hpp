#pragma once

#include <string>
#include <string_view>

#include "rev/dialect.hpp"
#include "run/prepared.hpp"

namespace rev::run {

/// A name as SQLite reads it: without its quotes. written: one part.
[[nodiscard]] std::string sqlite_name(std::string_view written);

/// The name of the table that a guard speaks of, as it is written: without the column or constraint.
[[nodiscard]] std::string written_owner(const sql::StatementMarker& marker);

}  // namespace rev::run
