#pragma once

#include <chrono>
#include <cstddef>

#include "db/database.hpp"
#include "lint/effects.hpp"
#include "lint/finding.hpp"
#include "lint/section.hpp"

namespace rev::lint {

/// The statement as it is sent, with its place and, of a COPY, its data. Views into it.
[[nodiscard]] Command command_of(const Statement& statement);

/// Whether its guards let a statement of a section run, by what is in the database now.
[[nodiscard]] bool is_wanted(Database& database, const SectionText& section, std::size_t number);

/// Of a statement that its guards leave out.
[[nodiscard]] ObservedStatement left_out();

/// With fractions.
[[nodiscard]] double milliseconds_since(std::chrono::steady_clock::time_point start);

}  // namespace rev::lint
