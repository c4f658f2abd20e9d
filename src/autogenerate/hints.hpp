#pragma once

#include <string>

#include "autogenerate/workplace.hpp"
#include "schema/migration.hpp"

namespace rev::autogenerate {

/// The hints in the comments of the desired schema's texts.
[[nodiscard]] schema::Hints read_hints(const Desired& desired);

/// Gives each rename of a part, such as a column, the name that its table has in the model it is in: a hint knows only
/// the new one, `--rename` only the old one.
void complete_renames(schema::Hints& hints, const schema::Model& from, const schema::Model& to);

/// The model as DDL that loads again to an equal model.
[[nodiscard]] std::string dump_text(const schema::Model& model);

}  // namespace rev::autogenerate
