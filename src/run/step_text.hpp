#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "run/prepared.hpp"
#include "state/log.hpp"

namespace rev::run {

// What is said and written of a step, whatever runs it.

/// "upgrade of 1975ea83b712"
[[nodiscard]] std::string step_name(const PreparedStep& step);

/// The comment line that stands before a step in a script: "-- Running upgrade a -> b".
[[nodiscard]] std::string running_comment(const PreparedStep& step);

/// The step's row in rev_log, without what only its run tells.
[[nodiscard]] state::LogRecord record_of(const PreparedStep& step);

/// Whether there is anything to run, verify sections included: a stamp has nothing.
[[nodiscard]] inline bool has_sql(const PreparedStep& step) { return !step.statements.empty() || !step.verify.empty(); }

/// Of a script that forgets the rows that it finds, whatever they are.
[[nodiscard]] inline bool removes_all(const RowChange& change) {
    return change.kind == RowChange::Kind::remove && change.from.empty();
}

/// SQLite's, which does nothing within a transaction, without a word.
[[nodiscard]] inline bool is_foreign_keys_pragma(const Statement& statement) {
    return statement.facts.sets_pragma && statement.facts.pragma.name == "foreign_keys";
}

/// SET TRANSACTION, see late_set_transactions().
[[nodiscard]] inline bool is_set_transaction(const Statement& statement) {
    return statement.facts.set == sql::SetKind::transaction;
}

/// Indexes of the statements that say what the transaction is to be like, which only a step that begins it can. Those
/// behind a statement of their own step that is no setting fail in every transaction, and are none of these.
[[nodiscard]] std::vector<std::size_t> late_set_transactions(const PreparedStep& step);
/// That such a statement is left out, and where it stands.
[[nodiscard]] std::string left_out_text(const PreparedStep& step, std::size_t statement);

}  // namespace rev::run
