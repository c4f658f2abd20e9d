#include "sql/statement_effects.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "base/text.hpp"
#include "sql/pragmas.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::sql {
namespace {

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view first_word(const Statement& statement) {
    return std::string_view(statement.command).substr(0, statement.command.find(' '));
}

/// What is known of the statement's PRAGMA; nullopt: it is none.
std::optional<Pragma> pragma_of(const Statement& statement) {
    SqlCursor cursor(statement.text, Dialect::sqlite);
    if (!cursor.accept("PRAGMA")) return std::nullopt;
    auto name = cursor.text();
    cursor.advance();
    if (cursor.accept_symbol(".")) name = cursor.text();
    return find_pragma(name);
}

bool has_effect(const Statement& statement, Pragma::Effect effect) {
    const auto pragma = pragma_of(statement);
    return pragma && pragma->effect == effect;
}

/// A DO block may commit, and then fails in a transaction. One that names none of these words cannot.
bool block_may_commit(std::string_view block) {
    constexpr std::array<std::string_view, 4> words = {"commit", "rollback", "call", "execute"};
    const auto lower = base::lower_case(block);
    return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

bool can_share_transaction(const Statement& statement, Dialect dialect) {
    // A list of what may, not of what may not: a statement that nobody thought of is sent alone, which is slower and
    // never wrong.
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

/// COMMIT and ROLLBACK, as a temporary object that was made in the transaction is there or gone behind them.
bool may_change_session(const Statement& statement) {
    constexpr std::array<std::string_view, 9> verbs = {"PRAGMA", "ATTACH",   "DETACH", "CREATE", "DROP",
                                                       "ALTER",  "ROLLBACK", "COMMIT", "END"};
    return is_one_of(first_word(statement), verbs);
}

bool is_setting_pragma(const Statement& statement) { return has_effect(statement, Pragma::Effect::sets_at_once); }

/// WITH is not among them: it may stand before an INSERT.
bool leaves_files_alone(const Statement& statement) {
    constexpr std::array<std::string_view, 3> verbs = {"SELECT", "VALUES", "EXPLAIN"};
    return is_setting_pragma(statement) || has_effect(statement, Pragma::Effect::looks) ||
           is_one_of(first_word(statement), verbs);
}

bool begins_transaction(const Statement& statement) {
    return statement.command == "BEGIN" || statement.command == "SAVEPOINT";
}

bool is_pending_pragma(const Statement& statement) { return has_effect(statement, Pragma::Effect::waits_for_vacuum); }

namespace {

/// name: of the PRAGMA. Behind it: nothing, or a value, which WAL is not for the connection alone.
bool sets_for_connection(SqlCursor cursor, std::string_view& name) {
    name = cursor.text();
    cursor.advance();
    if (cursor.accept_symbol(".")) {
        name = cursor.text();
        cursor.advance();
    }
    if (!cursor.accept_symbol("=") && !cursor.accept_symbol("(")) return false;
    const auto scope = find_pragma(name).scope;
    if (base::lower_case(name) == "foreign_keys" || (base::lower_case(name) == "journal_mode" && cursor.at_word("WAL")))
        return false;
    return scope == Pragma::Scope::connection || scope == Pragma::Scope::flag;
}

/// CREATE TEMP TABLE x, CREATE TABLE temp.x
bool creates_temporary(SqlCursor cursor) {
    if (cursor.at_word("TEMP") || cursor.at_word("TEMPORARY")) return true;
    constexpr std::array<std::string_view, 4> words = {"UNIQUE", "VIRTUAL", "TABLE", "VIEW"};
    while (std::ranges::any_of(words, [&](auto word) { return cursor.at_word(word); })) cursor.advance();
    cursor.accept("TRIGGER");
    cursor.accept({"IF", "NOT", "EXISTS"});
    const auto schema = base::lower_case(cursor.text());
    cursor.advance();
    return schema == "temp" && cursor.at_symbol(".");
}

}  // namespace

std::string left_to_connection(const Statement& statement) {
    SqlCursor cursor(statement.text, Dialect::sqlite);
    if (cursor.at_word("ATTACH") || cursor.at_word("DETACH")) return statement.command;
    if (cursor.accept("CREATE")) return creates_temporary(cursor) ? "a temporary object" : "";
    std::string_view name;
    if (!cursor.accept("PRAGMA") || !sets_for_connection(cursor, name)) return {};
    return "PRAGMA " + base::lower_case(name);
}

bool is_session_setting(const Statement& statement) {
    return statement.command == "SET" || statement.command == "RESET";
}

}  // namespace rev::sql
