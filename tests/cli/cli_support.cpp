#include "cli/cli_support.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace rev::test {
namespace {

std::string after(const std::string& text, std::string_view label) {
    const auto start = text.find(label);
    if (start == std::string::npos) return {};
    const auto begin = start + label.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

/// A revision that makes a table of its own name.
RevisionSpec table(const std::string& id, const std::string& revises, const std::string& header = "") {
    return {.id = id,
            .revises = revises,
            .upgrade = "CREATE TABLE table_" + id + " (id integer);",
            .downgrade = "DROP TABLE table_" + id + ";",
            .message = "",
            .header = header};
}

}  // namespace

ProgramResult expect(const TemporaryProject& project, std::string_view line, int exit_code) {
    auto result = project.rev(line);
    CAPTURE(line);
    CAPTURE(result.out);
    CAPTURE(result.err);
    REQUIRE(result.exit_code == exit_code);
    return result;
}

RunningProgram start(const TemporaryProject& project, std::string_view line) {
    Arguments command{rev_program().string()};
    for (const auto& word : words(line)) command.push_back(word);
    return RunningProgram(command, {project.path(), {{"DATABASE_URL", project.url}}, {}});
}

void wait_for(RunningProgram& program, std::string_view text) {
    while (!has(program.err_so_far(), text)) {
        if (program.has_ended() && !has(program.err_so_far(), text))
            throw std::runtime_error("it ended without saying " + std::string(text) + ":\n" + program.err_so_far());
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string error_of(const ProgramResult& result) { return after(result.err, "error: "); }

std::string hint_of(const ProgramResult& result) { return after(result.err, "hint: "); }

void write_diamond(const TemporaryProject& project) {
    project.revision(table("a1", ""));
    project.revision(table("b1", "a1", "branch_labels: bee"));
    project.revision(table("c1", "a1"));
    project.revision(table("m1", "b1, c1"));
}

void write_line(const TemporaryProject& project) {
    project.revision(table("a1", ""));
    project.revision(table("b1", "a1"));
    project.revision(table("c1", "b1"));
}

}  // namespace rev::test
