// Where an error is said to stand, in files whose variables are filled in.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "exec/exec_support.hpp"

namespace rev::test {
namespace {

using test::Bench;

/// `«` stands where the error is; what is behind the variables before it must not depend on their values.
struct Faulty {
    const char* upgrade;
    const char* header = "";
    const char* sections = "";
};

const std::vector<Faulty> faulty_files = {
    {"SELECT :'v';\nSELECT 1;\n  SELECT «nowhere;\n"},
    {"SELECT :'v', 'ä€', :'v',\n 1, «nowhere;\n"},
    {"SELECT 1;\nSELECT :'v' AS \"a b\", «nowhere, :'v';\n"},
    {"SELECT :'v';\n «COMMIT;\n"},
    {"SELECT 1 /* :'v' */, :'v'; «VACUUM;\n"},
    {"SELECT :'v';\nSELECT :'v', «nowhere;\n", "transaction: false"},
    {"SELECT :'v';\nSELECT 1;\n«BEGIN;\nSELECT :'v';\n", "transaction: false"},
    {"SELECT :'v';\n", "", "-- rev:verify\nSELECT :'v';\nSELECT :'v',\n «nowhere;\n"},
    {"SELECT :'v';\n", "", "-- rev:verify\nSELECT 1 = :'v';\n«VACUUM;\n"},
};

const std::vector<std::string> values = {"", "one", "ä€\U0001F600", "one\ntwo\n", "\r\n\n\n\n", "it''s\n:'v'\n«"};

std::string without_mark(std::string text) {
    const auto at = text.find("«");
    if (at != std::string::npos) text.erase(at, std::string_view("«").size());
    return text;
}

/// The Error of an upgrade, and the text of its file.
struct Failure {
    Location location;
    std::string text;
    std::string code;
};

Failure fail(const Faulty& faulty, const std::string& value) {
    Bench bench;
    bench.variables["v"] = value;
    const std::string header = std::string(faulty.header) + (*faulty.header != '\0' ? "\n" : "") + "variables: v";
    bench.revision("a", without_mark(faulty.upgrade), "-", header, without_mark(faulty.sections));
    const auto graph = bench.graph();
    const auto text = bench.scripts().read(graph.revisions()[0]).text;
    try {
        bench.upgrade();
    } catch (const Error& error) {
        return {error.location(), text, error.code()};
    }
    throw std::runtime_error("no error was thrown");
}

/// Where the marked text stands in the file.
base::TextPosition marked_place(const Faulty& faulty, const std::string& text) {
    const std::string_view whole(*faulty.sections != '\0' ? faulty.sections : faulty.upgrade);
    const auto in_part = whole.find("«");
    const auto part = text.find(without_mark(std::string(whole)));
    REQUIRE(part != std::string::npos);
    return base::position_of(text, part + in_part);
}

}  // namespace

TEST_CASE("an error stands where the file has it, whatever the values of variables before it are") {
    for (const auto& faulty : faulty_files) {
        for (const auto& value : values) {
            CAPTURE(faulty.upgrade);
            CAPTURE(faulty.sections);
            CAPTURE(value);
            const auto failure = fail(faulty, value);
            const auto expected = marked_place(faulty, failure.text);
            CHECK(failure.location.line == expected.line);
            CHECK(failure.location.column == expected.column);
            CHECK(failure.location.line_text == expected.line_text);
        }
    }
}

TEST_CASE("the ledger has the line of the file, whatever the values of variables before it are") {
    Bench bench;
    bench.variables["v"] = "one\ntwo\nthree\n";
    bench.revision("a", "SELECT :'v';\nCREATE TABLE t AS SELECT :'v' AS v;\nSELECT nowhere;\n", "-",
                   "transaction: false\nvariables: v");
    const auto failure = bench.upgrade_failure();
    const auto unfinished = state::read_unfinished(bench.database(), bench.options.table);
    REQUIRE(unfinished.size() == 1);
    CHECK(unfinished.front().line == failure.location().line);
}

TEST_CASE("an unclosed variable is located in its file") {
    const std::string written = "SELECT 1;\n\nSELECT 'ä', :'v";
    const base::SourceSpan section{.text = written, .path = "versions/a.sql", .first_line = 7};
    try {
        (void)fill_in_variables(section, {{"v", "x"}}, Dialect::sqlite);
        FAIL("no error was thrown");
    } catch (const Error& error) {
        CHECK(error.code() == "unclosed_variable");
        CHECK(base::place_text(error.location()) == "versions/a.sql:9:14");
        CHECK(error.location().line_text == "SELECT 'ä', :'v");
    }
}

TEST_CASE("a revision with an unclosed variable is refused where the variable stands") {
    Bench bench;
    bench.variables["v"] = "x";
    bench.revision("a", "SELECT 1;", "-", "variables: v", "-- rev:verify\nSELECT 1;\n  SELECT :'v");
    const auto graph = bench.graph();
    const auto file = bench.project.path() / "versions";
    auto text = bench.scripts().read(graph.revisions()[0]).text;
    const auto path = std::filesystem::directory_iterator(file)->path();
    while (text.ends_with('\n')) text.pop_back();  // what is unclosed ends with the text
    std::ofstream(path, std::ios::trunc) << text;
    try {
        bench.upgrade();
        FAIL("no error was thrown");
    } catch (const Error& error) {
        const auto expected = base::position_of(text, text.size() - 2);
        CHECK(error.code() == "unclosed_variable");
        CHECK(std::filesystem::path(error.location().file).filename() == path.filename());
        CHECK(error.location().line == expected.line);
        CHECK(error.location().column == expected.column);
    }
}

}  // namespace rev::test
