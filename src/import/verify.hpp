#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "import/import.hpp"
#include "import/session_settings.hpp"

namespace rev::foreign {

/// Where databases for trying may be made.
struct Scratch {
    std::string url = {};                ///< --scratch; empty: wherever rev can have one of its own
    std::vector<Dialect> dialects = {};  ///< to try; empty: those that the history is for, if it tells
};

/// Whether rev makes of the files what the tool makes of them.
struct Verified {
    bool done = false;
    std::size_t same = 0;                       ///< migrations after which both databases were the same
    std::size_t of = 0;                         ///< migrations in all
    std::vector<std::string> differences = {};  ///< sentences; empty: all are the same
    std::string why_not = {};                   ///< where it was not done
    /// Whether that is the files' own fault: on no database could the tool run them.
    bool is_broken = false;
    /// What the files leave to the session behind each migration, where the tool's result depends on it and the draft
    /// does not have it yet: see carry_over(). Empty: nothing is to be carried over.
    std::vector<SessionSettings> to_carry = {};
    std::string remark = {};  ///< a sentence for the person; empty: none
};

/// Runs the drafted revisions by rev in one new database and the tool's own files by its rules in another, and compares
/// the models of both after each migration. Touches nothing else. Migrations that are still to be written end it.
[[nodiscard]] Verified verify(const Import& import, const Scratch& scratch);

/// "NOT verified: why" or "12 of 12 verified".
[[nodiscard]] std::string verified_text(const Verified& verified);

/// How a live database differs from what its revisions make.
struct LiveDifferences {
    std::vector<std::string> facts = {};  ///< sentences; empty: none, or see `why_not`
    std::string why_not = {};             ///< where it was not compared
};

/// Compares the live database's model, the tool's own tables apart, with that of a scratch database to which rev has
/// applied `rows` and all below. Reads only. tool_table: `schema.name` or `name`.
[[nodiscard]] LiveDifferences compare_live(const Import& import, const Scratch& scratch, Database& live,
                                           const std::vector<RevisionId>& rows, const std::string& tool_table);

}  // namespace rev::foreign
