// Sends a batch and attributes what comes back. The server answers a message with one result for each statement, and
// how many statements a revision's SQL has is for the server's parser to say: so results are counted as they come, and
// rev's own SELECTs bear names that mark where its parts begin.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "db/command_errors.hpp"
#include "db/postgres/database.hpp"
#include "db/sql_text.hpp"

namespace rev::db {
namespace {

std::size_t to_number(std::string_view text) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

bool has_column(const PGresult* result, std::string_view name) {
    // A revision could name a column so as well; the names hold a colon, so it would have to mean to.
    return PQnfields(result) == 1 && PQfname(result, 0) == name;
}

std::string describe_row(const PGresult* result) {
    std::vector<std::string> columns;
    for (int i = 0; i < PQnfields(result); ++i) {
        columns.push_back(fmt::format("{} = {}", PQfname(result, i),
                                      PQgetisnull(result, 0, i) == 1 ? "NULL" : PQgetvalue(result, 0, i)));
    }
    return base::printable(base::join(columns, ", "));
}

/// The part of an exchange that holds a byte.
std::size_t part_at(const Exchange& exchange, std::size_t offset) {
    const auto after = std::find_if(exchange.parts.begin(), exchange.parts.end(),
                                    [&](const ExchangePart& part) { return part.begin > offset; });
    return after == exchange.parts.begin() ? 0 : static_cast<std::size_t>(after - exchange.parts.begin()) - 1;
}

/// The number of rows that a guarded change complains of; empty if the message is about something else.
std::string_view wrong_row_count(std::string_view message) {
    const auto at = message.find(wrong_count_text);
    if (at == std::string_view::npos) return {};
    // The message is the server's for a failed cast to integer, in any language; only the text that was to be cast is
    // known.
    const auto digits = message.substr(at + wrong_count_text.size());
    return digits.substr(0, digits.find_first_not_of("0123456789"));
}

/// Whether nothing of a revision is in it, only what rev itself writes.
bool is_own(std::span<const Command> commands) {
    return std::ranges::all_of(commands, [](const Command& command) {
        const bool is_source = command.kind == Command::Kind::sql || command.kind == Command::Kind::expect_empty ||
                               command.kind == Command::Kind::ask || command.kind == Command::Kind::copy;
        return !is_source || command.is_own;
    });
}

/// Whether it needs a transaction around it to be read-only.
bool runs_without_transaction(std::span<const Command> commands) {
    const auto is = [](const Command& command, Command::Kind kind) { return command.kind == kind; };
    const bool begins = std::ranges::any_of(commands, [&](const auto& c) { return is(c, Command::Kind::begin); });
    return !begins && !std::ranges::all_of(commands, [&](const auto& c) { return is(c, Command::Kind::reset); });
}

}  // namespace

BatchResult PostgresDatabase::run(std::span<const Command> commands) {
    // Once: run_reading() sets is_open before it calls this again.
    if (options_.read_only && !transaction_.is_open && runs_without_transaction(commands)) return run_reading(commands);
    // Under a lock what is due waits for the next question or lock, so that a step stays one message.
    if (held_key_.empty()) unlock_now_if_due();
    Progress progress;
    progress.commands = commands;
    // Before anything is sent: the watch has to look more often than the shortest wait that the batch allows.
    for (const auto& command : commands)
        if (command.kind == Command::Kind::limit) lock_watch_.set_lock_timeout(command.lock_timeout);
    const auto waiting = is_own(commands) ? Waiting::for_own : Waiting::for_revision;
    try {
        // Functions and not values where the batch itself may change the answer: strings are read as the statement
        // before has left the setting.
        SessionFacts facts{
            .quote_literal = [text = server_text()](std::string_view value) { return text.literal(value); },
            .backslash = [this] { return backslash(); },
            .holds = [text = server_text()](std::string_view sql) { return text.holds(sql); },
            .read_only = options_.read_only,
            .patience = patience_,
            .search_path = search_path_,
            .is_shared = is_known_to_be_shared()};
        if (!options_.read_only && ends_functions())
            facts.end_functions = [this] { return end_functions_sql(held_numbers()); };
        ExchangeWriter writer(transaction_, std::move(facts), [&](const Exchange& exchange) {
            send(exchange, progress, waiting);
            progress.takes_lock = false;
        });
        progress.takes_lock = lock_due_.has_value();
        if (progress.takes_lock) {
            const auto lock = take_lock_due();
            writer.begin_with(lock.text, lock.count);
        }
        if (search_path_is_due_) writer.begin_with(search_path_sql(), 1);
        for (std::size_t i = 0; i < commands.size(); ++i) writer.add(commands[i], i);
        writer.finish();
        search_path_is_due_ = writer.search_path_is_due();
        // Only when all was sent: after a failure there is no transaction, see after_failure().
        transaction_ = writer.transaction();
    } catch (const CommandError& error) {
        after_failure(commands);
        if (error.code() == error_codes::lock_refused) throw lock_refused(error);
        throw;
    } catch (...) {
        after_failure(commands);
        throw;
    }
    return progress.result;
}

/// A setting would stay in a session that a pooler shares, so what only reads gets a transaction of its own.
/// A failure inside has rolled back already, so that there is nothing to undo here.
BatchResult PostgresDatabase::run_reading(std::span<const Command> commands) {
    const bool needs_path = is_known_to_be_shared() && !search_path_.empty();
    simple("BEGIN READ ONLY" + (needs_path ? "; " + search_path_sql() : ""));
    transaction_.is_open = true;
    const auto result = run(commands);
    simple("COMMIT");
    transaction_ = {};
    return result;
}

void PostgresDatabase::send(const Exchange& exchange, Progress& progress, Waiting waiting) {
    // By the simple protocol: a message of the extended one holds a single statement.
    if (PQsendQuery(session_.raw, exchange.text.c_str()) == 0) {
        throw lost(PQerrorMessage(session_.raw), exchange.parts.front().command);
    }
    // Rows that nobody reads are dropped one by one instead of being collected.
    PQsetSingleRowMode(session_.raw);
    start_waiting(waiting);
    Cursor cursor;
    std::optional<CommandError> failed;
    // After a failure the rest is read all the same: libpq takes no next query before the last result of this one.
    while (const auto result = next_result()) {
        if (failed) continue;
        try {
            take(exchange, result.get(), cursor, progress);
        } catch (const CommandError& refused) {
            failed = refused;
        }
    }
    // The server's last words ("terminating connection due to administrator command") come as an ordinary error; that
    // the connection is gone matters more to whoever decides what to do next.
    if (failed && PQstatus(session_.raw) == CONNECTION_BAD) throw lost(failed->what(), failed->command);
    if (failed) throw *failed;
    refuse_ended_transaction(exchange, progress);
}

/// One result. Throws CommandError if it is an error, or a row where there must be none.
void PostgresDatabase::take(const Exchange& exchange, const PGresult* result, Cursor& cursor, Progress& progress) {
    switch (PQresultStatus(result)) {
        case PGRES_COPY_IN:
            // A revision's COPY FROM STDIN in the middle of other SQL: its data would have to come from somewhere, and
            // a server that waits for it waits for ever.
            if (exchange.is_copy) return send_copy_data(progress.commands[exchange.parts.front().command]);
            PQputCopyEnd(session_.raw, "its data must follow it, up to a line \\.");
            return;
        case PGRES_COPY_OUT:
            // COPY TO STDOUT: the lines must be read, or the connection stays in this state.
            for (char* line = nullptr; PQgetCopyData(session_.raw, &line, 0) > 0;) PQfreemem(line);
            return;
        case PGRES_BAD_RESPONSE:
        case PGRES_FATAL_ERROR:
            throw failure(exchange, result, cursor, progress);
        // Text without a statement, such as only comments: it counts as none.
        case PGRES_EMPTY_QUERY:
            return;
        default:
            count(exchange, result, cursor, progress);
    }
}

/// What the server says of the transaction goes before what the text looks like.
void PostgresDatabase::refuse_ended_transaction(const Exchange& exchange, const Progress& progress) {
    const auto& last = exchange.parts.back();
    // An exchange that ends with rev's own COMMIT is meant to leave no transaction.
    if (!last.is_source() || !last.in_transaction || in_transaction()) return;
    const auto& command = progress.commands[last.command];
    // The place is looked for in the text, as the server does not say which statement ended it; where nothing is found
    // there, the beginning is named.
    throw transaction_ended_error(command, last.command,
                                  sql::find_transaction_control(command.sql, dialect()).value_or(0));
}

/// Takes note of one result that is no error: moves the cursor behind it.
void PostgresDatabase::count(const Exchange& exchange, const PGresult* result, Cursor& cursor,
                             Progress& progress) const {
    const auto& parts = exchange.parts;
    const auto next_part = [&] {
        ++cursor.part;
        cursor.results_of_part = 0;
    };
    const bool is_row = PQresultStatus(result) == PGRES_SINGLE_TUPLE;
    const bool is_own = has_column(result, change_column) || has_column(result, mark_column);
    // A part of rev's own is over when its known number of results has come. One of a revision is over only when a
    // column of rev's own shows that the next has begun.
    if (!parts[cursor.part].is_source() && cursor.results_of_part == parts[cursor.part].results) next_part();
    if (parts[cursor.part].is_source() && is_own && cursor.part + 1 < parts.size()) next_part();
    const auto& part = parts[cursor.part];
    if (is_row && part.kind == Command::Kind::expect_empty) {
        const auto& command = progress.commands[part.command];
        // progress counts the statements of one command across exchanges, as its SQL may have been cut into pieces.
        const auto done = progress.source_command == part.command ? progress.source_statements : 0;
        throw returned_rows_error(command, part.command, done,
                                  sql::statement_offset(command.sql, done, dialect(), part.backslash),
                                  describe_row(result));
    }
    // In single-row mode each row is a result, and one without rows ends the statement: that one is counted.
    if (is_row && part.kind == Command::Kind::ask) progress.result.answered = true;
    if (is_row && part.kind == Command::Kind::fetch) *progress.commands[part.command].row = row_of(result, 0);
    if (is_row) return;
    ++cursor.results_of_part;
    if (!part.is_source()) return;
    if (progress.source_command != part.command) progress.source_statements = 0;
    progress.source_command = part.command;
    ++progress.source_statements;
    ++progress.result.statements;
    if (!progress.commands[part.command].is_own)
        progress.result.rows += static_cast<long long>(to_number(PQcmdTuples(const_cast<PGresult*>(result))));
}

void PostgresDatabase::send_copy_data(const Command& command) {
    constexpr std::size_t block = 1 << 20;
    // PQputCopyData takes an int, and copies what it is given: in blocks, a large file is not in memory twice.
    for (std::size_t at = 0; at < command.data.size(); at += block) {
        const auto part = command.data.substr(at, block);
        // That the connection broke is said by the results that follow.
        if (PQputCopyData(session_.raw, part.data(), static_cast<int>(part.size())) != 1) break;
    }
    PQputCopyEnd(session_.raw, nullptr);
}

// Failures

/// A part whose results are all there cannot be the one that failed, as its last statement has succeeded.
std::size_t PostgresDatabase::part_behind(const Exchange& exchange, const Cursor& cursor) {
    const auto& part = exchange.parts[cursor.part];
    const auto text = std::string_view(exchange.text).substr(part.begin, part.end - part.begin);
    const auto results =
        part.is_source() ? sql::count_statements(text, Dialect::postgresql, part.backslash) : part.results;
    return cursor.results_of_part < results ? cursor.part : std::min(cursor.part + 1, exchange.parts.size() - 1);
}

CommandError PostgresDatabase::failure(const Exchange& exchange, const PGresult* result, const Cursor& cursor,
                                       const Progress& progress) const {
    auto error = server_error(result, url_);
    // The cancelled statement's own message, "canceling statement due to user request", would blame the user.
    if (has_given_up(error.sqlstate())) return gave_up();
    // In characters from 1 of the whole message, not of the statement: a message of several statements is one text to
    // the server. 0 where it tells none.
    const auto position = to_number(error_field(result, PG_DIAG_STATEMENT_POSITION));
    const auto offset = byte_offset(exchange.text, position, counted_encoding_);
    // A position that the server names is certain; counting results is what is left without one.
    const auto& part = exchange.parts[position > 0 ? part_at(exchange, offset) : part_behind(exchange, cursor)];
    const auto& command = progress.commands[part.command];

    if (progress.takes_lock && &part == &exchange.parts.front())
        return CommandError(Error(ExitCode::database, error_codes::lock_refused,
                                  "the run lock was not to be had, or the database is not as it was read")
                                .with_detail(error.what())
                                .with_sqlstate(error.sqlstate()),
                            part.command);
    if (part.kind == Command::Kind::change) {
        const auto rows = wrong_row_count(error.what());
        if (!rows.empty()) return wrong_row_count_error(command, part.command, rows);
    }
    // rev's own SQL has no place in a file.
    if (!part.is_source()) return with_lock_wait(CommandError(std::move(error), part.command));

    const auto done = progress.source_command == part.command ? progress.source_statements : 0;
    // Meaningful only where there is a position; elsewhere offset is 0 and this value is not used.
    const auto source_offset = part.source_offset + (offset - part.begin);
    const auto statement =
        position > 0 ? sql::statement_index(command.sql, source_offset, dialect(), part.backslash) : done;
    const auto place =
        position > 0 ? source_offset : sql::statement_offset(command.sql, statement, dialect(), part.backslash);
    // 57014 comes of statement_timeout, too: that is the revision's failure, as long as rev has asked for no cancel.
    if (cancelled_ && error.sqlstate() == sqlstate::query_canceled) {
        error = Error(ExitCode::database, error_codes::interrupted, "the statement was interrupted")
                    .with_sqlstate(sqlstate::query_canceled);
    }
    CommandError failed(std::move(error).with_location(location_in(command, place)), part.command);
    failed.statement = statement;
    return with_lock_wait(std::move(failed));
}

CommandError PostgresDatabase::with_lock_wait(CommandError failed) const {
    constexpr std::string_view lock_not_available = sqlstate::lock_not_available;
    if (failed.sqlstate() == lock_not_available) failed.blocked = lock_watch_.seen();
    return failed;
}

/// What failed is known already; nothing here may hide it.
void PostgresDatabase::after_failure(std::span<const Command> commands) {
    drain();
    transaction_ = {};
    const auto is_reset = [](const Command& command) { return command.kind == Command::Kind::reset; };
    // A reset that had already run may be undone with the transaction that the server put it into.
    const bool reset = !options_.read_only && std::any_of(commands.begin(), commands.end(), is_reset);
    try {
        // The transaction is aborted, and nothing but ROLLBACK is taken in it.
        if (in_transaction()) simple("ROLLBACK");
        // What a shared session has had is undone with the transaction, and it is another client's by now.
        if (!reset || is_known_to_be_shared()) return;
        const auto functions = ends_functions() ? end_functions_sql(held_numbers()) + "; " : std::string();
        simple(reset_settings_sql(search_path_) + "; " + functions + reset_objects_sql());
    } catch (const Error&) {
        return;
    }
}

/// Reads what the server still sends after a failure.
void PostgresDatabase::drain() {
    // A COPY that waits for data would otherwise be answered with PGRES_COPY_IN again and again.
    while (PQstatus(session_.raw) == CONNECTION_OK) {
        const Result rest(PQgetResult(session_.raw));
        if (!rest) return;
        if (PQresultStatus(rest.get()) == PGRES_COPY_IN) PQputCopyEnd(session_.raw, "stopped");
    }
}

void PostgresDatabase::rollback() {
    transaction_ = {};
    // A server rolls back what a lost connection had open.
    if (is_alive() && in_transaction()) simple("ROLLBACK");
}

}  // namespace rev::db
