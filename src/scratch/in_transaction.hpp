#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "scratch/load.hpp"

namespace rev::scratch {

/// Loads texts in the target database itself, within one transaction that is rolled back: the schemas are renamed
/// aside, empty ones take their names, and what the texts make in them is given to `read`. Other sessions see nothing
/// of it, and nothing stays. PostgreSQL. Extensions in these schemas come along; one that cannot be moved is an error.
/// target: over a connection that may write, without an open transaction. Throws as load_ddl() does, and Error with
/// ExitCode::database ("no_scratch") where the role may not do it.
LoadedDdl load_in_transaction(Database& target, const std::vector<std::string>& schemas, std::span<const DdlText> texts,
                              const std::function<void(Database&)>& read);

/// Schemas of the database that are neither the system's nor an extension's, by name.
[[nodiscard]] std::vector<std::string> find_schemas(Database& database);

}  // namespace rev::scratch
