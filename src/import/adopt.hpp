#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "import/draft.hpp"
#include "schema/model.hpp"

namespace rev::foreign {

/// A new project in `directory` whose first revision is a schema. sql: makes it. Throws Error if a project is there.
[[nodiscard]] Draft draft_of_schema(const std::filesystem::path& directory, const std::string& sql, Dialect dialect);

/// The model without owners and grants, whose roles are one server's; but for those of the schema public, which is
/// there from the start with its own.
[[nodiscard]] schema::Model without_permissions(const schema::Model& model);

/// What the draft's revisions make in a new database otherwise than `model`, which is without permissions; see
/// compare_live(). why_not: set where there is no place to try it.
[[nodiscard]] std::vector<std::string> differences_from(const schema::Model& model, const Draft& draft,
                                                        std::string& why_not);

}  // namespace rev::foreign
