#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rev/graph.hpp"
#include "rev/plan.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

using Json = nlohmann::json;

/// One question to a graph, with the answer that Alembic gave.
struct GraphCase {
    std::string file;
    std::size_t number = 0;  ///< place in the file
    std::string kind;
    const std::vector<Revision>* revisions = nullptr;
    Json question;
    Json expected;

    /// File, number and the whole question.
    [[nodiscard]] std::string name() const;
    [[nodiscard]] Ids rows() const;
    [[nodiscard]] std::string text(const char* key) const;  ///< "" where there is none
    [[nodiscard]] std::vector<std::string> texts(const char* key) const;
    [[nodiscard]] bool is_refused() const { return expected.contains("error"); }
    [[nodiscard]] bool is_crash() const;
    [[nodiscard]] bool has_unknown_row() const;
};

/// Graphs and questions about them, as the files of tests/data/graph_cases hold them.
class GraphCases {
public:
    explicit GraphCases(const std::string& file);
    /// The content of such a file. source: what to call it in messages.
    GraphCases(const Json& data, const std::string& source);

    [[nodiscard]] const std::vector<GraphCase>& cases() const { return cases_; }

private:
    std::vector<std::vector<Revision>> graphs_;
    std::vector<GraphCase> cases_;
};

/// The lists in `value`, however deep in objects, sorted.
[[nodiscard]] Json sorted_lists(Json value);

/// What rev answers: the fields of the question's `expect`, or {"error": {"kind", "message"}}.
/// A plan that breaks an invariant (a row change that does not hit exactly one row) gives {"broken": why}.
[[nodiscard]] Json ask(const GraphCase& question);

/// "ambiguous_walk" for GraphError::Kind::ambiguous_walk.
[[nodiscard]] std::string kind_name(GraphError::Kind kind);

}  // namespace rev::test
