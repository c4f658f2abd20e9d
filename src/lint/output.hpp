#pragma once

#include <ostream>
#include <string>

#include "lint/finding.hpp"
#include "lint/fix.hpp"

/// How findings are told. Each writes a whole document.
namespace rev::lint {

/// One line and a line of SQL for each; `summary` behind them.
void write_text(std::ostream& out, const LintResult& result);
/// docs/json.md: "lint".
void write_json(std::ostream& out, const LintResult& result);
/// docs/json.md: "lint --fix".
void write_fix_json(std::ostream& out, const FixReport& report);
/// Annotations of GitHub Actions: ::error, ::warning, ::notice.
void write_github(std::ostream& out, const LintResult& result);
/// GitLab's code quality report, which is CodeClimate's.
void write_gitlab(std::ostream& out, const LintResult& result);
/// SARIF 2.1.0.
void write_sarif(std::ostream& out, const LintResult& result);

/// "2 errors, 1 warning and 3 notices in 4 revisions"
[[nodiscard]] std::string summary_of(const LintResult& result);

}  // namespace rev::lint
