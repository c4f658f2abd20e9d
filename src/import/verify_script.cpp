#include "import/verify_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "rev/statements.hpp"

namespace rev::foreign {
namespace {

constexpr std::array<std::string_view, 8> looking{"SELECT", "WITH", "VALUES",  "TABLE",
                                                  "SHOW",   "DO",   "EXPLAIN", "PRAGMA"};

bool only_looks(const Statement& statement) {
    return std::ranges::any_of(looking, [&](std::string_view word) { return statement.command.starts_with(word); });
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
