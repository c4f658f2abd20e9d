// Every question of tests/data/graph_cases, with the answers of the real Alembic.
#include <doctest/doctest.h>

#include <map>

#include "graph/graph_case.hpp"
#include "graph/judge.hpp"

namespace rev::test {

namespace {

/// How many answers each exception changed.
using Counts = std::map<std::string, std::size_t>;

Counts check_file(const std::string& file) {
    const GraphCases questions(file);
    REQUIRE(!questions.cases().empty());
    Counts counts;
    for (const auto& question : questions.cases()) {
        const auto answer = ask(question);
        const auto verdict = judge(question, answer);
        if (!verdict.complaint.empty()) {
            FAIL_CHECK(question.name(), "\n", verdict.complaint, "\n  Alembic: ", question.expected.dump(),
                       "\n  rev:     ", answer.dump());
        }
        for (const auto& exception : verdict.exceptions) ++counts[exception];
    }
    return counts;
}

}  // namespace

TEST_CASE("rev answers Alembic's questions as Alembic does, but for the listed exceptions") {
    Counts counts;
    for (const char* file : {"alembic_suite", "random", "real", "differential"}) {
        for (const auto& [exception, count] : check_file(file)) counts[exception] += count;
    }
    for (const auto& exception : exceptions()) {
        MESSAGE(exception.name, ": ", counts[exception.name], " (", exception.reason, ")");
        CHECK_MESSAGE(counts[exception.name] > 0, "no question needs the exception: ", exception.name);
        counts.erase(exception.name);
    }
    for (const auto& [exception, count] : counts) FAIL_CHECK("an exception that is not listed: ", exception);
}

}  // namespace rev::test
