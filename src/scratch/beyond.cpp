#include "scratch/beyond.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "run/prepared.hpp"
#include "sql/nested_tokens.hpp"
#include "sql/statements.hpp"

namespace rev::scratch {
namespace {

using sql::NestedToken;
using sql::ObjectKind;
using sql::Verb;

/// Of the whole server, whichever database the session is in; a subscription makes a slot on another one.
bool is_of_server(const sql::StatementFacts& facts) {
    constexpr std::array objects = {ObjectKind::role,        ObjectKind::user,       ObjectKind::group,
                                    ObjectKind::database,    ObjectKind::tablespace, ObjectKind::system,
                                    ObjectKind::subscription};
    return facts.is_definition() && std::ranges::find(objects, facts.object) != objects.end();
}

bool is_one_of(const NestedToken& token, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return token.is(word); });
}

/// Whether such a command begins there: CREATE ROLE, ALTER SYSTEM. A user mapping is of one database.
bool is_such_a_command(std::span<const NestedToken> tokens) {
    if (tokens.size() < 2 || !is_one_of(tokens[0], {"CREATE", "ALTER", "DROP"})) return false;
    if (tokens.size() > 2 && tokens[1].is("USER") && tokens[2].is("MAPPING")) return false;
    return is_one_of(tokens[1], {"ROLE", "USER", "GROUP", "DATABASE", "TABLESPACE", "SUBSCRIPTION"}) ||
           (tokens[0].is("ALTER") && tokens[1].is("SYSTEM"));
}

/// COPY ... TO PROGRAM runs a command on the server's machine. A table may be called program.
bool runs_program(std::span<const NestedToken> tokens) {
    bool copies = false;
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
        const auto& token = tokens[at];
        if (token.is("COPY")) copies = true;
        if (token.text == ";") copies = false;
        if (copies && is_one_of(token, {"FROM", "TO"}) && tokens[at + 1].is("PROGRAM")) return true;
    }
    return false;
}

/// Of a DO block: what it runs, and what it puts together for EXECUTE, as far as its text says.
bool names_such_a_command(std::span<const NestedToken> tokens) {
    for (std::size_t at = 0; at < tokens.size(); ++at)
        if (is_such_a_command(tokens.subspan(at))) return true;
    return runs_program(tokens);
}

/// Without what joins texts: 'CREATE ' || 'ROLE x'.
std::vector<NestedToken> tokens_of(std::string_view text) {
    auto tokens = sql::nested_tokens(text, Dialect::postgresql);
    std::erase_if(tokens, [](const NestedToken& token) { return token.text == "||"; });
    return tokens;
}

bool reaches_beyond(const Statement& statement) {
    if (is_of_server(statement.facts)) return true;
    if (statement.facts.verb == Verb::copy) return runs_program(tokens_of(statement.text));
    return statement.facts.verb == Verb::do_block && names_such_a_command(tokens_of(statement.text));
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
