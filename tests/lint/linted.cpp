#include "lint/linted.hpp"

#include <algorithm>
#include <array>

#include "lint/lint.hpp"

namespace rev::test {

lint::LintResult linted(const LintCase& lint_case, Dialect dialect, const lint::ObservedFacts* facts) {
    const std::string given = "-- given\n--\n-- revision: given\n-- revises:\n\n-- rev:upgrade\n" + lint_case.given;
    const std::string header = std::string("-- case\n--\n-- revision: migration\n-- revises: given\n") +
                               (lint_case.in_transaction ? "" : "-- transaction: false\n") +
                               (lint_case.enforces_foreign_keys ? "-- sqlite_foreign_keys: true\n" : "");
    const std::string migration = header + "\n-- rev:upgrade\n" + lint_case.sql;
    const std::array<RevisionText, 2> texts = {RevisionText{"given.sql", given},
                                               RevisionText{"migration.sql", migration}};
    const ScriptDirectory scripts(Config(), texts);
    const Graph graph = scripts.load_graph();
    lint::LintRequest request;
    request.revisions = {graph.find("migration")};
    request.dialect = dialect;
    request.facts = facts;
    return lint::lint_revisions(scripts, graph, request);
}

std::string listed(const lint::LintResult& result) {
    std::string text;
    for (const auto& finding : result.findings)
        text += std::string(lint::level_name(finding.level)) + " " + std::string(lint::text_of(finding.rule).id) +
                ": " + finding.message + "\n";
    return text;
}

bool is_flagged(const lint::LintResult& result) {
    return std::ranges::any_of(result.findings,
                               [](const auto& finding) { return finding.level != lint::Level::notice; });
}

bool is_error(const lint::LintResult& result) {
    return std::ranges::any_of(result.findings,
                               [](const auto& finding) { return finding.level == lint::Level::error; });
}

}  // namespace rev::test
