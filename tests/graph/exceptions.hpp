#pragma once

#include <functional>
#include <string>
#include <vector>

#include "graph/graph_case.hpp"

namespace rev::test {

/// A rule by which rev's answer is not Alembic's, on purpose. Source: docs/targets.md "Differences from Alembic".
struct Exception {
    std::string name;
    std::string reason;
};

/// An exception that shows in the question and Alembic's answer, with what rev has to answer then.
struct ExceptionRule {
    Exception exception;
    std::function<bool(const GraphCase&)> applies;
    std::function<bool(const GraphCase&, const Json& answer)> holds;
};

/// The first that applies decides.
[[nodiscard]] const std::vector<ExceptionRule>& exceptions_of_the_question();

}  // namespace rev::test
