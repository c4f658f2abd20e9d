#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/migration.hpp"

namespace rev::app {

/// `--rename crew.nm=full_name`, `--rename crew=staff`, also with the schema in front: the old name of a table, column
/// or other object of `from`, and its new last part. A column of a table that gets another name too is named as it
/// was. Throws Error with ExitCode::usage ("bad_rename"): no `=`, nothing of that name in `from`, or none of the new
/// one in `to`.
[[nodiscard]] std::vector<schema::Rename> parse_renames(std::span<const std::string> texts, const schema::Model& from,
                                                        const schema::Model& to);

/// Adds renames that are not there yet.
void add_renames(schema::Hints& hints, std::span<const schema::Rename> renames);

/// As `--rename` takes it: "public.crew.nm=full_name".
[[nodiscard]] std::string rename_argument(const schema::Rename& rename);

}  // namespace rev::app
