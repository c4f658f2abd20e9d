#pragma once

#include <string>

#include "sql/statements.hpp"

namespace rev::sql {

// What a statement that runs outside a transaction may do to the transaction and the session around it, as far as its
// facts tell. What the database can be asked afterwards is asked; these decide only how it is sent.

/// Whether a statement does the same in a transaction of its own. What is not known to, does not count.
[[nodiscard]] bool can_share_transaction(const Statement& statement, Dialect dialect);

/// Whether a statement that runs in a transaction may commit it: the ledger must be part of that commit.
[[nodiscard]] bool may_commit(const Statement& statement, Dialect dialect);

/// SQLite: whether a statement may change the connection's settings, attached files or temporary objects.
[[nodiscard]] bool may_change_session(const Statement& statement);

/// SQLite: a PRAGMA that sets something of the connection alone, at once, and cannot fail.
[[nodiscard]] bool is_setting_pragma(const Statement& statement);

/// SQLite: whether a statement changes nothing in any file, so that nothing is lost if it runs once more.
[[nodiscard]] bool leaves_files_alone(const Statement& statement);

/// SQLite: whether a statement begins a transaction, which changes nothing by itself.
[[nodiscard]] bool begins_transaction(const Statement& statement);

/// SQLite: a PRAGMA that only takes effect with the next VACUUM, and cannot be read back until then.
[[nodiscard]] bool is_pending_pragma(const Statement& statement);

/// SQLite: what a statement leaves to the connection, or opens, that only ends with it, in words ("ATTACH", "PRAGMA
/// synchronous"); empty if nothing. Not foreign_keys, which rev sets again for each revision.
[[nodiscard]] std::string left_to_connection(const Statement& statement);

/// PostgreSQL: SET and RESET that outlive their statement.
[[nodiscard]] bool is_session_setting(const Statement& statement);

}  // namespace rev::sql
