#include "exec/statement_effects.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>

#include "base/text.hpp"

namespace rev {
namespace {

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view first_word(const Statement& statement) {
    return std::string_view(statement.command).substr(0, statement.command.find(' '));
}

/// The name behind PRAGMA, without a schema; empty if something else stands there, such as a comment.
std::string pragma_name(const Statement& statement) {
    if (first_word(statement) != "PRAGMA") return {};
    const auto text = lower_case(statement.text);
    const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    std::string name;
    for (auto at = text.find_first_not_of(" \t\r\n", std::string_view("pragma").size()); at < text.size(); ++at) {
        if (!is_name(text[at]) && text[at] != '.') break;
        if (text[at] == '.')
            name.clear();
        else
            name += text[at];
    }
    return name;
}

/// A DO block may commit, and then fails in a transaction. One that names none of these words cannot.
bool block_may_commit(std::string_view block) {
    constexpr std::array<std::string_view, 4> words = {"commit", "rollback", "call", "execute"};
    const auto lower = lower_case(block);
    return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

bool can_share_transaction(const Statement& statement, Dialect dialect) {
    constexpr std::array<std::string_view, 21> verbs = {
        "CREATE",  "ALTER",    "DROP",    "INSERT",  "UPDATE",   "DELETE", "MERGE",
        "REPLACE", "SELECT",   "WITH",    "VALUES",  "COPY",     "GRANT",  "REVOKE",
        "COMMENT", "TRUNCATE", "REFRESH", "ANALYZE", "SECURITY", "IMPORT", "REASSIGN"};
    // Before PostgreSQL 12 a new enum value could not be added in a transaction; some subscriptions cannot change
    // there.
    constexpr std::array<std::string_view, 3> others = {"ALTER TYPE", "ALTER SUBSCRIPTION", "ALTER DATABASE"};
    if (statement.kind == StatementKind::copy_from_stdin) return true;
    if (statement.kind != StatementKind::ordinary || is_one_of(statement.command, others)) return false;
    if (statement.command == "DO") return dialect == Dialect::postgresql && !block_may_commit(statement.text);
    return is_one_of(first_word(statement), verbs);
}

bool may_commit(const Statement& statement, Dialect dialect) {
    constexpr std::array<std::string_view, 2> commits = {"COMMIT", "END"};
    if (is_one_of(statement.command, commits)) return true;
    // SQLite's outermost savepoint is a transaction. Releasing an inner one takes the ledger's line into the outer one.
    return dialect == Dialect::sqlite && statement.command == "RELEASE";
}

bool may_change_session(const Statement& statement) {
    constexpr std::array<std::string_view, 9> verbs = {"PRAGMA", "ATTACH",   "DETACH", "CREATE", "DROP",
                                                       "ALTER",  "ROLLBACK", "COMMIT", "END"};
    return is_one_of(first_word(statement), verbs);
}

bool is_setting_pragma(const Statement& statement) {
    constexpr std::array<std::string_view, 11> settings = {
        "automatic_index", "cache_size",         "case_sensitive_like",      "defer_foreign_keys",
        "foreign_keys",    "legacy_alter_table", "ignore_check_constraints", "recursive_triggers",
        "synchronous",     "trusted_schema",     "reverse_unordered_selects"};
    return is_one_of(pragma_name(statement), settings);
}

bool leaves_files_alone(const Statement& statement) {
    constexpr std::array<std::string_view, 3> verbs = {"SELECT", "VALUES", "EXPLAIN"};
    constexpr std::array<std::string_view, 3> checks = {"foreign_key_check", "integrity_check", "quick_check"};
    return is_setting_pragma(statement) || is_one_of(pragma_name(statement), checks) ||
           is_one_of(first_word(statement), verbs);
}

bool begins_transaction(const Statement& statement) {
    return statement.command == "BEGIN" || statement.command == "SAVEPOINT";
}

bool is_pending_pragma(const Statement& statement) {
    constexpr std::array<std::string_view, 2> names = {"page_size", "auto_vacuum"};
    return is_one_of(pragma_name(statement), names);
}

bool is_session_setting(const Statement& statement) {
    return statement.command == "SET" || statement.command == "RESET";
}

}  // namespace rev
