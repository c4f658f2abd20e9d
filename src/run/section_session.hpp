#pragma once

#include <cstddef>
#include <string>

#include "run/batch.hpp"
#include "run/named_settings.hpp"
#include "run/run_state.hpp"
#include "run/sender.hpp"
#include "run/session_state.hpp"
#include "run/step_at_work.hpp"

namespace rev::run {

/// What a section outside a transaction leaves in its session: decides what is asked of it and when, and how
/// `rev resume` makes the session again in another one. Its text goes into the ledger by LedgerKeeper.
class SectionSession {
public:
    /// All must outlive it.
    SectionSession(RunState& run, Sender& sender) : run_(run), sender_(sender) {}

    /// Before the section's first statement: what is set from here on is the section's. Nothing offline.
    void start(StepAtWork& current);
    /// Behind start(), in a new session: sets again what the first `before` statements have set. kept: of the ledger,
    /// absent where an older rev wrote it. Throws Error ("session_lost") where it cannot be had again, RunError.
    void restore(StepAtWork& current, std::size_t before, const SqlValue& kept);

    /// PostgreSQL: asks the session, behind a BEGIN of rev's and with the section's role, for what
    /// Recorder::add_session then keeps.
    void ask(Batch& batch, const StepAtWork& current) const;
    /// The same in the section's own transaction. SQLite: looks at once.
    void ask_inside(Batch& batch, StepAtWork& current) const;
    /// SQLite: whether look() may find something new behind the statement.
    [[nodiscard]] bool may_change_with(const Statement& statement) const;
    /// SQLite: behind a statement, asks for what it may have changed. index: of the statement.
    void look(StepAtWork& current, std::size_t index) const;

private:
    void look_at_changes(StepAtWork& current) const;
    void look_at_rowid(StepAtWork& current) const;
    [[nodiscard]] bool may_ask_for_rowid(const PreparedStep& step) const;
    void restore_kept(const std::string& session);
    [[noreturn]] void refuse_lost(const StepAtWork& current, std::size_t before, const LostSession& lost);
    void repeat_statements(const StepAtWork& current, std::size_t before, bool (*is_meant)(const Statement& statement));

    RunState& run_;
    Sender& sender_;
    NamedSettings named_settings_;  ///< PostgreSQL: of the section at work
    bool keeps_rowid_ = false;      ///< SQLite: the section may ask for last_insert_rowid()
};

}  // namespace rev::run
