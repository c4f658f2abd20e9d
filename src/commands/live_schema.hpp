#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"
#include "rev/config.hpp"
#include "schema/model.hpp"

namespace rev::commands {

/// The schema of a database as it is now.
struct LiveSchema {
    DatabaseUrl url;
    std::string sql;               ///< makes it in an empty database
    std::vector<RevisionId> rows;  ///< of the version table that `config` names
    schema::Model model;           ///< without rev's own tables, owners and grants: roles are another server's
};

/// Over a connection that changes nothing. Throws Error.
[[nodiscard]] LiveSchema read_live_schema(Context& context, const std::string& url, const Config& config);

}  // namespace rev::commands
