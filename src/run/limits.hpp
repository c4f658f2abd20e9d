#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "sql/statements.hpp"

namespace rev::run {

/// How long a section of PostgreSQL waits for one lock where nothing says so: five seconds, as everybody who comes
/// after a waiting ALTER TABLE waits behind it. nullopt, the session's own limit, for a section that only reads and
/// changes rows, whose locks are those of rows and get in nobody's way, and for one with CONCURRENTLY, which waits for
/// other transactions by its nature. Source: docs/transactions.md.
[[nodiscard]] std::optional<std::chrono::milliseconds> usual_lock_timeout(std::span<const Statement> statements);

}  // namespace rev::run
