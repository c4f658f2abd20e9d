#pragma once

#include <vector>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// The facts of a model, by id, with those that a plan makes or drops at two different moments in two parts, each an
/// item of its own: a base type and its name as a shell, a table and its replica identity. The part has the id of the
/// whole with one name more: "shell", "replica identity".
[[nodiscard]] std::vector<Fact> facts_to_plan(const Model& model);

}  // namespace rev::schema::postgres
