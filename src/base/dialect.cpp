#include "rev/dialect.hpp"

namespace rev::base {

/// The words of section markers in revision files and of JSON: they may not change.
std::string_view dialect_name(Dialect dialect) noexcept {
    return dialect == Dialect::postgresql ? "postgresql" : "sqlite";
}

std::string_view engine_name(Dialect dialect) noexcept {
    return dialect == Dialect::postgresql ? "PostgreSQL" : "SQLite";
}

std::optional<Dialect> find_dialect(std::string_view name) noexcept {
    // Both are schemes of URLs; SQLAlchemy dropped the shorter one, and libpq takes either.
    if (name == "postgresql" || name == "postgres") return Dialect::postgresql;
    if (name == "sqlite") return Dialect::sqlite;
    return std::nullopt;
}

}  // namespace rev::base
