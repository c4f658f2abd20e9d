#include "cli/cli_support.hpp"

#include <doctest/doctest.h>

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

bool is_control(unsigned char c, unsigned char next) {
    return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || (c == 0xc2 && next >= 0x80 && next <= 0x9f);
}

}  // namespace

bool steers_a_terminal(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (is_control(static_cast<unsigned char>(text[i]),
                       i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0))
            return true;
    for (const char* mark : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
                             "\u200e", "\u200f", "\u061c"})
        if (has(text, mark)) return true;
    return false;
}

ProgramResult expect(const TemporaryProject& project, std::string_view line, int exit_code) {
    auto result = project.rev(line);
    CAPTURE(line);
    CAPTURE(result.out);
    CAPTURE(result.err);
    REQUIRE(result.exit_code == exit_code);
    return result;
}

RunningProgram start(const TemporaryProject& project, std::string_view line) {
    return RunningProgram(rev_command(line), project.options());
}

void wait_for(RunningProgram& program, std::string_view text) {
    wait_until("it says " + std::string(text), program, [&] { return has(program.err_so_far(), text); });
}

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
