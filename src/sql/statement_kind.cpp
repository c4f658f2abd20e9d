#include "sql/statement_kind.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "sql/pragmas.hpp"
#include "sql/sql_cursor.hpp"

// Which commands cannot run in a transaction: those that call PreventInTransactionBlock() in PostgreSQL 15, as far as
// the text alone tells (a CLUSTER of a partitioned table does not); for SQLite, those that fail or do nothing there.

namespace rev::sql {
namespace {

struct Verdict {
    StatementKind kind = StatementKind::ordinary;
    std::string command;
};

std::string capitals(std::string_view word) {
    // No command's word is longer; a text that is no SQL may be one very long word.
    std::string result(word.substr(0, 32));
    for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

Verdict controls(std::string command) { return {StatementKind::transaction_control, std::move(command)}; }
Verdict outside(std::string command) { return {StatementKind::outside_transaction, std::move(command)}; }
Verdict ordinary(std::string command) { return {StatementKind::ordinary, std::move(command)}; }

template <std::size_t Size>
bool is_one_of(const SqlCursor& cursor, const std::array<std::string_view, Size>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return cursor.at_word(word); });
}

/// "CREATE TABLE" of CREATE OR REPLACE TEMP TABLE ...; for other verbs the verb alone.
std::string plain_command(SqlCursor cursor) {
    static constexpr std::array<std::string_view, 14> modifiers = {
        "OR",    "REPLACE", "TEMP",       "TEMPORARY", "UNLOGGED", "UNIQUE",     "GLOBAL",
        "LOCAL", "TRUSTED", "CONSTRAINT", "RECURSIVE", "IF",       "PROCEDURAL", "DEFINER"};
    static constexpr std::array<std::string_view, 6> first_halves = {"MATERIALIZED", "FOREIGN", "EVENT",
                                                                     "VIRTUAL",      "DEFAULT", "USER"};
    // `(SELECT ...) UNION ...` begins with a parenthesis.
    while (!cursor.at_word() && !cursor.at_end()) cursor.advance();
    const bool has_object = cursor.at_word("CREATE") || cursor.at_word("ALTER") || cursor.at_word("DROP");
    std::string command = capitals(cursor.text());
    if (!has_object) return command;
    cursor.advance();
    while (is_one_of(cursor, modifiers)) cursor.advance();
    const bool two_words = is_one_of(cursor, first_halves);
    if (cursor.at_word()) command += " " + capitals(cursor.text());
    if (!two_words) return command;
    // USER is an object of its own, and the first half of USER MAPPING.
    const bool user = cursor.at_word("USER");
    cursor.advance();
    if (cursor.at_word() && (!user || cursor.at_word("MAPPING"))) command += " " + capitals(cursor.text());
    return command;
}

/// Whether an option such as `refresh = false` is among the rest of the statement.
bool turns_off(SqlCursor cursor, std::string_view option) {
    // The server takes false, off and 0, with or without quotes. It refuses NO, whatever is thought of it here.
    static constexpr std::array<std::string_view, 7> off_words = {"FALSE",   "OFF",   "NO",  "0",
                                                                  "'FALSE'", "'OFF'", "'NO'"};
    for (; !cursor.at_end(); cursor.advance()) {
        if (!cursor.at_word(option)) continue;
        cursor.advance();
        cursor.accept_symbol("=");
        const std::string value = capitals(cursor.text());
        if (std::find(off_words.begin(), off_words.end(), value) != off_words.end()) return true;
    }
    return false;
}

bool comes_later(SqlCursor cursor, std::string_view word) {
    while (!cursor.at_end() && !cursor.at_word(word)) cursor.advance();
    return !cursor.at_end();
}

std::optional<Verdict> create_verdict(SqlCursor cursor) {
    if (cursor.accept("DATABASE")) return outside("CREATE DATABASE");
    if (cursor.accept("TABLESPACE")) return outside("CREATE TABLESPACE");
    cursor.accept("UNIQUE");
    if (cursor.accept({"INDEX", "CONCURRENTLY"})) return outside("CREATE INDEX CONCURRENTLY");
    // Without a replication slot to make on the other server, it is an ordinary command. connect = false implies
    // create_slot = false.
    if (cursor.accept("SUBSCRIPTION") && !turns_off(cursor, "CREATE_SLOT") && !turns_off(cursor, "CONNECT"))
        return outside("CREATE SUBSCRIPTION");
    return std::nullopt;
}

std::optional<Verdict> drop_verdict(SqlCursor cursor) {
    if (cursor.accept("DATABASE")) return outside("DROP DATABASE");
    if (cursor.accept("TABLESPACE")) return outside("DROP TABLESPACE");
    if (cursor.accept("SUBSCRIPTION")) return outside("DROP SUBSCRIPTION");
    if (cursor.accept({"INDEX", "CONCURRENTLY"})) return outside("DROP INDEX CONCURRENTLY");
    return std::nullopt;
}

std::optional<Verdict> alter_subscription_verdict(SqlCursor cursor) {
    cursor.skip_name();
    if (cursor.accept("REFRESH")) return outside("ALTER SUBSCRIPTION REFRESH PUBLICATION");
    // These refresh unless they are told not to, and the refresh may drop slots on the other server, which cannot be
    // rolled back.
    for (const std::string_view action : {"SET", "ADD", "DROP"})
        if (cursor.accept({action, "PUBLICATION"}) && !turns_off(cursor, "REFRESH"))
            return outside("ALTER SUBSCRIPTION " + std::string(action) + " PUBLICATION");
    return std::nullopt;
}

std::optional<Verdict> alter_table_verdict(SqlCursor cursor) {
    for (; !cursor.at_end(); cursor.advance())
        if (cursor.accept({"DETACH", "PARTITION"}) && comes_later(cursor, "CONCURRENTLY"))
            return outside("ALTER TABLE DETACH PARTITION CONCURRENTLY");
    return std::nullopt;
}

std::optional<Verdict> alter_verdict(SqlCursor cursor) {
    if (cursor.accept("SYSTEM")) return outside("ALTER SYSTEM");
    if (cursor.accept("TABLE")) return alter_table_verdict(cursor);
    if (cursor.accept("SUBSCRIPTION")) return alter_subscription_verdict(cursor);
    if (cursor.accept("DATABASE")) {
        cursor.skip_name();
        if (cursor.accept({"SET", "TABLESPACE"})) return outside("ALTER DATABASE SET TABLESPACE");
    }
    return std::nullopt;
}

/// REINDEX [(option, ...)] INDEX|TABLE|SCHEMA|DATABASE|SYSTEM [CONCURRENTLY] name
std::optional<Verdict> reindex_verdict(SqlCursor cursor) {
    bool concurrently = false;
    if (cursor.accept_symbol("(")) {
        concurrently = !turns_off(cursor, "CONCURRENTLY");
        bool named = false;
        for (; !cursor.at_end() && !cursor.at_symbol(")"); cursor.advance())
            named = named || cursor.at_word("CONCURRENTLY");
        concurrently = concurrently && named;
        cursor.advance();
    }
    const std::string target = capitals(cursor.text());
    cursor.advance();
    if (concurrently || cursor.at_word("CONCURRENTLY")) return outside("REINDEX " + target + " CONCURRENTLY");
    // They work table by table, with a transaction for each.
    if (target == "SCHEMA" || target == "DATABASE" || target == "SYSTEM") return outside("REINDEX " + target);
    return std::nullopt;
}

/// CLUSTER [VERBOSE | (option, ...)] without a table clusters all of them.
std::optional<Verdict> cluster_verdict(SqlCursor cursor) {
    if (cursor.accept_symbol("(")) {
        while (!cursor.at_end() && !cursor.at_symbol(")")) cursor.advance();
        cursor.advance();
    }
    cursor.accept("VERBOSE");
    if (cursor.at_end()) return outside("CLUSTER");
    return std::nullopt;
}

/// COMMIT and the like, behind their first word: `AND CHAIN` begins the next transaction at once.
Verdict end_verdict(SqlCursor cursor, const std::string& command) {
    if (!cursor.accept("WORK")) cursor.accept("TRANSACTION");
    return controls(cursor.accept({"AND", "CHAIN"}) ? command + " AND CHAIN" : command);
}

std::optional<Verdict> rollback_verdict(SqlCursor cursor) {
    if (cursor.accept("PREPARED")) return controls("ROLLBACK PREPARED");
    const auto end = end_verdict(cursor, "ROLLBACK");
    if (!cursor.accept("WORK")) cursor.accept("TRANSACTION");
    // A savepoint's rollback leaves the transaction open.
    if (cursor.at_word("TO")) return ordinary("ROLLBACK TO SAVEPOINT");
    return end;
}

/// SET TRANSACTION, and the settings that are another word for it: they count for the transaction alone, and must come
/// before its first query.
std::optional<Verdict> set_verdict(SqlCursor cursor) {
    static constexpr std::array<std::string_view, 4> names = {"TRANSACTION", "TRANSACTION_ISOLATION",
                                                              "TRANSACTION_READ_ONLY", "TRANSACTION_DEFERRABLE"};
    if (!cursor.accept("LOCAL")) cursor.accept("SESSION");
    if (is_one_of(cursor, names)) return ordinary("SET TRANSACTION");
    return std::nullopt;
}

std::optional<Verdict> prepare_verdict(SqlCursor cursor) {
    // PREPARE transaction AS SELECT ... names a prepared statement.
    if (cursor.accept("TRANSACTION") && cursor.at_string()) return controls("PREPARE TRANSACTION");
    return std::nullopt;
}

/// COPY ... FROM STDIN, outside parentheses.
std::optional<Verdict> copy_verdict(SqlCursor cursor) {
    std::size_t depth = 0;
    for (; !cursor.at_end(); cursor.advance()) {
        // COPY (SELECT ... FROM stdin) TO ... reads a table of that name.
        if (cursor.at_symbol("(")) ++depth;
        if (cursor.at_symbol(")") && depth > 0) --depth;
        if (depth == 0 && cursor.accept({"FROM", "STDIN"})) return Verdict{StatementKind::copy_from_stdin, "COPY"};
    }
    return std::nullopt;
}

std::optional<Verdict> postgresql_verdict(SqlCursor cursor) {
    if (cursor.accept("CREATE")) return create_verdict(cursor);
    if (cursor.accept("ALTER")) return alter_verdict(cursor);
    if (cursor.accept("DROP")) return drop_verdict(cursor);
    if (cursor.accept("COPY")) return copy_verdict(cursor);
    if (cursor.accept("BEGIN")) return controls("BEGIN");
    if (cursor.accept({"START", "TRANSACTION"})) return controls("START TRANSACTION");
    if (cursor.accept({"COMMIT", "PREPARED"})) return controls("COMMIT PREPARED");
    if (cursor.accept("COMMIT")) return end_verdict(cursor, "COMMIT");
    if (cursor.accept("END")) return end_verdict(cursor, "END");
    if (cursor.accept("ABORT")) return end_verdict(cursor, "ABORT");
    if (cursor.accept("SET")) return set_verdict(cursor);
    if (cursor.accept("ROLLBACK")) return rollback_verdict(cursor);
    if (cursor.accept("PREPARE")) return prepare_verdict(cursor);
    if (cursor.accept("VACUUM")) return outside("VACUUM");
    if (cursor.accept("REINDEX")) return reindex_verdict(cursor);
    if (cursor.accept("CLUSTER")) return cluster_verdict(cursor);
    if (cursor.accept({"DISCARD", "ALL"})) return outside("DISCARD ALL");
    return std::nullopt;
}

/// PRAGMA [schema.]name = value, or name(value): these fail or do nothing within a transaction.
std::optional<Verdict> pragma_verdict(SqlCursor cursor) {
    SqlCursor qualified = cursor;
    qualified.advance();
    if (qualified.accept_symbol(".")) cursor = qualified;
    const std::string name = capitals(cursor.text());
    const auto pragma = find_pragma(cursor.text());
    cursor.advance();
    const bool sets = cursor.at_symbol("=") || cursor.at_symbol("(");
    const bool is_work = pragma.scope == Pragma::Scope::nothing;  // done at once, with an argument or without
    // Without a value the others only ask, which is allowed anywhere.
    if (pragma.in_transaction == Pragma::InTransaction::fails && (sets || is_work)) return outside("PRAGMA " + name);
    return ordinary("PRAGMA");
}

std::optional<Verdict> sqlite_verdict(SqlCursor cursor) {
    if (cursor.accept("BEGIN")) return controls("BEGIN");
    if (cursor.accept("COMMIT")) return controls("COMMIT");
    if (cursor.accept("END")) return controls("END");
    if (cursor.accept("VACUUM")) return outside("VACUUM");
    if (cursor.accept("PRAGMA")) return pragma_verdict(cursor);
    if (!cursor.accept("ROLLBACK")) return std::nullopt;
    cursor.accept("TRANSACTION");
    return cursor.at_word("TO") ? ordinary("ROLLBACK TO SAVEPOINT") : controls("ROLLBACK");
}

/// 'it''s' -> it's
std::string text_of_literal(std::string_view literal) {
    literal.remove_prefix(1);
    if (literal.ends_with('\'')) literal.remove_suffix(1);
    std::string value;
    for (std::size_t i = 0; i < literal.size(); ++i) {
        value += literal[i];
        if (literal[i] == '\'') ++i;
    }
    return value;
}

}  // namespace

void classify(Statement& statement, Dialect dialect) {
    const SqlCursor start(statement.text, dialect);
    const auto verdict = dialect == Dialect::postgresql ? postgresql_verdict(start) : sqlite_verdict(start);
    statement.kind = verdict ? verdict->kind : StatementKind::ordinary;
    statement.command = verdict ? verdict->command : plain_command(start);
}

std::optional<AddedEnumValue> added_enum_value(std::string_view statement) {
    SqlCursor cursor(statement, Dialect::postgresql);
    if (!cursor.accept({"ALTER", "TYPE"})) return std::nullopt;
    std::string type;
    while (!cursor.at_end() && !cursor.at_word("ADD")) {
        type += cursor.text();
        cursor.advance();
    }
    if (!cursor.accept({"ADD", "VALUE"})) return std::nullopt;
    cursor.accept({"IF", "NOT", "EXISTS"});
    // An E'...' or U&'...' would have to be decoded; the server is then left to complain by itself.
    if (!cursor.at_string() || !cursor.text().starts_with('\'')) return std::nullopt;
    return AddedEnumValue{std::move(type), text_of_literal(cursor.text())};
}

}  // namespace rev::sql
