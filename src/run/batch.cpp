// How a step becomes commands. What is sent together is one exchange with the server, and one implicit transaction
// where there is no BEGIN: so where a section is cut decides what is undone with a failing statement.

#include "run/batch.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace rev::run {
namespace {

/// A driver may have to copy each command, so that the SQL of a long section goes to it in pieces.
constexpr std::size_t longest_piece = std::size_t{1} << 20;

/// Offset behind the statement's data and the line `\.` that ends it.
std::size_t end_of_copy(std::string_view sql, const Statement& statement) {
    if (statement.copy_data.data() == nullptr) return sql.size();
    auto end = static_cast<std::size_t>(statement.copy_data.data() - sql.data()) + statement.copy_data.size();
    if (!sql.substr(end).starts_with("\\.")) return end;
    end = sql.find('\n', end);
    return end == std::string_view::npos ? sql.size() : end + 1;
}

}  // namespace

void Batch::add(Command command, Entry entry) {
    commands_.push_back(std::move(command));
    entries_.push_back(entry);
}

void Batch::limit(const StatementLimits& limits) {
    add({.kind = Command::Kind::limit,
         .lock_timeout = limits.lock_timeout,
         .statement_timeout = limits.statement_timeout},
        {});
}

void Batch::section(const PreparedStep& step, Span span, SectionPart part) {
    const auto& statements = step.statements;
    const auto last = std::min(part.last, statements.size());
    const auto first_savepoint = span == Span::plan
                                     ? std::ranges::find_if(statements, sets_savepoint) - statements.begin()
                                     : std::ssize(statements);
    auto without = part.without;
    auto piece = part.first == 0 ? Piece{.line = step.first_line} : piece_at(statements[part.first], part.first);
    for (std::size_t index = part.first; index < last; ++index) {
        const auto& statement = statements[index];
        if (std::cmp_equal(index, first_savepoint)) {
            add(step, piece, std::max(statement.offset, piece.offset), index);
            begin_savepoints();
            // A statement on the line of a COPY lies before the piece, which begins behind the data.
            if (statement.offset >= piece.offset) piece = piece_at(statement, index);
        }
        // Only its own text: the comments around it still go to the server, at their own lines.
        const bool is_left_out = !without.empty() && without.front() == index;
        if (is_left_out) without = without.subspan(1);
        if (statement.kind == StatementKind::copy_from_stdin) {
            if (statement.offset >= piece.offset) add(step, piece, statement.offset, index);
            if (!is_left_out) copy(statement, index);
            piece = {.offset = end_of_copy(step.sql, statement), .first_statement = index + 1, .is_behind_copy = true};
        } else if (is_left_out) {
            if (statement.offset >= piece.offset) {
                add(step, piece, statement.offset, index);
                piece = piece_behind(step, index);
            }
            piece.first_statement = index + 1;
        } else if (statement.offset < piece.offset) {
            // On the line of a COPY, whose data lies between it and what stands behind it.
            this->statement(step, index);
            piece.first_statement = index + 1;
        } else if (piece.is_behind_copy) {
            // A comment that began on the line of COPY may reach to here: it is left out.
            piece = piece_at(statement, index);
        } else if (statement.offset - piece.offset >= longest_piece) {
            add(step, piece, statement.offset, index);
            piece = piece_at(statement, index);
        }
    }
    const auto end = last == statements.size() ? step.sql.size() : statements[last].offset;
    add(step, piece, std::max(end, piece.offset), last);
    if (last == statements.size() && first_savepoint != std::ssize(statements)) end_savepoints();
}

/// The commit of the section's own transaction would end its savepoints. RELEASE ends those within, whatever their
/// names. Not before the first of them: SET TRANSACTION does not work behind a savepoint.
void Batch::begin_savepoints() { control("SAVEPOINT rev_section"); }
void Batch::end_savepoints() { control("RELEASE SAVEPOINT rev_section"); }

Batch::Piece Batch::piece_at(const Statement& statement, std::size_t index) {
    return {.offset = statement.offset, .line = statement.line, .column = statement.column, .first_statement = index};
}

Batch::Piece Batch::piece_behind(const PreparedStep& step, std::size_t index) {
    const auto& statement = step.statements[index];
    const auto end = statement.offset + statement.text.size();
    const auto position = base::position_of(step.sql, end);
    return {.offset = end,
            .line = step.first_line + position.line - 1,
            .column = position.column,
            .first_statement = index + 1};
}

/// end, end_statement: where the piece ends; it is left out if it has no statement.
void Batch::add(const PreparedStep& step, const Piece& piece, std::size_t end, std::size_t end_statement) {
    if (piece.first_statement == end_statement) return;
    add({.kind = Command::Kind::sql,
         .sql = step.sql.substr(piece.offset, end - piece.offset),
         .first_line = piece.line,
         .first_column = piece.column},
        {.purpose = Purpose::section, .first_statement = piece.first_statement});
}

void Batch::copy(const Statement& statement, std::size_t index) {
    add({.kind = Command::Kind::copy,
         .sql = statement.text,
         .data = statement.copy_data,
         .first_line = statement.line,
         .first_column = statement.column},
        {.purpose = Purpose::section, .first_statement = index});
}

void Batch::statement(const PreparedStep& step, std::size_t index) {
    const auto& statement = step.statements[index];
    if (statement.kind == StatementKind::copy_from_stdin) return copy(statement, index);
    add({.kind = Command::Kind::sql,
         .sql = statement.text,
         .first_line = statement.line,
         .first_column = statement.column},
        {.purpose = Purpose::section, .first_statement = index});
}

/// PostgreSQL: what the SELECT may do, by a function, is refused or taken back.
void Batch::guard(const PreparedStep& step, std::size_t marker, std::string sql, Dialect dialect, bool is_inside) {
    const bool is_held = dialect == Dialect::postgresql;
    if (is_held) is_inside ? control("SAVEPOINT rev_guard") : begin();
    if (is_held) control("SET TRANSACTION READ ONLY");
    texts_.push_back(std::move(sql));
    const auto& asked = step.markers[marker];
    const auto position = base::position_of(step.sql, asked.offset);
    add({.kind = Command::Kind::ask, .sql = texts_.back(), .first_line = step.first_line + position.line - 1},
        {.purpose = Purpose::guard, .first_statement = asked.statement, .marker = marker});
    if (!is_held) return;
    if (!is_inside) return commit();
    control("ROLLBACK TO SAVEPOINT rev_guard");
    control("RELEASE SAVEPOINT rev_guard");
}

void Batch::verify(const VerifyPart& part, std::size_t index) {
    add({.kind = part.expect_empty ? Command::Kind::expect_empty : Command::Kind::sql,
         .sql = part.sql,
         .first_line = part.first_line},
        {.purpose = Purpose::verify, .verify_part = index});
}

void Batch::change(std::string_view sql, std::vector<SqlValue> parameters) {
    add({.kind = Command::Kind::change, .sql = sql, .parameters = std::move(parameters)},
        {.purpose = Purpose::bookkeeping});
}

void Batch::lease(std::string_view sql, std::vector<SqlValue> parameters) {
    add({.kind = Command::Kind::change, .sql = sql, .parameters = std::move(parameters)}, {.purpose = Purpose::lease});
}

void Batch::run_lock(std::string sql) {
    texts_.push_back(std::move(sql));
    add({.kind = Command::Kind::change, .sql = texts_.back()}, {.purpose = Purpose::run_lock});
}

void Batch::set_constraints(std::string_view when) { control("SET CONSTRAINTS ALL " + std::string(when)); }

/// A command only looks at its SQL. A deque keeps its elements where they are while it grows.
void Batch::control(std::string sql) {
    texts_.push_back(std::move(sql));
    add({.kind = Command::Kind::sql, .sql = texts_.back(), .is_own = true}, {.purpose = Purpose::transaction});
}

/// SET CONSTRAINTS has no word for it. A name stands for every constraint that has it in its schema, and DEFERRED is an
/// error for one that is not deferrable.
void Batch::default_constraints() {
    control(
        "DO LANGUAGE plpgsql $rev$ DECLARE each_statement pg_catalog.text; BEGIN FOR each_statement IN SELECT"
        " pg_catalog.format('SET CONSTRAINTS %s %s', pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I',"
        " n.nspname, c.conname), ', '), CASE WHEN c.condeferred THEN 'DEFERRED' ELSE 'IMMEDIATE' END)"
        " FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=)"
        // A name that some constraint of the schema has which cannot be deferred is left out: SET CONSTRAINTS would
        // fail for it.
        " c.connamespace WHERE c.condeferrable AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE"
        " o.conname OPERATOR(pg_catalog.=) c.conname AND o.connamespace OPERATOR(pg_catalog.=) c.connamespace"
        " AND NOT o.condeferrable) GROUP BY c.condeferred ORDER BY c.condeferred DESC"
        " LOOP EXECUTE each_statement; END LOOP; END $rev$");
}

bool may_run_blocks(Database& database) {
    const auto rows = database.query(
        "SELECT 1 FROM pg_catalog.pg_language WHERE lanname = 'plpgsql' AND"
        " pg_catalog.has_language_privilege(oid, 'USAGE')");
    return !rows.empty();
}

void Batch::check_constraints(const PreparedStep& step, std::size_t index) {
    constexpr std::string_view sql = "SET CONSTRAINTS ALL IMMEDIATE";
    add({.kind = Command::Kind::sql,
         .sql = sql,
         .first_line = step.statements[index].line,
         .first_column = step.statements[index].column},
        {.purpose = Purpose::section, .first_statement = index});
}

void Batch::own(state::OwnChange change) {
    // A statement that may hit any number of rows has its values in it, so that it can stand in one message with
    // others.
    if (change.rows == state::OwnChange::Rows::any) return own_sql(std::move(change.sql));
    texts_.push_back(std::move(change.sql));
    this->change(texts_.back(), std::move(change.parameters));
}

void Batch::own_sql(std::string sql) {
    texts_.push_back(std::move(sql));
    add({.kind = Command::Kind::sql, .sql = texts_.back(), .is_own = true}, {.purpose = Purpose::bookkeeping});
}

}  // namespace rev::run
