#include "sql/statement_kind.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "sql/literals.hpp"
#include "sql/pragmas.hpp"
#include "sql/sql_cursor.hpp"

// Which commands cannot run in a transaction: those that call PreventInTransactionBlock() in PostgreSQL 15, as far as
// the text alone tells (a CLUSTER of a partitioned table does not); for SQLite, those that fail or do nothing there.

namespace rev::sql {
namespace {

/// A word in capitals, and what it stands for.
template <typename Meaning>
struct KnownWord {
    std::string_view word;
    Meaning meaning;
};

constexpr std::array known_verbs = std::to_array<KnownWord<Verb>>({
    {"ABORT", Verb::abort},
    {"ALTER", Verb::alter},
    {"ANALYZE", Verb::analyze},
    {"ATTACH", Verb::attach},
    {"BEGIN", Verb::begin},
    {"CALL", Verb::call},
    {"CHECKPOINT", Verb::checkpoint},
    {"CLUSTER", Verb::cluster},
    {"COMMENT", Verb::comment},
    {"COMMIT", Verb::commit},
    {"COPY", Verb::copy},
    {"CREATE", Verb::create},
    {"DELETE", Verb::delete_rows},
    {"DETACH", Verb::detach},
    {"DISCARD", Verb::discard},
    {"DO", Verb::do_block},
    {"DROP", Verb::drop},
    {"END", Verb::end},
    {"EXPLAIN", Verb::explain},
    {"GRANT", Verb::grant},
    {"IMPORT", Verb::import},
    {"INSERT", Verb::insert},
    {"LISTEN", Verb::listen},
    {"LOCK", Verb::lock},
    {"MERGE", Verb::merge},
    {"NOTIFY", Verb::notify},
    {"PRAGMA", Verb::pragma},
    {"PREPARE", Verb::prepare},
    {"REASSIGN", Verb::reassign},
    {"REFRESH", Verb::refresh},
    {"REINDEX", Verb::reindex},
    {"RELEASE", Verb::release},
    {"REPLACE", Verb::replace},
    {"RESET", Verb::reset},
    {"REVOKE", Verb::revoke},
    {"ROLLBACK", Verb::rollback},
    {"SAVEPOINT", Verb::savepoint},
    {"SECURITY", Verb::security},
    {"SELECT", Verb::select},
    {"SET", Verb::set},
    {"SHOW", Verb::show},
    {"START", Verb::start},
    {"TABLE", Verb::table},
    {"TRUNCATE", Verb::truncate},
    {"UNLISTEN", Verb::unlisten},
    {"UPDATE", Verb::update},
    {"VACUUM", Verb::vacuum},
    {"VALUES", Verb::values},
    {"WITH", Verb::with},
});

constexpr std::array known_objects = std::to_array<KnownWord<ObjectKind>>({
    {"DATABASE", ObjectKind::database},
    {"GROUP", ObjectKind::group},
    {"INDEX", ObjectKind::index},
    {"ROLE", ObjectKind::role},
    {"SUBSCRIPTION", ObjectKind::subscription},
    {"SYSTEM", ObjectKind::system},
    {"TABLE", ObjectKind::table},
    {"TABLESPACE", ObjectKind::tablespace},
    {"TYPE", ObjectKind::type},
    {"USER", ObjectKind::user},
});

static_assert(std::ranges::is_sorted(known_verbs, {}, &KnownWord<Verb>::word), "meaning_of looks by halves");
static_assert(std::ranges::is_sorted(known_objects, {}, &KnownWord<ObjectKind>::word), "meaning_of looks by halves");

std::string capitals(std::string_view word) {
    // No command's word is longer; a text that is no SQL may be one very long word.
    std::string result(word.substr(0, 32));
    for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

/// `other` of a word that is none of these. word: in capitals.
template <typename Meaning, std::size_t Size>
Meaning meaning_of(std::string_view word, const std::array<KnownWord<Meaning>, Size>& words) {
    const auto found = std::ranges::lower_bound(words, word, {}, &KnownWord<Meaning>::word);
    return found != words.end() && found->word == word ? found->meaning : Meaning::other;
}

template <std::size_t Size>
bool is_one_of(const SqlCursor& cursor, const std::array<std::string_view, Size>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return cursor.at_word(word); });
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

/// The verb behind a WITH clause, from behind its first word on.
Verb verb_behind_clause(SqlCursor cursor) {
    long long depth = 0;
    // Names of the clause's tables come before AS or a list of columns, its verb behind a closing parenthesis.
    for (bool is_behind_clause = false; !cursor.at_end(); cursor.advance()) {
        if (is_behind_clause && depth == 0 && cursor.at_word() && !cursor.at_word("AS") && !cursor.at_word("SEARCH") &&
            !cursor.at_word("CYCLE"))
            return meaning_of(capitals(cursor.text()), known_verbs);
        if (cursor.at_symbol("(")) ++depth;
        if (cursor.at_symbol(")")) --depth;
        is_behind_clause = depth == 0 && cursor.at_symbol(")");
    }
    return Verb::other;
}

/// Reads the words of one statement in their order, no further than they decide anything.
class Classifier {
public:
    Classifier(Statement& statement, Dialect dialect)
        : statement_(statement),
          facts_(statement.facts),
          dialect_(dialect),
          cursor_(statement.text, dialect, statement.backslash) {}

    void run() {
        const bool begins_with_word = cursor_.at_word();
        // `(SELECT ...) UNION ...` begins with a parenthesis.
        while (!cursor_.at_word() && !cursor_.at_end()) cursor_.advance();
        statement_.command = capitals(cursor_.text());
        facts_.verb = facts_.main_verb = meaning_of(statement_.command, known_verbs);
        // Those of which a text may have thousands: nothing is asked of what stands behind the verb.
        if (facts_.verb_in({Verb::insert, Verb::select, Verb::update, Verb::delete_rows})) return;
        cursor_.advance();
        if (facts_.verb == Verb::with) facts_.main_verb = verb_behind_clause(cursor_);
        if (begins_with_word) read_command();
    }

private:
    void read_command() {
        switch (facts_.verb) {
            case Verb::create:
            case Verb::alter:
            case Verb::drop:
                return read_definition();
            case Verb::begin:
                return read_begin();
            case Verb::commit:
            case Verb::end:
                return read_end(TransactionAction::commit);
            case Verb::rollback:
                return read_end(TransactionAction::rollback);
            case Verb::savepoint:
                facts_.transaction = TransactionAction::savepoint;
                return;
            case Verb::release:
                facts_.transaction = TransactionAction::release;
                return;
            case Verb::vacuum:
                return outside();
            default:
                return is_postgresql() ? read_postgresql() : read_sqlite();
        }
    }

    void read_postgresql() {
        switch (facts_.verb) {
            case Verb::start:
                return read_start();
            case Verb::abort:
                return read_end(TransactionAction::rollback);
            case Verb::prepare:
                return read_prepare();
            case Verb::set:
                return read_set();
            case Verb::reset:
                facts_.set = cursor_.at_word("ALL") ? SetKind::all : SetKind::setting;
                return;
            case Verb::copy:
                return read_copy();
            case Verb::reindex:
                return read_reindex();
            case Verb::cluster:
                return read_cluster();
            case Verb::discard:
                if (cursor_.at_word("ALL")) outside(" ALL");
                return;
            default:
                return;
        }
    }

    void read_sqlite() {
        if (facts_.verb == Verb::pragma) read_pragma();
    }

    /// more: what the command has behind its first words.
    void outside(std::string_view more = {}) {
        statement_.kind = StatementKind::outside_transaction;
        statement_.command += more;
    }

    void outside_concurrently(std::string_view more = " CONCURRENTLY") {
        facts_.concurrently = true;
        outside(more);
    }

    void controls(TransactionAction action, std::string_view more = {}) {
        statement_.kind = StatementKind::transaction_control;
        statement_.command += more;
        facts_.transaction = action;
    }

    void read_begin() {
        // SQLite's, which say when it takes its locks.
        static constexpr std::array<std::string_view, 3> times = {"DEFERRED", "IMMEDIATE", "EXCLUSIVE"};
        if (is_one_of(cursor_, times)) cursor_.advance();
        if (!cursor_.accept("WORK")) cursor_.accept("TRANSACTION");
        facts_.has_modes = !cursor_.at_end();
        controls(TransactionAction::begin);
    }

    void read_start() {
        if (!cursor_.accept("TRANSACTION")) return;
        facts_.has_modes = !cursor_.at_end();
        controls(TransactionAction::begin, " TRANSACTION");
    }

    /// COMMIT, END, ROLLBACK and ABORT.
    void read_end(TransactionAction action) {
        if (is_postgresql() && cursor_.at_word("PREPARED"))
            return controls(TransactionAction::finish_prepared, " PREPARED");
        if (!cursor_.accept("WORK")) cursor_.accept("TRANSACTION");
        // A savepoint's rollback leaves the transaction open.
        if (facts_.verb == Verb::rollback && cursor_.at_word("TO")) {
            facts_.transaction = TransactionAction::rollback_to;
            statement_.command += " TO SAVEPOINT";
            return;
        }
        facts_.chains = cursor_.accept({"AND", "CHAIN"});
        controls(action, facts_.chains ? " AND CHAIN" : "");
    }

    void read_prepare() {
        // PREPARE transaction AS SELECT ... names a prepared statement.
        if (cursor_.accept("TRANSACTION") && cursor_.at_string()) controls(TransactionAction::prepare, " TRANSACTION");
    }

    void read_set() {
        static constexpr std::array<std::string_view, 4> names = {"TRANSACTION", "TRANSACTION_ISOLATION",
                                                                  "TRANSACTION_READ_ONLY", "TRANSACTION_DEFERRABLE"};
        if (!cursor_.accept("LOCAL")) cursor_.accept("SESSION");
        const bool is_of_transaction = is_one_of(cursor_, names);
        facts_.set = is_of_transaction ? SetKind::transaction : SetKind::setting;
        if (is_of_transaction) statement_.command += " TRANSACTION";
    }

    /// COPY ... FROM STDIN, outside parentheses.
    void read_copy() {
        std::size_t depth = 0;
        for (; !cursor_.at_end(); cursor_.advance()) {
            // COPY (SELECT ... FROM stdin) TO ... reads a table of that name.
            if (cursor_.at_symbol("(")) ++depth;
            if (cursor_.at_symbol(")") && depth > 0) --depth;
            if (depth > 0 || !cursor_.accept({"FROM", "STDIN"})) continue;
            statement_.kind = StatementKind::copy_from_stdin;
            return;
        }
    }

    /// REINDEX [(option, ...)] INDEX|TABLE|SCHEMA|DATABASE|SYSTEM [CONCURRENTLY] name
    void read_reindex() {
        bool concurrently = false;
        if (cursor_.accept_symbol("(")) {
            const bool is_off = turns_off(cursor_, "CONCURRENTLY");
            for (; !cursor_.at_end() && !cursor_.at_symbol(")"); cursor_.advance())
                concurrently = concurrently || (!is_off && cursor_.at_word("CONCURRENTLY"));
            cursor_.advance();
        }
        const std::string target = " " + capitals(cursor_.text());
        cursor_.advance();
        if (concurrently || cursor_.at_word("CONCURRENTLY")) return outside_concurrently(target + " CONCURRENTLY");
        // They work table by table, with a transaction for each.
        if (target == " SCHEMA" || target == " DATABASE" || target == " SYSTEM") outside(target);
    }

    /// CLUSTER [VERBOSE | (option, ...)] without a table clusters all of them.
    void read_cluster() {
        if (cursor_.accept_symbol("(")) {
            while (!cursor_.at_end() && !cursor_.at_symbol(")")) cursor_.advance();
            cursor_.advance();
        }
        cursor_.accept("VERBOSE");
        if (cursor_.at_end()) outside();
    }

    /// PRAGMA [schema.]name [= value | (value)]: some fail or do nothing within a transaction.
    void read_pragma() {
        auto name = cursor_.text();
        cursor_.advance();
        if (cursor_.accept_symbol(".")) {
            name = cursor_.text();
            cursor_.advance();
        }
        facts_.pragma = find_pragma(quoted_content(name, Dialect::sqlite));
        facts_.sets_pragma = cursor_.accept_symbol("=") || cursor_.accept_symbol("(");
        if (facts_.sets_pragma) facts_.pragma_value = quoted_content(signed_value(), Dialect::sqlite);
        // Done at once, with an argument or without. Without one the others only ask, which is allowed anywhere.
        const bool is_work = facts_.pragma.scope == Pragma::Scope::nothing;
        if (facts_.pragma.in_transaction == Pragma::InTransaction::fails && (facts_.sets_pragma || is_work))
            outside(" " + capitals(facts_.pragma.name));
    }

    /// The token at hand; with a sign the one behind it, too.
    std::string_view signed_value() {
        const auto* const begin = cursor_.text().data();
        if (cursor_.at_symbol("-") || cursor_.at_symbol("+")) cursor_.advance();
        const auto last = cursor_.text();
        return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
    }

    /// "CREATE TABLE" of CREATE OR REPLACE TEMP TABLE ...
    void read_object() {
        static constexpr std::array<std::string_view, 14> modifiers = {
            "OR",    "REPLACE", "TEMP",       "TEMPORARY", "UNLOGGED", "UNIQUE",     "GLOBAL",
            "LOCAL", "TRUSTED", "CONSTRAINT", "RECURSIVE", "IF",       "PROCEDURAL", "DEFINER"};
        static constexpr std::array<std::string_view, 6> first_halves = {"MATERIALIZED", "FOREIGN", "EVENT",
                                                                         "VIRTUAL",      "DEFAULT", "USER"};
        for (; is_one_of(cursor_, modifiers); cursor_.advance())
            facts_.temporary = facts_.temporary || cursor_.at_word("TEMP") || cursor_.at_word("TEMPORARY");
        if (!cursor_.at_word()) return;
        const bool two_words = is_one_of(cursor_, first_halves);
        facts_.object = meaning_of(take_into_command(), known_objects);
        // USER is an object of its own, and the first half of USER MAPPING.
        const bool user = facts_.object == ObjectKind::user;
        if (!two_words || !cursor_.at_word() || (user && !cursor_.at_word("MAPPING"))) return;
        facts_.object = ObjectKind::other;
        take_into_command();
    }

    /// The word at hand, in capitals.
    std::string take_into_command() {
        auto word = capitals(cursor_.text());
        statement_.command.append(" ").append(word);
        cursor_.advance();
        return word;
    }

    void read_definition() {
        read_object();
        if (is_postgresql() && facts_.verb == Verb::alter) return read_alteration();
        const auto object = facts_.object;
        if (is_postgresql()) {
            if (object == ObjectKind::database || object == ObjectKind::tablespace) return outside();
            if (object == ObjectKind::subscription && works_on_other_server()) return outside();
            if (object == ObjectKind::index && cursor_.accept("CONCURRENTLY")) return outside_concurrently();
        }
        if (facts_.verb == Verb::create && !facts_.temporary) read_created_name();
    }

    /// Without a replication slot to make on the other server, CREATE SUBSCRIPTION is an ordinary command. connect =
    /// false implies create_slot = false.
    [[nodiscard]] bool works_on_other_server() const {
        return facts_.verb == Verb::drop || (!turns_off(cursor_, "CREATE_SLOT") && !turns_off(cursor_, "CONNECT"));
    }

    void read_created_name() {
        if (cursor_.accept("IF") && cursor_.accept("NOT")) cursor_.accept("EXISTS");
        if (!is_word(quoted_content(cursor_.text(), dialect_), is_postgresql() ? "PG_TEMP" : "TEMP")) return;
        cursor_.advance();
        facts_.temporary = cursor_.at_symbol(".");
    }

    void read_alteration() {
        switch (facts_.object) {
            case ObjectKind::system:
                return outside();
            case ObjectKind::table:
                return read_altered_table();
            case ObjectKind::subscription:
                return read_altered_subscription();
            case ObjectKind::database:
                cursor_.skip_name();
                if (cursor_.accept({"SET", "TABLESPACE"})) outside(" SET TABLESPACE");
                return;
            default:
                return;
        }
    }

    void read_altered_table() {
        while (!cursor_.at_end() && !cursor_.accept({"DETACH", "PARTITION"})) cursor_.advance();
        while (!cursor_.at_end() && !cursor_.at_word("CONCURRENTLY")) cursor_.advance();
        if (!cursor_.at_end()) outside_concurrently(" DETACH PARTITION CONCURRENTLY");
    }

    void read_altered_subscription() {
        cursor_.skip_name();
        if (cursor_.accept("REFRESH")) return outside(" REFRESH PUBLICATION");
        // These refresh unless they are told not to, and the refresh may drop slots on the other server, which cannot
        // be rolled back.
        for (const std::string_view action : {"SET", "ADD", "DROP"})
            if (cursor_.accept({action, "PUBLICATION"}) && !turns_off(cursor_, "REFRESH"))
                return outside(" " + std::string(action) + " PUBLICATION");
    }

    [[nodiscard]] bool is_postgresql() const { return dialect_ == Dialect::postgresql; }

    Statement& statement_;
    StatementFacts& facts_;
    Dialect dialect_;
    SqlCursor cursor_;
};

}  // namespace

void classify(Statement& statement, Dialect dialect) { Classifier(statement, dialect).run(); }

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
    return AddedEnumValue{std::move(type), unquoted(cursor.text(), Dialect::postgresql)};
}

}  // namespace rev::sql
