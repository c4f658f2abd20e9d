#include "sql/statement_effects.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::sql {
namespace {

/// A DO block may commit, and then fails in a transaction. One that names none of these words cannot.
bool block_may_commit(std::string_view block) {
    constexpr std::array<std::string_view, 4> words = {"COMMIT", "ROLLBACK", "CALL", "EXECUTE"};
    return std::ranges::any_of(words, [&](auto word) { return mentions(block, word); });
}

/// Before PostgreSQL 12 a new enum value could not be added in a transaction; some subscriptions cannot change there.
bool may_need_to_be_alone(const StatementFacts& facts) {
    return facts.verb == Verb::alter && (facts.object == ObjectKind::type || facts.object == ObjectKind::subscription ||
                                         facts.object == ObjectKind::database);
}

/// Whether a PRAGMA leaves a setting to the connection. One that only asks does not.
bool sets_for_connection(const StatementFacts& facts) {
    const auto& pragma = facts.pragma;
    if (!facts.sets_pragma || pragma.name == "foreign_keys") return false;
    // The file itself is in that mode then.
    if (pragma.name == "journal_mode" && is_word(facts.pragma_value, "WAL")) return false;
    return pragma.scope == Pragma::Scope::connection || pragma.scope == Pragma::Scope::flag;
}

}  // namespace

bool can_share_transaction(const Statement& statement, Dialect dialect) {
    const auto& facts = statement.facts;
    if (statement.kind == StatementKind::copy_from_stdin) return true;
    if (statement.kind != StatementKind::ordinary || may_need_to_be_alone(facts)) return false;
    if (facts.verb == Verb::do_block) return dialect == Dialect::postgresql && !block_may_commit(statement.text);
    // A list of what may, not of what may not: a statement that nobody thought of is sent alone, which is slower and
    // never wrong.
    return facts.verb_in({Verb::create,      Verb::alter,   Verb::drop,    Verb::insert,   Verb::update,
                          Verb::delete_rows, Verb::merge,   Verb::replace, Verb::select,   Verb::with,
                          Verb::values,      Verb::copy,    Verb::grant,   Verb::revoke,   Verb::comment,
                          Verb::truncate,    Verb::refresh, Verb::analyze, Verb::security, Verb::import,
                          Verb::reassign});
}

bool may_commit(const Statement& statement, Dialect dialect) {
    const auto action = statement.facts.transaction;
    // SQLite's outermost savepoint is a transaction. Releasing an inner one takes the ledger's line into the outer one.
    return action == TransactionAction::commit || (dialect == Dialect::sqlite && action == TransactionAction::release);
}

bool may_change_session(const Statement& statement) {
    const auto& facts = statement.facts;
    // A temporary object that was made in the transaction is there or gone behind its end.
    return facts.is_definition() || facts.verb_in({Verb::pragma, Verb::attach, Verb::detach}) ||
           facts.transaction_in(
               {TransactionAction::commit, TransactionAction::rollback, TransactionAction::rollback_to});
}

bool is_setting_pragma(const Statement& statement) {
    return statement.facts.pragma.effect == Pragma::Effect::sets_at_once;
}

/// WITH is not among them: it may stand before an INSERT.
bool leaves_files_alone(const Statement& statement) {
    return is_setting_pragma(statement) || statement.facts.pragma.effect == Pragma::Effect::looks ||
           statement.facts.verb_in({Verb::select, Verb::values, Verb::explain});
}

bool begins_transaction(const Statement& statement) {
    return statement.facts.transaction_in({TransactionAction::begin, TransactionAction::savepoint});
}

bool is_pending_pragma(const Statement& statement) {
    return statement.facts.pragma.effect == Pragma::Effect::waits_for_vacuum;
}

std::string left_to_connection(const Statement& statement) {
    const auto& facts = statement.facts;
    if (facts.verb_in({Verb::attach, Verb::detach})) return statement.command;
    if (facts.temporary) return "a temporary object";
    return sets_for_connection(facts) ? "PRAGMA " + base::lower_case(facts.pragma.name) : std::string();
}

bool is_session_setting(const Statement& statement) {
    return statement.facts.set == SetKind::setting || statement.facts.set == SetKind::all;
}

}  // namespace rev::sql
