#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "run/execute.hpp"
#include "state/own_change.hpp"

namespace rev::run {

/// Commands for one Database::run, each with what it is for, so that a failure can be explained.
class Batch {
public:
    /// guard: a marker's question; bookkeeping: rev's own tables; lease: a worker's; run_lock: one that is a lease.
    enum class Purpose { transaction, section, guard, verify, bookkeeping, lease, run_lock };

    /// Why a command is in the batch.
    struct Entry {
        Purpose purpose = Purpose::transaction;
        std::size_t first_statement =
            0;                        ///< section: index of the command's first statement in PreparedStep::statements
        std::size_t verify_part = 0;  ///< verify: index in PreparedStep::verify
        std::size_t marker = 0;       ///< guard: index in PreparedStep::markers
    };

    /// What a transaction holds: a step that may be followed by others, or all that is to be run.
    enum class Span { step, plan };
    void begin(Span span = Span::step) { add({.kind = Command::Kind::begin, .holds_plan = span == Span::plan}, {}); }
    /// For the SQL behind it; nothing where there is none.
    void limit(const StatementLimits& limits);
    /// See Command::Kind.
    void commit() { add({.kind = Command::Kind::commit}, {}); }
    void reset() { add({.kind = Command::Kind::reset}, {}); }
    void discard() { add({.kind = Command::Kind::discard}, {}); }

    /// A part of a section, by indexes of its statements.
    struct SectionPart {
        std::size_t first = 0;
        std::size_t last = static_cast<std::size_t>(-1);  ///< behind the last; more than there are: to the end
        std::span<const std::size_t> without = {};        ///< those that are left out, in order
    };
    /// The section byte for byte, cut around COPY data and, if it is long, between statements. Nothing if it has no
    /// statement. span: of its transaction; where that is the plan, savepoints that the section sets end with it.
    void section(const PreparedStep& step, Span span, SectionPart part);
    void section(const PreparedStep& step, Span span = Span::step, std::span<const std::size_t> without = {}) {
        section(step, span, SectionPart{.without = without});
    }
    /// Around statements that set savepoints: ends all that were set behind begin_savepoints().
    /// Around statements that set savepoints.
    void begin_savepoints();
    void end_savepoints();
    /// One statement of the section alone.
    void statement(const PreparedStep& step, std::size_t index);
    /// Whether the guard's SELECT returns a row; it changes nothing. is_inside: a transaction is open. sql: must live
    /// until the batch has run.
    void guard(const PreparedStep& step, std::size_t marker, std::string sql, Dialect dialect, bool is_inside);
    /// PostgreSQL: checks what the commit behind the statement would check, as a part of the statement: while the role
    /// and the search_path are still the section's.
    void check_constraints(const PreparedStep& step, std::size_t index);
    /// All its verify sections, in file order.
    void verify(const PreparedStep& step) {
        for (std::size_t index = 0; index < step.verify.size(); ++index) verify(step.verify[index], index);
    }
    /// index: in PreparedStep::verify. What the commands view must live until the batch has run.
    void verify(const VerifyPart& part, std::size_t index = 0);
    /// sql: must live until the batch has run.
    void change(std::string_view sql, std::vector<SqlValue> parameters);
    /// As change(), one that hits no row where the worker's lease is another's by now.
    void lease(std::string_view sql, std::vector<SqlValue> parameters);
    /// As change(), one that hits no row where the lease that is the run lock is another run's by now.
    void run_lock(std::string sql);
    /// PostgreSQL: `when` is IMMEDIATE, which checks what the commit would check, or DEFERRED.
    void set_constraints(std::string_view when);
    /// PostgreSQL: each constraint is checked again when its definition says, whatever SET CONSTRAINTS has said; what
    /// that has put off is checked now. Needs plpgsql: see may_run_blocks.
    void default_constraints();
    /// SQL of rev's own that may hit any number of rows.
    void own_sql(std::string sql);
    /// change(), or own_sql() where it may hit any number of rows.
    void own(state::OwnChange change);

    /// For Database::run(), as long as this lives and nothing more is added.
    [[nodiscard]] std::span<const Command> commands() const noexcept { return commands_; }
    /// command: CommandError::command, an index of commands().
    [[nodiscard]] const Entry& entry(std::size_t command) const { return entries_.at(command); }

private:
    /// Where a part of a section begins.
    struct Piece {
        std::size_t offset = 0;
        std::size_t line = 1;
        std::size_t column = 1;
        std::size_t first_statement = 0;
        bool is_behind_copy = false;  ///< it begins with the next statement
    };

    [[nodiscard]] static Piece piece_behind(const PreparedStep& step, std::size_t index);
    void add(Command command, Entry entry);
    [[nodiscard]] static Piece piece_at(const Statement& statement, std::size_t index);
    void add(const PreparedStep& step, const Piece& piece, std::size_t end, std::size_t end_statement);
    void copy(const Statement& statement, std::size_t index);
    void control(std::string sql);

    std::vector<Command> commands_;
    std::vector<Entry> entries_;
    std::deque<std::string> texts_;  ///< a deque: its strings stay where they are
};

/// Whether a statement is SAVEPOINT; or any of the three that name savepoints.
[[nodiscard]] inline bool sets_savepoint(const Statement& statement) {
    return statement.facts.transaction == sql::TransactionAction::savepoint;
}
[[nodiscard]] inline bool is_about_savepoints(const Statement& statement) {
    return statement.facts.transaction_in(
        {sql::TransactionAction::savepoint, sql::TransactionAction::release, sql::TransactionAction::rollback_to});
}

/// Whether rev's role may run a DO block in plpgsql. PostgreSQL.
[[nodiscard]] bool may_run_blocks(Database& database);

}  // namespace rev::run
