#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema {

/// Schemas that a model has objects in, and `public`; of PostgreSQL.
[[nodiscard]] std::vector<std::string> schemas_of(std::initializer_list<const Model*> models);

}  // namespace rev::schema
