// Reads graphs and questions with Alembic's answers as JSON from standard input, in the format of
// tests/data/graph_cases, and prints for each question what rev answers and whether that is right:
// [{"answer", "complaint", "exceptions"}, ...].
#include <cstdlib>
#include <exception>
#include <iostream>

#include "graph/graph_case.hpp"
#include "graph/judge.hpp"

namespace {

/// Questions are random: one that the rules cannot judge is a finding like any other.
rev::test::Verdict verdict_on(const rev::test::GraphCase& question, const rev::test::Json& answer) {
    try {
        return rev::test::judge(question, answer);
    } catch (const std::exception& error) {
        return {std::string("cannot be judged: ") + error.what(), {}};
    }
}

rev::test::Json answers(const rev::test::GraphCases& questions) {
    auto results = rev::test::Json::array();
    for (const auto& question : questions.cases()) {
        const auto answer = rev::test::ask(question);
        const auto verdict = verdict_on(question, answer);
        results.push_back({{"answer", answer}, {"complaint", verdict.complaint}, {"exceptions", verdict.exceptions}});
    }
    return results;
}

}  // namespace

int main() {
    try {
        const rev::test::GraphCases questions(rev::test::Json::parse(std::cin), "differential");
        std::cout << answers(questions) << '\n';
    } catch (const std::exception& error) {
        std::cerr << "graph_oracle: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
