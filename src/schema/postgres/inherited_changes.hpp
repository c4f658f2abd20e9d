#pragma once

#include <cstddef>

#include "schema/postgres/items.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// The column or constraint as it was before, but for what a change of the tables that its table inherits from does to
/// it: that is done with theirs. index: of an item that is there before and after.
[[nodiscard]] Fact with_inherited_changes(const Items& items, std::size_t index, const RenderContext& context);

}  // namespace rev::schema::postgres
