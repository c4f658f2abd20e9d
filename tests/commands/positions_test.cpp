// Lines and columns of `rev check`: both from 1, columns in characters, whatever the bytes of the file are.
#include <doctest/doctest.h>

#include "app/soundness.hpp"
#include "rev/config.hpp"
#include "support/program.hpp"

using rev::Dialect;
using rev::test::TemporaryProject;

namespace {

constexpr std::string_view here = "«";

/// A file that `check` finds fault with at `here`.
struct Faulty {
    const char* code;
    std::string text;
};

/// Every kind of place that `check` can name, each behind characters of two, three and four bytes, and tabs.
const std::vector<Faulty>& faulty_files() {
    static const std::string top = "-- m\u00e4\u20ac\U0001F600\n--\n-- revision: f1\n-- revises:\n";
    static const std::vector<Faulty> files = {
        {"unknown_key", "-- \u00e4\u20ac\n--\n-- revision: f1\n-- revises:\n-- «colour: \u00e4\n\n-- rev:upgrade\n"},
        {"stray_text", top + "\n«SELECT 1;\n-- rev:upgrade\n"},
        {"bad_marker", top + "\n-- rev:upgrade\nSELECT '\u00e4';\n-- rev:«downgrad\n"},
        {"bad_marker", top + "\n-- rev:upgrade\n-- rev:downgrade sqlite «\u20acmpty\n"},
        {"unknown_dialect", top + "\n-- rev:upgrade \t«sqlit\n"},
        {"duplicate_section", top + "\n-- rev:upgrade\nSELECT '\U0001F600';\n«-- rev:upgrade\n"},
        {"missing_parent", "-- \u00e4\n--\n-- revision: f1\n-- revises: \t«nowhere\n\n-- rev:upgrade\n"},
        {"missing_parent", "-- revision: f1\n-- revises: «nowhere\n\n-- rev:upgrade\n"},
        {"missing_dependency", top + "-- depends_on: «nowhere\n\n-- rev:upgrade\n"},
        {"no_section", "-- \u20ac\n--\n-- revision: «f1\n-- revises:\n"},
        {"no_section", "-- revision: «f1\n-- revises:\n"},
        {"transaction_control", top + "\n-- rev:upgrade\nSELECT '\u00e4\u20ac\U0001F600'; «COMMIT;\n"},
        {"transaction_control", top + "\n-- rev:upgrade\nSELECT 1 /* \U0001F600\n\u20ac */;\t \t«COMMIT"},
        {"transaction_control", top + "\n-- rev:upgrade\nSELECT 1;\n\n-- rev:downgrade\n«ROLLBACK;\n"},
        {"outside_transaction", top + "\n-- rev:upgrade\nCREATE TABLE \"\u00e4\" (id int);\n\t«VACUUM"},
        {"not_utf8", top + "\n-- rev:upgrade\nSELECT '\u20ac«\xff';\n"},
        {"nul_byte", top + "\n-- rev:upgrade\nSELECT '\u20ac«" + std::string(1, '\0') + "';\n"},
    };
    return files;
}

struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// Counted the slow way.
Place place_of(std::string_view text) {
    Place place;
    for (const char c : text.substr(0, text.find(here))) {
        if (c == '\n')
            place = {place.line + 1, 1};
        else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
            ++place.column;
    }
    return place;
}

std::string replaced(std::string text, std::string_view old, std::string_view with) {
    for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + with.size()))
        text.replace(at, old.size(), with);
    return text;
}

/// dialects: none checks no statement.
std::vector<rev::Error> problems_of(const std::string& text, std::vector<Dialect> dialects) {
    const TemporaryProject project;
    project.write("versions/f1.sql", text);
    rev::Config config;
    config.directory = project.path();
    config.version_locations = {project.path() / "versions"};
    return rev::app::check_soundness(config, {std::move(dialects), false}).problems;
}

void check_place(const Faulty& file, const std::string& text, const Place& expected) {
    CAPTURE(text);
    auto problems = problems_of(text, {Dialect::postgresql, Dialect::sqlite});
    REQUIRE_FALSE(problems.empty());
    for (auto& problem : problems_of(text, {})) problems.push_back(std::move(problem));
    for (const auto& problem : problems) {
        CAPTURE(problem.what());
        CHECK(problem.code() == file.code);
        CHECK(problem.location().line == expected.line);
        CHECK(problem.location().column == expected.column);
    }
}

}  // namespace

TEST_CASE("check names the place of each kind of problem in characters") {
    for (const auto& file : faulty_files()) check_place(file, replaced(file.text, here, ""), place_of(file.text));
}

TEST_CASE("CRLF, a BOM and a missing last line end move no place") {
    for (const auto& file : faulty_files()) {
        const auto text = replaced(file.text, here, "");
        const auto place = place_of(file.text);
        check_place(file, replaced(text, "\n", "\r\n"), place);
        check_place(file, "\xEF\xBB\xBF" + text, place);
        check_place(file, "\xEF\xBB\xBF" + replaced(text, "\n", "\r\n"), place);
        if (text.ends_with('\n')) check_place(file, text.substr(0, text.size() - 1), place);
    }
}

TEST_CASE("the shown line is the place's, and the caret's column is in it") {
    for (const auto& file : faulty_files()) {
        const auto text = replaced(replaced(file.text, here, ""), "\n", "\r\n");
        for (const auto& problem : problems_of(text, {Dialect::postgresql, Dialect::sqlite})) {
            const auto& location = problem.location();
            CAPTURE(problem.what());
            std::size_t start = 0;
            for (std::size_t line = 1; line < location.line; ++line) start = text.find('\n', start) + 1;
            const auto end = std::min(text.find('\n', start), text.size());
            auto line = text.substr(start, end - start);
            if (line.ends_with('\r')) line.pop_back();
            CHECK(location.line_text == line);
        }
    }
}
