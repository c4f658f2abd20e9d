#pragma once

#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// The statements that lead from one model to the other, in order; nothing is renamed.
[[nodiscard]] Statements plan_section(const RenderContext& context);

}  // namespace rev::schema::postgres
