#include "scratch/beyond.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "rev/statements.hpp"

namespace rev::scratch {
namespace {

/// Of the whole server, whichever database the session is in.
constexpr std::array<std::string_view, 5> objects = {"ROLE", "USER", "GROUP", "DATABASE", "TABLESPACE"};

bool is_of_server(std::string_view command) {
    const auto space = command.find(' ');
    if (space == std::string_view::npos) return false;
    const auto verb = command.substr(0, space);
    const auto object = command.substr(space + 1);
    if (verb != "CREATE" && verb != "ALTER" && verb != "DROP") return false;
    if (object == "SYSTEM" || object.starts_with("SUBSCRIPTION")) return true;
    return std::ranges::any_of(objects,
                               [&](auto name) { return object == name || object.starts_with("DATABASE SET"); });
}

/// The words of the text in lower case, with single spaces around: "do $$ begin create role x ; end $$".
std::string words_of(std::string_view text) {
    std::string words = " ";
    for (const char c : text) {
        const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '(' || c == ';' || c == '\'';
        if (!is_blank)
            words += base::lower_case(c);
        else if (words.back() != ' ')
            words += ' ';
    }
    return words + ' ';
}

bool names_such_a_command(std::string_view body) {
    const auto words = words_of(body);
    for (const std::string_view verb : {"create", "alter", "drop"})
        for (const auto object : objects)
            if (words.find(fmt::format(" {} {} ", verb, base::lower_case(object))) != std::string::npos) return true;
    return words.find(" alter system ") != std::string::npos;
}

bool reaches_beyond(const Statement& statement) {
    if (is_of_server(statement.command)) return true;
    // PROGRAM runs a command on the server's machine.
    if (statement.command == "COPY") return words_of(statement.text).find(" program ") != std::string::npos;
    return statement.command == "DO" && names_such_a_command(statement.text);
}

}  // namespace

std::string find_beyond(const run::PreparedPlan& plan) {
    std::vector<std::string> found;
    for (const auto& step : plan.steps)
        for (const auto& statement : step->statements)
            if (reaches_beyond(statement))
                found.push_back(fmt::format("{} ({}:{})", statement.command, step->path, statement.line));
    return base::join_first(found, ", ");
}

std::string find_beyond(std::span<const DdlText> texts) {
    std::vector<std::string> found;
    for (const auto& ddl : texts)
        for (const auto& statement : split_statements(ddl.text, Dialect::postgresql))
            if (reaches_beyond(statement))
                found.push_back(fmt::format("{} ({}:{})", statement.command, ddl.shown, statement.line));
    return base::join_first(found, ", ");
}

}  // namespace rev::scratch
