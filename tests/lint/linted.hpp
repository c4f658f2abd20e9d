#pragma once

#include "lint/cases.hpp"
#include "lint/finding.hpp"
#include "rev/dialect.hpp"

namespace rev::test {

/// What lint says of the case's migration: `given` is the revision below it.
/// facts: of "migration.sql"; null: none.
[[nodiscard]] lint::LintResult linted(const LintCase& lint_case, Dialect dialect,
                                      const lint::ObservedFacts* facts = nullptr);

/// The findings, one a line.
[[nodiscard]] std::string listed(const lint::LintResult& result);

/// Whether one is a warning or an error.
[[nodiscard]] bool is_flagged(const lint::LintResult& result);
/// Whether one is an error.
[[nodiscard]] bool is_error(const lint::LintResult& result);

}  // namespace rev::test
