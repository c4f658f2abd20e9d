#pragma once

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// The new model without what can be made on tables that are there and in use only in forms that wait for nobody:
/// indexes, constraints, NOT NULL. A second revision, outside a transaction, goes on from there.
[[nodiscard]] Model model_before_online(const Model& from, const Model& to);

}  // namespace rev::schema::postgres
