#pragma once

#include <string>

#include "db/database.hpp"
#include "run/prepared.hpp"

namespace rev::run {

/// A statement with markers as a script for PostgreSQL has it: a DO block that asks, and runs it or does not; or that
/// runs it again and again, with a COMMIT behind each time. writer: of the script.
[[nodiscard]] std::string scripted_statement(Database& writer, const PreparedStep& step, std::size_t statement);

}  // namespace rev::run
