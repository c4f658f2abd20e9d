#include <doctest/doctest.h>

#include <sstream>

#include "report/json.hpp"

using rev::Error;
using rev::ExitCode;
using rev::Graph;
using rev::Plan;
using rev::Revision;
using rev::RowChange;

namespace json = rev::json;

namespace {

Graph line_of_two() {
    Revision first;
    first.id = "a1";
    first.message = "first";
    first.created = "2026-11-21 03:47:11Z";
    first.path = "versions/a1.sql";
    Revision second;
    second.id = "b1";
    second.revises = {"a1"};
    return Graph({first, second});
}

/// A list of one revision.
std::string json_of_message(const std::string& message) {
    Revision revision;
    revision.id = "a1";
    revision.message = message;
    const Graph graph({revision});
    std::ostringstream out;
    json::write_revisions(out, graph, {graph.find("a1")}, {});
    return out.str();
}

}  // namespace

TEST_CASE("JSON holds no character that a terminal obeys") {
    CHECK(json_of_message("\x1b[31m \u009b31m \x7f \u00e9 \u202e \u2069")
              .find(R"("message":"\u001b[31m \u009b31m \u007f é \u202e \u2069")") != std::string::npos);
}

TEST_CASE("JSON escapes what it has to") {
    CHECK(json_of_message("a \"b\" \\ c\td").find(R"("message":"a \"b\" \\ c\td")") != std::string::npos);
}

TEST_CASE("revisions are an array of objects with the documented keys in their order") {
    const auto graph = line_of_two();
    std::ostringstream out;
    json::write_revisions(out, graph, {graph.find("a1")}, {});
    CHECK(out.str() ==
          "[\n"
          R"({"revision":"a1","revises":[],"depends_on":[],"branch_labels":[],"message":"first",)"
          R"("created":"2026-11-21 03:47:11Z","path":"versions/a1.sql","is_head":false,"is_base":true,)"
          R"("is_branch_point":false,"is_merge_point":false})"
          "\n]\n");
}

TEST_CASE("is_current is there where the database was read") {
    const auto graph = line_of_two();
    std::ostringstream out;
    json::write_revisions(out, graph, {graph.find("b1"), graph.find("a1")}, std::set<std::string>{"a1"});
    const auto text = out.str();
    CHECK(text.find(R"("is_current":false},)") != std::string::npos);
    CHECK(text.find(R"("is_current":true}
])") != std::string::npos);
}

TEST_CASE("no revisions are an empty array") {
    const auto graph = line_of_two();
    std::ostringstream out;
    json::write_revisions(out, graph, {}, {});
    CHECK(out.str() == "[]\n");
}

TEST_CASE("a plan tells the rows after each step, sorted, and the times of what was run") {
    const auto graph = line_of_two();
    Plan plan;
    plan.from = {"z1"};
    plan.to = {"z1", "b1"};
    plan.steps = {{rev::Direction::upgrade, graph.find("a1"), {{RowChange::Kind::insert, "", "a1"}}},
                  {rev::Direction::upgrade, graph.find("b1"), {{RowChange::Kind::update, "a1", "b1"}}}};
    const std::vector<rev::StepResult> results{{rev::Direction::upgrade, "a1", std::chrono::milliseconds(3)}};
    std::ostringstream out;
    json::write_plan(out, plan, results);
    CHECK(out.str() == R"({
  "from": [
    "z1"
  ],
  "to": [
    "b1",
    "z1"
  ],
  "steps": [
    {
      "direction": "upgrade",
      "revision": "a1",
      "heads": [
        "a1",
        "z1"
      ],
      "duration_ms": 3
    },
    {
      "direction": "upgrade",
      "revision": "b1",
      "heads": [
        "b1",
        "z1"
      ]
    }
  ]
}
)");
}

TEST_CASE("an error leaves out what is not known") {
    std::ostringstream out;
    json::write_error(out, Error(ExitCode::graph, "multiple_heads", "there are two"));
    CHECK(out.str() == R"({
  "error": {
    "code": "multiple_heads",
    "message": "there are two"
  }
}
)");
}

TEST_CASE("an error has its place, hint and state") {
    std::ostringstream out;
    json::write_error(out, Error(ExitCode::revision_failed, "sql_error", "no such table")
                               .with_hint("look")
                               .with_sqlstate("42P01")
                               .with_location({"a.sql", 3, 4, "text"}));
    const auto text = out.str();
    for (const char* part :
         {R"("hint": "look")", R"("file": "a.sql")", R"("line": 3)", R"("column": 4)", R"("sqlstate": "42P01")"}) {
        CHECK_MESSAGE(text.find(part) != std::string::npos, part);
    }
}

TEST_CASE("text that is no UTF-8 still gives valid JSON") {
    std::ostringstream out;
    json::write_error(out, Error(ExitCode::graph, "x", "bad \xff byte"));
    CHECK(out.str().find("bad \xEF\xBF\xBD byte") != std::string::npos);
}
