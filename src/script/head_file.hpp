#pragma once

#include <filesystem>
#include <optional>

#include "rev/config.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"

namespace rev::script {

/// The file HEAD of a project whose alembic.yaml has `head_file: true`: the ids of the heads, sorted, one a line. Where
/// two branches have each added a head, Git reports a conflict in it, which the revision files alone do not have.

/// Where it is, whether or not it is there.
[[nodiscard]] std::filesystem::path head_file(const Config& config);

/// Writes what the graph says, if the project keeps the file and it says something else. Throws Error ("cannot_write").
void update_head_file(const Config& config, const Graph& graph);

/// What is wrong with it: missing, in conflict, or with other heads than the graph; ExitCode::graph, located. nullopt:
/// nothing, or the project keeps none.
[[nodiscard]] std::optional<Error> check_head_file(const Config& config, const Graph& graph);

}  // namespace rev::script
