// Refusals by the graph, as people see them: what they list, and that the commands in their hints work.
#include <doctest/doctest.h>

#include <algorithm>

#include "cli/cli_support.hpp"

using rev::test::expect;
using rev::test::has;
using rev::test::hint_of;
using rev::test::TemporaryProject;

namespace {

/// What a hint holds between backticks.
std::vector<std::string> quoted(const std::string& hint) {
    std::vector<std::string> parts;
    for (auto begin = hint.find('`'); begin != std::string::npos; begin = hint.find('`', begin)) {
        const auto end = hint.find('`', begin + 1);
        REQUIRE(end != std::string::npos);
        parts.push_back(hint.substr(begin + 1, end - begin - 1));
        begin = end + 1;
    }
    return parts;
}

/// What a program said, without the indent with which the further lines of an error hang under its first.
std::string without_indent(std::string text) {
    const std::string indent = "\n       ";
    for (auto at = text.find(indent); at != std::string::npos; at = text.find(indent, at + 1))
        text.erase(at + 1, indent.size() - 1);
    return text;
}

/// The command line of a hint as a shell reads it here: words, and "quoted words" kept together.
std::string as_words(std::string command) {
    std::replace(command.begin(), command.end(), '"', '\'');
    REQUIRE(command.starts_with("rev "));
    return command.substr(4);
}

void write(const TemporaryProject& project, const char* id, const char* revises, const char* label = "",
           const char* depends_on = "") {
    std::string header;
    if (*label != '\0') header = std::string("branch_labels: ") + label;
    if (*depends_on != '\0') header += (header.empty() ? "" : "\n") + std::string("depends_on: ") + depends_on;
    project.revision(
        {.id = id, .revises = revises, .upgrade = "", .message = std::string("about ") + id, .header = header});
}

/// base00 (core) <- left01 (mail) and right1; both merged by merged; above it top001 and top002 (reports).
void write_tree(const TemporaryProject& project) {
    write(project, "base00", "", "core");
    write(project, "left01", "base00", "mail");
    write(project, "right1", "base00");
    write(project, "merged", "left01, right1");
    write(project, "top001", "merged");
    write(project, "top002", "merged", "reports");
}

}  // namespace

TEST_CASE("an ambiguous prefix lists the candidates with their messages, and each can be given instead") {
    const TemporaryProject project;
    write_tree(project);
    for (const char* line : {"show top", "upgrade top", "stamp top", "history -r top:"}) {
        const auto result = expect(project, line, 3);
        CHECK(has(without_indent(result.err),
                  "several revisions or branches start with 'top':\n"
                  "  top001, about top001\n"
                  "  top002 (reports), about top002\n"));
        CHECK(quoted(hint_of(result)) == std::vector<std::string>{"top001", "top002"});
    }
    CHECK(has(without_indent(expect(project, "show m", 3).err),
              "  mail, the branch label of left01 (mail), about left01\n"));
}

TEST_CASE("an unknown id or label suggests the nearest") {
    const TemporaryProject project;
    write_tree(project);
    CHECK(quoted(hint_of(expect(project, "show merge3", 3))).front() == "merged");
    CHECK(quoted(hint_of(expect(project, "upgrade reprots@head", 3))) == std::vector<std::string>{"reports"});
    CHECK(quoted(hint_of(expect(project, "downgrade crore@base", 3))).front() == "core");
    CHECK(quoted(hint_of(expect(project, "stamp left02", 3))).front() == "left01");
}

TEST_CASE("several heads are listed with the commands that merge them and that upgrade all, and both work") {
    const TemporaryProject project;
    write_tree(project);
    const auto refused = expect(project, "upgrade head", 3);
    CHECK(has(without_indent(refused.err), "  top001, about top001\n  top002 (reports), about top002\n"));
    const auto commands = quoted(hint_of(refused));
    CHECK(commands == std::vector<std::string>{"rev merge -m \"merge heads\" top001 top002", "rev upgrade heads"});
    expect(project, as_words(commands[1]));
    expect(project, as_words(commands[0]));
    expect(project, "upgrade head");
}

TEST_CASE("several heads of a branch are merged and upgraded by its label, however many there are") {
    const TemporaryProject project;
    write(project, "base00", "", "core");
    write(project, "other0", "");
    for (char c = 'a'; c <= 'z'; ++c) write(project, (std::string("head_") + c).c_str(), "base00");
    const auto refused = expect(project, "upgrade core@head", 3);
    CHECK(has(without_indent(refused.err), "  ... and 14 more\n"));
    const auto commands = quoted(hint_of(refused));
    REQUIRE(commands.size() == 2);
    expect(project, as_words(commands[1]));
    expect(project, as_words(commands[0]));
    expect(project, "upgrade core@head");
}

TEST_CASE("an ambiguous walk down names the branches, and the forms that it suggests work") {
    const TemporaryProject project;
    write_tree(project);
    expect(project, "upgrade top002");
    const auto refused = expect(project, "downgrade -3", 3);
    CHECK(has(without_indent(refused.err),
              "merged is a merge point of several revisions:\n"
              "  left01 (mail), about left01\n"
              "  right1, about right1\n"));
    const auto forms = quoted(hint_of(refused));
    CHECK(forms == std::vector<std::string>{"left01", "right1", "left01-1"});
    for (const auto& form : forms) {
        expect(project, "downgrade " + form);
        expect(project, "upgrade top002");
    }
}

TEST_CASE("an ambiguous walk up names the branches, and the forms that it suggests work") {
    const TemporaryProject project;
    write_tree(project);
    expect(project, "upgrade base00");
    const auto refused = expect(project, "upgrade +1", 3);
    CHECK(has(without_indent(refused.err), "  left01 (mail), about left01\n  right1, about right1\n"));
    const auto forms = quoted(hint_of(refused));
    CHECK(forms == std::vector<std::string>{"mail@+1", "right1@+1"});
    for (const auto& form : forms) expect(project, "upgrade " + form);
}

TEST_CASE("several current revisions are listed with forms that say from which to count") {
    const TemporaryProject project;
    write_tree(project);
    expect(project, "upgrade heads");
    const auto refused = expect(project, "downgrade -1", 3);
    CHECK(has(without_indent(refused.err), "  top001, about top001\n"));
    CHECK(has(without_indent(refused.err), "  top002 (reports), about top002\n"));
    const auto forms = quoted(hint_of(refused));
    REQUIRE(forms.size() == 3);
    expect(project, "downgrade " + forms[0]);
    expect(project, "downgrade reports@base");
}

TEST_CASE("a cycle is printed as a path with the files that close it") {
    const TemporaryProject project;
    write(project, "base00", "");
    write(project, "first1", "base00, third3");
    write(project, "second", "first1");
    write(project, "third3", "", "", "second");
    for (const char* line : {"heads", "history", "upgrade heads", "show base00"}) {
        const auto result = expect(project, line, 3);
        CHECK(has(without_indent(result.err),
                  "the revisions form a cycle: first1 -> second -> third3 -> first1:\n"
                  "  second revises first1 (versions/second.sql)\n"
                  "  third3 depends on second (versions/third3.sql)\n"
                  "  first1 revises third3 (versions/first1.sql)\n"));
    }
    CHECK(has(expect(project, "check", 1).out, "at versions/first1.sql:4:21"));
}
