#pragma once

#include <string>

#include "lint/cases.hpp"
#include "lint/finding.hpp"
#include "rev/dialect.hpp"
#include "script/script_directory.hpp"

namespace rev::test {

/// What lint says of the case's migration: `given` is the revision below it.
/// facts: of "migration.sql"; null: none. server_version: PostgreSQL's.
[[nodiscard]] lint::LintResult linted(const LintCase& lint_case, Dialect dialect,
                                      const lint::ObservedFacts* facts = nullptr, int server_version = 15);

/// The case as a history of two revisions, `given` and `migration`, of which the second one has a downgrade section.
struct LintHistory {
    std::string given;      ///< text of given.sql
    std::string migration;  ///< of migration.sql

    [[nodiscard]] ScriptDirectory scripts() const;
};
[[nodiscard]] LintHistory history_of(const LintCase& lint_case, const std::string& downgrade = {});

/// The findings, one a line.
[[nodiscard]] std::string listed(const lint::LintResult& result);

/// Whether one is a warning or an error.
[[nodiscard]] bool is_flagged(const lint::LintResult& result);
/// Whether one is an error.
[[nodiscard]] bool is_error(const lint::LintResult& result);

}  // namespace rev::test
