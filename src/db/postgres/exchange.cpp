#include "db/postgres/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/utf8.hpp"
#include "db/command_errors.hpp"
#include "db/limit_sql.hpp"
#include "db/sql_text.hpp"

namespace rev::db {
namespace {

/// Long SQL is sent in pieces, so that memory does not hold it several times.
constexpr std::size_t piece_size = 1 << 20;

/// The server itself refuses a change that does not hit one row, before it comes to the COMMIT behind it. Every name
/// and operator is qualified: the change runs under the search_path that the revision's own deferred triggers will see,
/// so that cannot be set to pg_catalog here.
std::string guarded(std::string_view change) {
    return fmt::format(
        "WITH rev_touched AS ({} RETURNING 1) SELECT CASE WHEN pg_catalog.count(*) OPERATOR(pg_catalog.=) 1 THEN 1 "
        "ELSE CAST(pg_catalog.concat('{}', pg_catalog.count(*)) AS integer) END AS \"{}\" FROM rev_touched",
        change, wrong_count_text, change_column);
}

std::string with_literals(const Command& command, const SessionFacts& session) {
    return replace_placeholders(command.sql, [&](std::size_t index) {
        const auto& value = command.parameters.at(index);
        return value ? session.quote_literal(*value) : std::string("NULL");
    });
}

/// As many as reset_settings_sql() has; with another number, the results of what follows would be attributed wrongly.
std::size_t settings_statements(std::string_view search_path) { return search_path.empty() ? 3 : 4; }

/// A character that the database does not have may stand in a comment: psql does not send those between statements. It
/// becomes as many question marks as it has bytes, so that places stay what they are.
void append_source(std::string_view sql, const SessionFacts& session, std::string& text) {
    const auto begin = text.size();
    text += sql;
    if (base::is_ascii(sql) || !session.holds || session.holds(sql)) return;
    const auto hide = [&](std::size_t from, std::size_t to) {
        const auto is_foreign = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
        const auto first = text.begin() + static_cast<std::ptrdiff_t>(begin);
        std::replace_if(first + static_cast<std::ptrdiff_t>(from), first + static_cast<std::ptrdiff_t>(to), is_foreign,
                        '?');
    };
    sql::SqlScanner scanner(sql, Dialect::postgresql, session.backslash());
    std::size_t end = 0;
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end; token = scanner.next()) {
        hide(end, token.begin);
        end = token.end;
    }
    hide(end, sql.size());
}

/// As many as reset_objects_sql() has.
constexpr std::size_t objects_statements = 5;

/// A piece of a command's SQL that may be one message.
struct SourcePiece {
    std::size_t end = 0;
    bool is_closed = true;  ///< nothing may be put behind it if it ends inside a quote or comment
};

/// The first statement from `begin` on, and those behind it up to the first that a setting may read in another way.
/// Throws CommandError for a statement that would end the transaction.
SourcePiece next_piece(const Command& command, std::size_t index, std::size_t begin, Backslash backslash) {
    const auto text = command.sql.substr(begin);
    sql::StatementScanner scanner(text, Dialect::postgresql, backslash);
    SourcePiece piece{.end = 0};
    while (scanner.next()) {
        // From the end of the statement before: blanks and comments between them belong to the piece, so that every
        // byte of the source is in one, and positions map back by a single shift.
        const auto statement = text.substr(piece.end, scanner.end() - piece.end);
        const bool is_first = piece.end == 0;
        // The first one goes whatever it is: flush() has seen to it that what it depends on has run.
        if (!is_first && (scanner.end() > piece_size || sql::depends_on_settings(statement)))
            return {begin + piece.end};
        const auto control = sql::transaction_control(text.substr(scanner.begin(), scanner.end() - scanner.begin()),
                                                      Dialect::postgresql);
        if (!control.empty()) throw transaction_control_error(command, index, begin + scanner.begin(), control);
        piece.end = scanner.end();
    }
    // Behind an open quote or comment, rev's own SQL would be part of the revision's. Alone in its message it fails as
    // it should.
    return {command.sql.size(), scanner.certain()};
}

std::string search_path_sql(std::string_view search_path) { return fmt::format("SET search_path TO {}", search_path); }

}  // namespace

std::string reset_settings_sql(std::string_view search_path) {
    // Not DISCARD ALL: it would also release the run lock. The role comes after the session's user, which resets it.
    std::string sql = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";
    if (!search_path.empty()) sql += "; " + search_path_sql(search_path);
    return sql;
}

/// Not DISCARD PLANS or ALL: the first changes nothing that can be seen, the second cannot run within a transaction.
std::string reset_objects_sql() { return "CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES"; }

/// pg_advisory_unlock_all() ends the run lock too: a lock of the same key that belongs to the transaction keeps it from
/// others until the session has it again. CASE, as nothing else promises an order.
std::string end_functions_sql(std::span<const std::int64_t> run_locks) {
    // One for each thread, as sessions of several members of a fleet are reset beside each other; kept, as a reset
    // follows each step, and to open the random device anew takes longer than all the rest here.
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto seed = std::uniform_real_distribution<double>(0, 1)(random);
    std::string unlock = "pg_catalog.pg_advisory_unlock_all()";
    if (run_locks.size() == 1)
        unlock = fmt::format(
            "CASE WHEN pg_catalog.pg_try_advisory_xact_lock('{0}'::pg_catalog.int8) IS NOT NULL THEN"
            " CASE WHEN pg_catalog.pg_advisory_unlock_all() IS NOT NULL THEN"
            " pg_catalog.pg_try_advisory_lock('{0}'::pg_catalog.int8) END END",
            run_locks.front());
    else if (!run_locks.empty())
        unlock = fmt::format(
            "CASE WHEN (SELECT pg_catalog.count(pg_catalog.pg_try_advisory_xact_lock(k)) FROM {0}) IS NOT NULL THEN"
            " CASE WHEN pg_catalog.pg_advisory_unlock_all() IS NOT NULL THEN"
            " (SELECT pg_catalog.count(pg_catalog.pg_try_advisory_lock(k)) FROM {0}) END END",
            fmt::format("pg_catalog.unnest('{{{}}}'::pg_catalog.int8[]) AS locks(k)", fmt::join(run_locks, ",")));
    return fmt::format("SELECT pg_catalog.setseed({:.16f}), {}", seed, unlock);
}

void ExchangeWriter::begin_with(std::string_view sql, std::size_t statements) {
    add_own({.kind = Command::Kind::reset}, 0, sql, statements);
}

/// A reset behind the commit ends the objects too, so that they are not ended twice.
void ExchangeWriter::add(const Command& command, std::size_t index) {
    const auto due = std::exchange(objects_due_, std::nullopt);
    if (due && command.kind != Command::Kind::reset) add_end_of_objects({.kind = Command::Kind::reset}, *due);
    const bool is_of_session = command.kind == Command::Kind::reset || command.kind == Command::Kind::discard;
    if (!is_of_session && std::exchange(search_path_is_due_, false))
        add_own({.kind = Command::Kind::reset}, index, search_path_sql(session_.search_path), 1);
    add_command(command, index);
}

void ExchangeWriter::finish() {
    if (const auto due = std::exchange(objects_due_, std::nullopt))
        add_end_of_objects({.kind = Command::Kind::reset}, *due);
    flush();
}

void ExchangeWriter::add_command(const Command& command, std::size_t index) {
    switch (command.kind) {
        case Command::Kind::sql:
        case Command::Kind::expect_empty:
        case Command::Kind::ask:
            return add_sql(command, index);
        case Command::Kind::fetch:
            return add_own(command, index, command.sql, 1);
        case Command::Kind::copy:
            return send_alone(command, index);
        case Command::Kind::change:
            return add_change(command, index);
        case Command::Kind::begin:
            add_own(command, index, session_.read_only ? "BEGIN READ ONLY" : "BEGIN", 1);
            transaction_.is_open = true;
            transaction_.changes_are_limited = false;
            add_local_search_path(command, index);
            return;
        case Command::Kind::commit:
            add_own(command, index, "COMMIT", 1);
            transaction_.is_open = false;
            // The reset inside the transaction has left the objects: the revision's deferred triggers, which run at
            // COMMIT, may still use them.
            if (std::exchange(reset_in_transaction_, false)) objects_due_ = index;
            return;
        case Command::Kind::limit:
            return add_limit(command, index);
        case Command::Kind::reset:
            return add_reset(command, index);
        case Command::Kind::discard:
            return add_end_of_objects(command, index);
    }
}

void ExchangeWriter::add_end_of_objects(const Command& command, std::size_t index) {
    if (session_.end_functions) add_own(command, index, session_.end_functions(), 1);
    // Prepared statements are other clients' too there.
    if (session_.is_shared) return add_own(command, index, "CLOSE ALL; UNLISTEN *; DISCARD TEMP", 3);
    add_own(command, index, reset_objects_sql(), objects_statements);
}

void ExchangeWriter::add_limit(const Command& command, std::size_t index) {
    // What a revision waits for is its own matter: no limit of rev's changes before it.
    if (std::exchange(transaction_.changes_are_limited, false) && !command.lock_timeout)
        // DEFAULT is what the session was connected with (a role's or database's setting), not PostgreSQL's built-in
        // value.
        add_own(command, index, "SET LOCAL lock_timeout TO DEFAULT", 1);
    for (const auto& setting : limit_sql(command, transaction_.is_open)) add_own(command, index, setting, 1);
}

void ExchangeWriter::add_reset(const Command& command, std::size_t index) {
    if (session_.read_only && !transaction_.is_open) {
        // A rollback has ended the settings. The session may be shared, and is left as it is but for what has names.
        return add_own(command, index, "DEALLOCATE ALL", 1);
    }
    // In a message of its own it would meet another client's session.
    if (session_.is_shared && !transaction_.is_open && exchange_.parts.empty()) return;
    // Outside a transaction it waits for what needs it: a fleet's session goes on to another schema.
    const bool has_path = !session_.is_shared && !session_.search_path.empty();
    search_path_is_due_ = has_path && !transaction_.is_open;
    const auto search_path = has_path && transaction_.is_open ? session_.search_path : std::string_view();
    add_own(command, index, reset_settings_sql(search_path), settings_statements(search_path));
    if (transaction_.is_open) add_local_search_path(command, index);
    transaction_.changes_are_limited = false;
    if (transaction_.is_open)
        reset_in_transaction_ = true;
    else
        add_end_of_objects(command, index);
}

/// Where the session is others' too: a setting that ends with the transaction.
void ExchangeWriter::add_local_search_path(const Command& command, std::size_t index) {
    if (!session_.is_shared || session_.search_path.empty()) return;
    add_own(command, index, fmt::format("SET LOCAL search_path TO {}", session_.search_path), 1);
}

/// Whoever holds the version table may do so for long: rev does not wait for its rows without a limit.
void ExchangeWriter::add_change(const Command& command, std::size_t index) {
    // Once for several changes in a row: a SET is a statement, too.
    if (transaction_.is_open && session_.patience.count() > 0 &&
        !std::exchange(transaction_.changes_are_limited, true)) {
        const Command limit{.kind = Command::Kind::limit, .lock_timeout = session_.patience};
        for (const auto& setting : limit_sql(limit, true)) add_own(limit, index, setting, 1);
    }
    add_own(command, index, guarded(with_literals(command, session_)), 1);
}

bool ExchangeWriter::has_source() const {
    return std::ranges::any_of(exchange_.parts, [](const ExchangePart& part) { return part.is_source(); });
}

void ExchangeWriter::add_own(const Command& command, std::size_t index, std::string_view sql, std::size_t results) {
    // A name that is not ASCII means what client_encoding makes of it: the reset before it must have run.
    // A revision may have changed client_encoding, and the server converts a message when it arrives.
    if (!base::is_ascii(sql) && has_source()) flush();
    // The results of a change can be told from a revision's; those of other commands only by counting.
    if (command.kind != Command::Kind::change) mark_end_of_source();
    ExchangePart part;
    part.command = index;
    part.kind = command.kind;
    part.begin = exchange_.text.size();
    part.results = results;
    exchange_.text += sql;
    part.end = exchange_.text.size();
    exchange_.text += ";\n";
    exchange_.parts.push_back(part);
}

/// Parts behind a revision's SQL, of which nobody knows how many results it gives, must be recognisable.
/// Not needed before a change, whose column has a name of its own.
void ExchangeWriter::mark_end_of_source() {
    if (exchange_.parts.empty() || !exchange_.parts.back().is_source()) return;
    ExchangePart mark;
    // The mark counts as a change of the command before it: whatever fails there is not blamed on the next.
    mark.command = exchange_.parts.back().command;
    mark.kind = Command::Kind::change;
    mark.begin = exchange_.text.size();
    mark.results = 1;
    exchange_.text += fmt::format("SELECT 1 AS \"{}\"", mark_column);
    mark.end = exchange_.text.size();
    exchange_.text += ";\n";
    exchange_.parts.push_back(mark);
}

void ExchangeWriter::add_sql(const Command& command, std::size_t index) {
    refuse_nul(command, index);
    // Several statements in one message are one transaction to the server, in which VACUUM and CREATE INDEX
    // CONCURRENTLY are refused.
    if (!transaction_.is_open) return send_alone(command, index);
    if (std::exchange(transaction_.changes_are_limited, false)) {
        const Command limit{.kind = Command::Kind::limit};
        add_own(limit, index, "SET LOCAL lock_timeout TO DEFAULT", 1);
    }
    // A row of an `expect_empty` must be seen before anything behind it runs.
    const bool is_alone = command.kind == Command::Kind::expect_empty;
    if (is_alone) flush();
    add_pieces(command, index);
    if (is_alone) flush();
}

void ExchangeWriter::add_pieces(const Command& command, std::size_t index) {
    // Each turn sends a piece at least one statement long. The pieces are adjoining, and together they are the
    // command's SQL.
    for (std::size_t begin = 0; begin < command.sql.size();) {
        if (has_source() && sql::depends_on_settings(command.sql.substr(begin))) flush();
        // After the flush, which may have changed it.
        const auto backslash = session_.backslash();
        const auto piece = next_piece(command, index, begin, backslash);
        add_source(command, index, begin, piece.end, backslash);
        if (!piece.is_closed || piece.end < command.sql.size()) flush();
        begin = piece.end;
    }
}

void ExchangeWriter::add_source(const Command& command, std::size_t index, std::size_t begin, std::size_t end,
                                Backslash backslash) {
    mark_end_of_source();
    ExchangePart part;
    part.command = index;
    part.kind = command.kind;
    part.begin = exchange_.text.size();
    part.in_transaction = true;
    part.source_offset = begin;
    part.backslash = backslash;
    append_source(command.sql.substr(begin, end - begin), session_, exchange_.text);
    part.end = exchange_.text.size();
    // On a line of its own, as the text may end in a comment.
    exchange_.text += "\n;\n";
    exchange_.parts.push_back(part);
}

/// What was collected goes first: the order of the batch is the order in which the server sees it.
void ExchangeWriter::send_alone(const Command& command, std::size_t index) {
    refuse_nul(command, index);
    flush();
    Exchange alone;
    append_source(command.sql, session_, alone.text);
    alone.is_copy = command.kind == Command::Kind::copy;
    ExchangePart part;
    part.command = index;
    part.kind = command.kind;
    part.in_transaction = transaction_.is_open;
    part.backslash = session_.backslash();
    part.end = alone.text.size();
    alone.parts.push_back(part);
    send_(alone);
}

void ExchangeWriter::flush() {
    if (exchange_.parts.empty()) return;
    // Emptied before it is sent: send_ may throw, and nothing of it may then be sent a second time.
    const auto exchange = std::exchange(exchange_, {});
    send_(exchange);
}

}  // namespace rev::db
