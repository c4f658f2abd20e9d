#pragma once

#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// Operators, casts, conversions, text search, foreign data, publications; nothing for any other kind.
[[nodiscard]] Statements create_other(const Fact& fact);
[[nodiscard]] Statements drop_other(const Fact& fact);
[[nodiscard]] Statements alter_other(const Fact& before, const Fact& after);

}  // namespace rev::schema::postgres
