#pragma once

#include <string>

#include "app/workplace.hpp"
#include "schema/migration.hpp"

namespace rev::app {

/// The hints in the comments of the desired schema's texts.
[[nodiscard]] schema::Hints read_hints(const Desired& desired);

/// The model as DDL that loads again to an equal model.
[[nodiscard]] std::string dump_text(const schema::Model& model);

}  // namespace rev::app
