#pragma once

#include <optional>
#include <string>

#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "rev/revision_text.hpp"
#include "rev/script_directory.hpp"

namespace rev::rewrite {

/// One side of the proof: revisions and where their files are.
struct Replayed {
    const Graph& graph;
    const ScriptDirectory& scripts;
};

/// What replaying says of a squash.
struct Proof {
    bool is_proven = false;
    std::string reason;      ///< why there is none; empty if there is one
    std::string difference;  ///< what the squash makes in another way than the revisions that it stands for; else empty
};

/// Runs the old revisions and the squash, each from the first revision on in an empty SQLite database in memory, up to
/// `last` and down again to below `first`, and compares the schemas and how many rows each table has. Where the old
/// ones cannot be run, as on another engine's SQL, there is no proof.
[[nodiscard]] Proof prove_on_sqlite(const Config& config, const Replayed& old_files, const Replayed& squashed,
                                    const RevisionId& first, const RevisionId& last);

}  // namespace rev::rewrite
