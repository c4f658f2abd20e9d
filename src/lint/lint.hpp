#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/finding.hpp"
#include "lint/section.hpp"
#include "rev/config.hpp"
#include "rev/graph.hpp"
#include "script/script_directory.hpp"

namespace rev::lint {

/// SQL that is no revision: it is linted as what would come behind all revisions.
struct LooseFile {
    std::string path;
    std::string text;
};

/// What is looked at.
struct LintRequest {
    Revisions revisions = {};  ///< of the graph; any order, none twice
    std::vector<LooseFile> files = {};
    bool is_one_plan = false;  ///< what a revision of the request makes is new to the others; else to itself only
    Dialect dialect = Dialect::postgresql;   ///< of sections that name none
    const ObservedFacts* facts = nullptr;    ///< of the sections for that dialect; null: none were looked for
    std::optional<int> server_version = {};  ///< PostgreSQL's major one; absent: alembic.yaml's, else 15
};

/// Reads the revisions of the request and all below them, and says what the upgrade sections of the former would do.
/// Sections that name the other dialect are linted as well. No database is asked. Throws Error: a file that cannot be
/// read; "unknown_rule" for settings that name none.
[[nodiscard]] LintResult lint_revisions(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request);

/// The upgrade sections of the request for its dialect, in the order of the plan, as lint reads them.
[[nodiscard]] std::vector<SectionText> sections_of(const ScriptDirectory& scripts, const Graph& graph,
                                                   const LintRequest& request);

/// The downgrade section of a revision, as lint reads sections; nullopt: it has none for the dialect, or it is still to
/// be written.
[[nodiscard]] std::optional<SectionText> downgrade_section(const ScriptDirectory& scripts, const Revision& revision,
                                                           Dialect dialect);

/// PostgreSQL's major one: of the request, else of alembic.yaml, else 15.
[[nodiscard]] int server_version(const Config& config, const LintRequest& request);

/// Takes out findings whose rule is off, and sets the levels of the others, as alembic.yaml says.
void apply_levels(const Config& config, std::vector<Finding>& findings);

}  // namespace rev::lint
