#pragma once

#include <string_view>

namespace rev::script {

// The files of a new project, as text.
extern const std::string_view builtin_revision_template;    ///< templates/revision.sql
extern const std::string_view builtin_merge_template;       ///< templates/merge.sql
extern const std::string_view builtin_generic_settings;     ///< alembic.yaml
extern const std::string_view builtin_postgresql_settings;  ///< alembic.yaml

}  // namespace rev::script
