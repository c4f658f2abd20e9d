#pragma once

#include <optional>
#include <string>

#include "commands/schema_work.hpp"

namespace rev::commands {

/// `rev check --database`.
struct CheckDatabaseOptions {
    bool wanted = false;
    std::optional<std::string> from;
    SchemaOptions schema;
};

/// Whether `rev revision --autogenerate` would write nothing.
ExitCode check_database(Context& context, const CheckDatabaseOptions& options);

}  // namespace rev::commands
