// Commands that messages and documents tell people to type must be ones that rev understands.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/command_line.hpp"
#include "commands/registry.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

namespace fs = std::filesystem;

/// A command between backquotes, and where it stands.
struct Quoted {
    std::string command;  ///< without "rev "
    std::string place;
};

/// Adjacent string literals of C++ as one, without their escapes: what is printed.
std::string joined_literals(const std::string& source) {
    const auto code = std::regex_replace(source, std::regex("\n *//[^\n]*"), "\n");
    const auto joined = std::regex_replace(code, std::regex("\"\\s*\\n\\s*\""), "");
    return std::regex_replace(joined, std::regex("\\\\\""), "\"");
}

void add_commands(const std::string& text, const std::string& place, std::vector<Quoted>& found) {
    static const std::regex quoted("`rev ([^`\\n]+)`");
    for (std::sregex_iterator next(text.begin(), text.end(), quoted), end; next != end; ++next)
        found.push_back({(*next)[1].str(), place});
}

std::vector<Quoted> commands_in_messages() {
    std::vector<Quoted> found;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(REV_SOURCE_DIR) / "src"))
        if (entry.path().extension() == ".cpp")
            add_commands(joined_literals(base::read_text_file(entry.path())), entry.path().filename().string(), found);
    return found;
}

std::vector<Quoted> commands_in_documents() {
    std::vector<Quoted> found;
    add_commands(base::read_text_file(fs::path(REV_SOURCE_DIR) / "README.md"), "README.md", found);
    for (const auto& entry : fs::directory_iterator(fs::path(REV_SOURCE_DIR) / "docs"))
        if (entry.path().extension() == ".md")
            add_commands(base::read_text_file(entry.path()), entry.path().filename().string(), found);
    return found;
}

/// Placeholders stand for what a person would put there, `"..."` for one word as in a shell.
Arguments words_of(std::string command) {
    command = std::regex_replace(command, std::regex("\\{\\d*\\}"), "a1");
    command = std::regex_replace(command, std::regex("-N$"), "-1");
    command = std::regex_replace(command, std::regex("SHELL$"), "bash");
    std::ranges::replace(command, '"', '\'');
    return words(command);
}

/// util-linux's program of the same name takes files; `rev import` is said not to be there; what is put together from
/// several texts cannot be read here.
bool is_none_of_ours(const std::string& command) {
    return command.find("FILE") != std::string::npos || command == "import" || command.starts_with("\" +");
}

/// Whether it only names a command, or describes one: "[DIR]", "COMMAND", "a|b".
bool is_a_name(const Quoted& quoted) {
    const auto& command = quoted.command;
    return command.find(' ') == std::string::npos || command.find_first_of("[|") != std::string::npos ||
           command.find("...") != std::string::npos || command.find("COMMAND") != std::string::npos ||
           command == "-n staging";
}

bool is_a_command_name(const std::string& name) {
    const auto commands = commands::subcommands();
    return std::ranges::any_of(commands, [&](const auto& command) { return command.name == name; });
}

void require_understood(const Quoted& quoted) {
    CAPTURE(quoted.place);
    CAPTURE(quoted.command);
    if (is_none_of_ours(quoted.command)) return;
    const auto arguments = words_of(quoted.command);
    if (is_a_name(quoted)) {
        const bool is_placeholder = quoted.command.starts_with("COMMAND") || quoted.command.starts_with('-') ||
                                    quoted.command.starts_with("...");
        CHECK((is_placeholder || is_a_command_name(arguments.front())));
        return;
    }
    commands::GlobalOptions globals;
    CHECK_NOTHROW(static_cast<void>(commands::parse_command_line(arguments, commands::subcommands(), globals)));
}

/// `rev repair` also wants to know what became of the revision, which only its run tells.
void require_outcome(const Quoted& quoted) {
    if (!quoted.command.starts_with("repair ") || quoted.command == "repair --help") return;
    CAPTURE(quoted.place);
    CHECK(std::regex_search(quoted.command, std::regex("--applied|--not-applied|--accept-changed")));
}

TEST_CASE("every command in a message can be typed as it stands") {
    const auto found = commands_in_messages();
    CHECK(found.size() > 30);
    for (const auto& quoted : found) {
        require_understood(quoted);
        require_outcome(quoted);
    }
}

TEST_CASE("every command in the documents can be typed as it stands") {
    const auto found = commands_in_documents();
    CHECK(found.size() > 50);
    for (const auto& quoted : found) require_understood(quoted);
}

}  // namespace
}  // namespace rev::test
