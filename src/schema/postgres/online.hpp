#pragma once

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// The old model without the partitions that leave their tables and go on as tables: that is done first, by itself, and
/// what happens to either afterwards does not reach the other.
[[nodiscard]] Model model_after_detach(const Model& from, const Model& to);

/// The new model without what can be made on tables that are there and in use only in forms that wait for nobody:
/// indexes, constraints, NOT NULL. A second revision, outside a transaction, goes on from there.
[[nodiscard]] Model model_before_online(const Model& from, const Model& to);

}  // namespace rev::schema::postgres
