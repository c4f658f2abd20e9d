#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "sql/pragmas.hpp"

namespace rev::sql {

/// The first word of a statement, as far as anybody asks for it. C++ has taken DELETE and DO.
enum class Verb : std::uint8_t {
    other,
    abort,
    alter,
    analyze,
    attach,
    begin,
    call,
    checkpoint,
    cluster,
    comment,
    commit,
    copy,
    create,
    delete_rows,
    detach,
    discard,
    do_block,
    drop,
    end,
    explain,
    grant,
    import,
    insert,
    listen,
    lock,
    merge,
    notify,
    pragma,
    prepare,
    reassign,
    refresh,
    reindex,
    release,
    replace,
    reset,
    revoke,
    rollback,
    savepoint,
    security,
    select,
    set,
    show,
    start,
    table,
    truncate,
    unlisten,
    update,
    vacuum,
    values,
    with,
};

/// What CREATE, ALTER and DROP are about, as far as anybody asks for it: a view, a foreign table and a user mapping are
/// `other`.
enum class ObjectKind : std::uint8_t {
    other,
    database,
    group,
    index,
    role,
    subscription,
    system,  ///< ALTER SYSTEM
    table,
    tablespace,
    type,
    user,
};

/// What a statement says about the transaction that it stands in.
enum class TransactionAction : std::uint8_t {
    none,
    begin,            ///< BEGIN, START TRANSACTION
    commit,           ///< COMMIT, END
    rollback,         ///< ROLLBACK, ABORT
    prepare,          ///< PREPARE TRANSACTION
    finish_prepared,  ///< COMMIT PREPARED, ROLLBACK PREPARED: of another transaction
    savepoint,
    release,
    rollback_to,  ///< ROLLBACK TO a savepoint
};

/// What SET and RESET are about. PostgreSQL.
enum class SetKind : std::uint8_t {
    none,     ///< the statement is neither
    setting,  ///< one setting, a role among them, or constraints
    /// The transaction at hand: SET TRANSACTION, and the settings that are another word for it. It must come before the
    /// transaction's first query.
    transaction,
    all,  ///< RESET ALL
};

/// What a statement is, as far as its text tells. All that is decided about a statement is decided by these.
struct StatementFacts {
    Verb verb = Verb::other;
    Verb main_verb = Verb::other;  ///< behind a WITH clause, `other` where it cannot be made out; else the verb
    ObjectKind object = ObjectKind::other;  ///< of CREATE, ALTER and DROP
    TransactionAction transaction = TransactionAction::none;
    SetKind set = SetKind::none;
    bool chains = false;     ///< COMMIT and the like: AND CHAIN begins the next transaction at once
    bool has_modes = false;  ///< BEGIN: it says more than when SQLite takes its locks, such as READ ONLY
    /// PostgreSQL's CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION that commit on their way. REFRESH
    /// MATERIALIZED VIEW CONCURRENTLY is an ordinary statement of a transaction, and none of these.
    bool concurrently = false;
    bool temporary = false;              ///< CREATE TEMP TABLE t, CREATE TABLE temp.t (PostgreSQL: pg_temp.t)
    bool sets_pragma = false;            ///< the PRAGMA has a value or argument: it does not only ask
    Pragma pragma = {};                  ///< SQLite: which PRAGMA it is; without a name: it is none
    std::string_view pragma_value = {};  ///< without quotes; a view into the statement

    /// Whether the verb is one of these.
    [[nodiscard]] constexpr bool verb_in(std::initializer_list<Verb> verbs) const noexcept {
        return std::ranges::find(verbs, verb) != verbs.end();
    }
    [[nodiscard]] constexpr bool transaction_in(std::initializer_list<TransactionAction> actions) const noexcept {
        return std::ranges::find(actions, transaction) != actions.end();
    }
    /// CREATE, ALTER or DROP.
    [[nodiscard]] constexpr bool is_definition() const noexcept {
        return verb_in({Verb::create, Verb::alter, Verb::drop});
    }
};

}  // namespace rev::sql
