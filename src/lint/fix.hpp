#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/lint.hpp"

// What has one safe form, written in that form.

namespace rev::lint {

/// The revision behind a fixed one, which does what takes long without blocking anybody.
struct SecondRevision {
    std::string sections;  ///< from the first marker on
    std::string about;     ///< what it does, for its message
    bool transaction = true;
};

/// One revision in its safe form.
struct RevisionFix {
    const Revision* revision = nullptr;
    std::string before;  ///< the file's text
    std::string text;    ///< what it is to be
    std::optional<SecondRevision> second = {};
    std::set<Rule> rules = {};  ///< of the findings that it answers
};

/// A finding that stays, and why.
struct Unfixed {
    Finding finding;
    std::string reason;
};

/// What is to be written, and the findings that stay.
struct FixPlan {
    std::vector<RevisionFix> fixes;  ///< in the order in which they run
    std::vector<Unfixed> unfixed;
};

/// What became of one revision.
struct FixedRevision {
    std::string revision;
    std::string path;
    std::set<Rule> rules;         ///< of the findings that are answered
    std::string second_revision;  ///< behind it; empty: none was needed
    std::string second_path;
};

/// What `rev lint --fix` has done.
struct FixReport {
    std::vector<FixedRevision> fixed = {};
    std::string difference = {};  ///< in the unified format
    std::vector<Unfixed> unfixed = {};
    std::vector<std::string> failures = {};  ///< why it is not proven, in sentences
    bool is_proven = false;
    bool is_written = false;
};

/// Writes nothing. findings: what lint says of the request. PostgreSQL's sections only: SQLite takes no locks that a
/// better form would spare. is_for_sqlite_too: sections that name no dialect run on SQLite as well, and stay.
[[nodiscard]] FixPlan plan_fixes(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
                                 const std::vector<Finding>& findings, bool is_for_sqlite_too);

}  // namespace rev::lint
