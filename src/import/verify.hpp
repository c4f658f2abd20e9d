#pragma once

#include <optional>
#include <string>
#include <vector>

#include "import/import.hpp"
#include "rev/database_url.hpp"

namespace rev::foreign {

/// Where databases for trying may be made.
struct Scratch {
    std::optional<DatabaseUrl> url;  ///< --scratch
    std::vector<Dialect> dialects;   ///< to try; empty: those that the history is for, if it tells
};

/// Whether rev makes of the files what the tool makes of them.
struct Verified {
    bool done = false;
    std::size_t same = 0;  ///< migrations after which both databases were the same
    std::size_t of = 0;
    std::vector<std::string> differences;  ///< sentences; empty: all are the same
    std::string why_not;                   ///< where it was not done
};

/// Runs the drafted revisions by rev in one new database and the tool's own files by its rules in another, and compares
/// them after each migration. Touches nothing else. Migrations that are still to be written end it.
[[nodiscard]] Verified verify(const Import& import, const Scratch& scratch);

/// "NOT verified: why" or "12 of 12 verified".
[[nodiscard]] std::string verified_text(const Verified& verified);

}  // namespace rev::foreign
