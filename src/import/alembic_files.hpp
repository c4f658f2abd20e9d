#pragma once

#include <vector>

#include "import/draft.hpp"
#include "rev/graph.hpp"
#include "script/script_directory.hpp"

namespace rev::foreign {

/// A revision of Alembic for each of the graph, in `directory`, with which Alembic goes on where rev stands: same ids,
/// same order, each statement sent as it is. Ids that a squash stands for have a file each too, below it: nothing runs
/// in them, and an upgrade that begins within a squash stops. Sections for one dialect are chosen when Alembic runs.
/// Throws Error for a file that cannot be read.
[[nodiscard]] std::vector<NewFile> alembic_files(const ScriptDirectory& scripts, const Graph& graph,
                                                 const std::filesystem::path& directory);

}  // namespace rev::foreign
