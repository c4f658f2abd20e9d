#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "rev/error.hpp"
#include "run/execute.hpp"
#include "state/state.hpp"

namespace rev::run {

/// A verify section that is ready to run.
struct VerifySection {
    const Revision* revision = nullptr;
    VerifyPart part;
    std::optional<std::string> session = {};  ///< what the upgrade section had set, as rev_log has it; absent: unknown

    /// Of its marker.
    [[nodiscard]] std::size_t line() const noexcept { return part.first_line - 1; }
};

/// The verify sections of some revisions.
struct VerifyPlan {
    std::vector<VerifySection> sections;  ///< in the revisions' order, then in the file's
    std::size_t without = 0;              ///< revisions that have none
};

/// Reads them all. Throws Error as `prepare` does for them.
[[nodiscard]] VerifyPlan plan_verify(const Revisions& revisions, const ScriptDirectory& scripts,
                                     const PrepareOptions& options);

/// Reads from the log what the upgrade section of each revision had set in its session when it was applied.
void add_sessions(VerifyPlan& plan, Database& database, const state::VersionTable& table);

/// Runs one section with the settings that its upgrade section had set, as the upgrade itself did; with the rights of
/// whoever calls it, and without temporary tables, which are gone; what it does to the session or the database does not
/// outlive it. database: was opened with OpenOptions::read_only. Returns what is wrong, located in the file; nullopt:
/// nothing. Throws Error if the database cannot be asked.
[[nodiscard]] std::optional<Error> run_verify(Database& database, const VerifySection& section);

}  // namespace rev::run
