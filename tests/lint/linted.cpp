#include "lint/linted.hpp"

#include <algorithm>
#include <array>

#include "lint/lint.hpp"

namespace rev::test {

LintHistory history_of(const LintCase& lint_case, const std::string& downgrade) {
    LintHistory history;
    history.given = "-- given\n--\n-- revision: given\n-- revises:\n\n-- rev:upgrade\n" + lint_case.given;
    const std::string header = std::string("-- case\n--\n-- revision: migration\n-- revises: given\n") +
                               (lint_case.in_transaction ? "" : "-- transaction: false\n") +
                               (lint_case.enforces_foreign_keys ? "-- sqlite_foreign_keys: true\n" : "");
    history.migration = header + "\n-- rev:upgrade\n" + lint_case.sql;
    if (!downgrade.empty()) history.migration += "\n-- rev:downgrade\n" + downgrade;
    return history;
}

ScriptDirectory LintHistory::scripts() const {
    const std::array<RevisionText, 2> texts = {RevisionText{"given.sql", given},
                                               RevisionText{"migration.sql", migration}};
    return {Config(), texts};
}

lint::LintResult linted(const LintCase& lint_case, Dialect dialect, const lint::ObservedFacts* facts,
                        int server_version) {
    const auto history = history_of(lint_case);
    const auto scripts = history.scripts();
    const Graph graph = scripts.load_graph();
    lint::LintRequest request;
    request.revisions = {graph.find("migration")};
    request.dialect = dialect;
    request.facts = facts;
    request.server_version = server_version;
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
