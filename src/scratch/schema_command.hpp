#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "rev/config.hpp"
#include "scratch/ddl.hpp"

namespace rev::scratch {

/// Variables for a program that prints a schema: it must not find the live database. DATABASE_URL, libpq's PG* and
/// what the `url`s of alembic.yaml expand lead to an address at which nobody answers; a URL keeps its scheme, so that
/// the program still chooses the right driver. environment: of this process.
[[nodiscard]] std::map<std::string, std::optional<std::string>> variables_leading_nowhere(
    const Config& config, const std::map<std::string, std::string>& environment);

/// Runs `command` of `schema` in the folder of alembic.yaml, without a shell; what it prints is the DDL. `{dialect}`
/// and `{schema_sources}`, the folder of the programs that come with rev, are filled in. Throws Error with
/// ExitCode::graph ("schema_command_failed"): it cannot be started, or ends with another code than 0; its standard
/// error is the detail.
[[nodiscard]] DdlText run_schema_command(const Config& config, const SchemaSettings& settings, Dialect dialect,
                                         const std::function<bool()>& interrupted);

}  // namespace rev::scratch
