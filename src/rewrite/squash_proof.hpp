#pragma once

#include <string>

#include "rev/config.hpp"
#include "rewrite/replay.hpp"

namespace rev::rewrite {

/// What replaying says of a squash.
struct Proof {
    bool is_proven = false;
    std::string reason;      ///< why there is none; empty if there is one
    std::string difference;  ///< what the squash makes in another way than the revisions that it stands for; else empty
};

/// Runs the old revisions and the squash, each from the first revision on in an empty SQLite database in memory, up to
/// `last` and down again to below `first`, and compares the schemas and how many rows each table has. Where the old
/// ones cannot be run, as with another engine's SQL, there is no proof.
[[nodiscard]] Proof prove_on_sqlite(const Config& config, const Replayed& old_files, const Replayed& squashed,
                                    const RevisionId& first, const RevisionId& last);

}  // namespace rev::rewrite
