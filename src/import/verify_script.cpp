#include "import/verify_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sql/statements.hpp"

namespace rev::foreign {
namespace {

bool only_looks(const Statement& statement) {
    using sql::Verb;
    // Where it cannot be made out what a WITH clause belongs to, the database is to judge.
    constexpr std::array looking = {Verb::select,   Verb::values,  Verb::table, Verb::show,
                                    Verb::do_block, Verb::explain, Verb::pragma};
    const auto& facts = statement.facts;
    return std::ranges::find(looking, facts.main_verb) != looking.end() ||
           (facts.verb == Verb::with && facts.main_verb == Verb::other);
}

/// Takes a statement and its semicolon out; its lines stay.
void take_out(std::string& text, const Statement& statement) {
    auto end = statement.offset + statement.text.size();
    const auto semicolon = text.find_first_not_of(" \t\r\n", end);
    if (semicolon != std::string::npos && text[semicolon] == ';') end = semicolon + 1;
    text.erase(statement.offset, end - statement.offset);
}

}  // namespace

Check to_check(std::string_view script, Dialect dialect) {
    if (dialect == Dialect::postgresql)
        if (const auto command = find_psql_command(script))
            return {std::nullopt, fmt::format("it holds {}, a command of psql", command->name)};
    auto statements = split_statements(script, dialect);
    std::string sql(script);
    const auto is_control = [](const Statement& each) { return each.kind == StatementKind::transaction_control; };
    if (statements.size() > 1 && is_control(statements.front()) && is_control(statements.back())) {
        take_out(sql, statements.back());
        take_out(sql, statements.front());
        statements.pop_back();
        statements.erase(statements.begin());
    }
    for (const auto& statement : statements) {
        if (only_looks(statement)) continue;
        return {std::nullopt, fmt::format("it holds {}, and a verify section only looks", statement.command)};
    }
    if (statements.empty()) return {std::nullopt, "it holds no statement"};
    return {std::move(sql), {}};
}

}  // namespace rev::foreign
