#pragma once

#include <optional>
#include <string_view>

namespace rev {

enum class Dialect { postgresql, sqlite };

/// "postgresql" or "sqlite".
[[nodiscard]] std::string_view dialect_name(Dialect dialect) noexcept;

/// The dialect of that exact lower-case name ("postgres" is accepted for "postgresql"); nullopt for any other text.
[[nodiscard]] std::optional<Dialect> find_dialect(std::string_view name) noexcept;

}  // namespace rev
