#include "rev/dialect.hpp"

namespace rev {

std::string_view dialect_name(Dialect dialect) noexcept {
    return dialect == Dialect::postgresql ? "postgresql" : "sqlite";
}

std::optional<Dialect> find_dialect(std::string_view name) noexcept {
    if (name == "postgresql" || name == "postgres") return Dialect::postgresql;
    if (name == "sqlite") return Dialect::sqlite;
    return std::nullopt;
}

}  // namespace rev
