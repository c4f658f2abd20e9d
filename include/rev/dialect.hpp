#pragma once

#include <optional>
#include <string_view>

namespace rev::base {

/// The engine whose SQL is meant. Products that speak PostgreSQL's protocol count as PostgreSQL.
enum class Dialect { postgresql, sqlite };

/// What a backslash within '...' is: itself, or the beginning of an escape. SQLite: itself. Source: PostgreSQL's
/// standard_conforming_strings (on, off).
enum class Backslash { ordinary, escape };

/// "postgresql" or "sqlite".
[[nodiscard]] std::string_view dialect_name(Dialect dialect) noexcept;

/// "PostgreSQL" or "SQLite", for sentences.
[[nodiscard]] std::string_view engine_name(Dialect dialect) noexcept;

/// The dialect of that exact lower-case name ("postgres" is accepted for "postgresql"); nullopt for any other text.
[[nodiscard]] std::optional<Dialect> find_dialect(std::string_view name) noexcept;

}  // namespace rev::base

namespace rev {
using base::Backslash;
using base::Dialect;
using base::dialect_name;
using base::engine_name;
using base::find_dialect;
}  // namespace rev
