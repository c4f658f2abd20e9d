#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.hpp"
#include "db/command_errors.hpp"
#include "db/drivers.hpp"
#include "db/postgres_backup.hpp"
#include "db/postgres_exchange.hpp"
#include "db/postgres_lock_watch.hpp"
#include "db/postgres_own_query.hpp"
#include "db/postgres_session.hpp"
#include "db/sql_text.hpp"

namespace rev {
namespace {

struct FreeMemory {
    void operator()(char* memory) const noexcept { PQfreemem(memory); }
};

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

std::size_t to_number(std::string_view text) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Byte offset of a 1-based character position.
std::size_t byte_offset(std::string_view text, std::size_t character) {
    std::size_t offset = 0;
    for (std::size_t seen = 0; offset < text.size(); ++offset) {
        const bool starts_character = (static_cast<unsigned char>(text[offset]) & 0xC0) != 0x80;
        if (starts_character && ++seen == character) break;
    }
    return offset;
}

/// FNV-1a: the same key gives the same lock in every version of rev, on every machine.
std::int64_t lock_number(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : "rev:" + std::string(key)) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    return static_cast<std::int64_t>(hash);
}

/// A refused question of rev's own.
Error query_failure(const PGresult* result, const DatabaseUrl& url) {
    const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
    auto message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = PQresultErrorMessage(result);
    Error error(ExitCode::database, "query_failed", clean_message(message.c_str(), url));
    error.with_sqlstate(sqlstate);
    if (sqlstate == "42501")
        error.with_hint("grant the role the right to read what the message names, or connect as a role that has it");
    return error;
}

/// One line for people; context is the call stack inside functions.
Error server_error(const PGresult* result, const DatabaseUrl& url) {
    auto message = clean_message(field(result, PG_DIAG_MESSAGE_PRIMARY).c_str(), url);
    if (message.empty()) message = clean_message(PQresultErrorMessage(result), url);
    auto detail = clean_message(field(result, PG_DIAG_MESSAGE_DETAIL).c_str(), url);
    if (const auto context = field(result, PG_DIAG_CONTEXT); !context.empty()) {
        detail += (detail.empty() ? "" : "\n") + clean_message(context.c_str(), url);
    }
    return Error(ExitCode::revision_failed, "sql_error", message)
        .with_detail(std::move(detail))
        .with_hint(clean_message(field(result, PG_DIAG_MESSAGE_HINT).c_str(), url))
        .with_sqlstate(field(result, PG_DIAG_SQLSTATE));
}

Error pooled_connection_error() {
    return Error(ExitCode::database, "pooled_connection",
                 "the database is behind a connection pooler that shares sessions between clients")
        .with_hint(
            "give rev the server's own address, or a pool in session mode (pgbouncer: pool_mode = session): its lock "
            "and settings need a session of their own");
}

bool is_error(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

std::vector<SqlRow> rows_of(const PGresult* result) {
    std::vector<SqlRow> rows;
    for (int row = 0; row < PQntuples(result); ++row) rows.push_back(row_of(result, row));
    return rows;
}

class PostgresDatabase final : public Database {
public:
    PostgresDatabase(DatabaseUrl url, OpenOptions options)
        : url_(std::move(url)),
          options_(std::move(options)),
          lock_watch_(url_, options_.on_blocked, options_.on_progress) {
        connect();
    }

    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::postgresql; }
    [[nodiscard]] ServerInfo server_info() override;
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override {
        if (!session_.connection) throw lost("", 0);
        return session_.connection->quote_name(std::string(name));
    }
    [[nodiscard]] std::string quote_literal(std::string_view value) const override;
    [[nodiscard]] bool has_table(std::string_view schema, std::string_view table) override;
    [[nodiscard]] std::vector<SqlRow> query(std::string_view sql, std::span<const SqlValue> parameters) override;
    [[nodiscard]] std::vector<SqlRow> query_in_session(std::string_view sql,
                                                       std::span<const SqlValue> parameters) override;
    [[nodiscard]] std::vector<std::vector<SqlRow>> query_all(std::span<const Query> queries) override;
    BatchResult run(std::span<const Command> commands) override;
    void rollback() override;
    [[nodiscard]] bool in_transaction() override { return PQtransactionStatus(session_.raw) != PQTRANS_IDLE; }
    bool set_foreign_keys(bool) override { return true; }
    [[nodiscard]] std::vector<std::string> foreign_key_violations() override { return {}; }
    void back_up(const std::filesystem::path& file) override;
    [[nodiscard]] bool try_lock(std::string_view key) override;
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view key) override;
    void unlock(std::string_view key) override;
    [[nodiscard]] bool is_alive() noexcept override;
    void reconnect() override { connect(); }

private:
    /// What a run has done so far, and what it is at.
    struct Progress {
        std::span<const Command> commands;
        BatchResult result;
        std::size_t source_command = 0;     ///< the command whose statements are counted
        std::size_t source_statements = 0;  ///< how many of them are done
    };
    /// Where in an exchange the next result belongs.
    struct Cursor {
        std::size_t part = 0;
        std::size_t results_of_part = 0;
    };

    void connect();
    void send_settings();
    [[nodiscard]] bool try_lock_behind_proxy(std::string_view key);
    void simple(const std::string& sql);
    [[nodiscard]] std::vector<std::vector<SqlRow>> answers_to(std::span<const Query> queries, NameSearch search);

    void send(const Exchange& exchange, Progress& progress);
    [[nodiscard]] Result next_result();
    void wait_for_server();
    void cancel();
    void count(const Exchange& exchange, const PGresult* result, Cursor& cursor, Progress& progress) const;
    void send_copy_data(const Command& command);
    void drain();

    /// The part whose result comes next, as far as counting tells.
    [[nodiscard]] static std::size_t part_behind(const Exchange& exchange, const Cursor& cursor);
    [[nodiscard]] CommandError failure(const Exchange& exchange, const PGresult* result, const Cursor& cursor,
                                       const Progress& progress) const;
    [[nodiscard]] CommandError with_lock_wait(CommandError failed) const;
    [[nodiscard]] CommandError lost(std::string message, std::size_t command) const;
    void after_failure(std::span<const Command> commands);

    [[nodiscard]] int backend_pid();
    [[nodiscard]] bool is_shared_between_clients(int pid);
    static void on_notice(void* self, const PGresult* notice) noexcept;

    DatabaseUrl url_;
    OpenOptions options_;
    PostgresSession session_;  ///< empty when a new one could not be had
    LockWatch lock_watch_;
    std::string unsent_settings_;      ///< SQL that goes before what is sent next; empty once it was sent
    bool in_own_transaction_ = false;  ///< opened by Command::Kind::begin
    bool cancelled_ = false;
    std::chrono::steady_clock::time_point next_cancel_;
};

// Connection

void PostgresDatabase::connect() {
    session_ = {};
    in_own_transaction_ = false;
    session_ = connect_postgres(url_);
    lock_watch_.set_backend(PQbackendPID(session_.raw));
    PQsetNoticeReceiver(session_.raw, on_notice, this);
    // No start-up parameter: connection poolers refuse those that they do not know.
    unsent_settings_ = options_.read_only ? "SET default_transaction_read_only = on" : "";
}

void PostgresDatabase::send_settings() {
    if (unsent_settings_.empty()) return;
    simple(unsent_settings_);
    unsent_settings_.clear();
}

void PostgresDatabase::on_notice(void* self, const PGresult* notice) noexcept {
    const auto& database = *static_cast<PostgresDatabase*>(self);
    if (!database.options_.on_notice) return;
    try {
        database.options_.on_notice(field(notice, PG_DIAG_SEVERITY_NONLOCALIZED),
                                    clean_message(field(notice, PG_DIAG_MESSAGE_PRIMARY).c_str(), database.url_));
    } catch (...) {
        // libpq, which calls this, cannot pass an exception on; a notice is not worth ending a run.
        return;
    }
}

ServerInfo PostgresDatabase::server_info() {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    auto version = text(PQparameterStatus(session_.raw, "server_version"));
    version = version.substr(0, version.find(' '));
    return {url_.display(), "PostgreSQL", version, text(PQuser(session_.raw)), text(PQdb(session_.raw))};
}

bool PostgresDatabase::is_alive() noexcept {
    if (session_.raw == nullptr || PQstatus(session_.raw) != CONNECTION_OK) return false;
    // A closed connection is seen only by reading from it.
    return PQconsumeInput(session_.raw) == 1 && PQstatus(session_.raw) == CONNECTION_OK;
}

std::string PostgresDatabase::quote_literal(std::string_view value) const {
    const std::unique_ptr<char, FreeMemory> literal(PQescapeLiteral(session_.raw, value.data(), value.size()));
    if (!literal) {
        throw Error(ExitCode::database, "bad_text", "a value cannot be written as an SQL literal")
            .with_detail(clean_message(PQerrorMessage(session_.raw), url_));
    }
    return literal.get();
}

/// One of rev's own statements, without a result.
void PostgresDatabase::simple(const std::string& sql) {
    const Result result(PQexec(session_.raw, sql.c_str()));
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return;
    if (PQstatus(session_.raw) == CONNECTION_BAD) throw lost(PQerrorMessage(session_.raw), 0);
    throw server_error(result.get(), url_);
}

// Queries

std::vector<SqlRow> PostgresDatabase::query(std::string_view sql, std::span<const SqlValue> parameters) {
    const Query one{std::string(sql), {parameters.begin(), parameters.end()}};
    return answers_to(std::span(&one, 1), NameSearch::catalog).at(0);
}

std::vector<SqlRow> PostgresDatabase::query_in_session(std::string_view sql, std::span<const SqlValue> parameters) {
    const Query one{std::string(sql), {parameters.begin(), parameters.end()}};
    return answers_to(std::span(&one, 1), NameSearch::session).at(0);
}

std::vector<std::vector<SqlRow>> PostgresDatabase::query_all(std::span<const Query> queries) {
    return answers_to(queries, NameSearch::catalog);
}

/// In one message, so that there is one round trip; the protocol has no bound parameters for that.
std::vector<std::vector<SqlRow>> PostgresDatabase::answers_to(std::span<const Query> queries, NameSearch search) {
    if (!session_.connection) throw lost("", 0);
    const OwnQueryFrame frame = own_query_frame(search, in_transaction());
    std::string text = (unsent_settings_.empty() ? "" : unsent_settings_ + "; ") + frame.before;
    for (const auto& query : queries) {
        text += replace_placeholders(query.sql, [&](std::size_t index) {
            const auto& value = query.parameters.at(index);
            return value ? quote_literal(*value) : std::string("NULL");
        });
        text += "; ";
    }
    text += frame.behind;
    if (PQsendQuery(session_.raw, text.c_str()) == 0) throw lost(PQerrorMessage(session_.raw), 0);
    std::vector<std::vector<SqlRow>> answers;
    std::optional<Error> failed;
    while (const auto result = Result(PQgetResult(session_.raw))) {
        if (failed) continue;
        if (PQresultStatus(result.get()) == PGRES_TUPLES_OK) answers.push_back(rows_of(result.get()));
        if (!is_error(result.get())) continue;
        failed = query_failure(result.get(), url_);
    }
    if (failed && PQstatus(session_.raw) == CONNECTION_BAD) throw lost(failed->what(), 0);
    if (failed) throw *failed;
    unsent_settings_.clear();
    return answers;
}

bool PostgresDatabase::has_table(std::string_view schema, std::string_view table) {
    const std::string of_name =
        "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) "
        "c.relnamespace WHERE c.relkind OPERATOR(pg_catalog.=) ANY (CAST('{r,p,f,v,m}' AS pg_catalog.\"char\"[])) "
        "AND c.relname OPERATOR(pg_catalog.=) ? AND ";
    const std::vector<SqlValue> visible = {std::string(table)};
    const std::vector<SqlValue> in_schema = {std::string(table), std::string(schema)};
    if (schema.empty()) return !query_in_session(of_name + "pg_catalog.pg_table_is_visible(c.oid)", visible).empty();
    return !query(of_name + "n.nspname OPERATOR(pg_catalog.=) ?", in_schema).empty();
}

// Batches

BatchResult PostgresDatabase::run(std::span<const Command> commands) {
    send_settings();
    Progress progress;
    progress.commands = commands;
    for (const auto& command : commands)
        if (command.kind == Command::Kind::limit) lock_watch_.set_lock_timeout(command.lock_timeout);
    try {
        ExchangeWriter writer(
            in_own_transaction_, options_.read_only, [this](std::string_view text) { return quote_literal(text); },
            [&](const Exchange& exchange) { send(exchange, progress); });
        for (std::size_t i = 0; i < commands.size(); ++i) writer.add(commands[i], i);
        writer.finish();
        in_own_transaction_ = writer.in_transaction();
    } catch (...) {
        after_failure(commands);
        throw;
    }
    return progress.result;
}

void PostgresDatabase::send(const Exchange& exchange, Progress& progress) {
    cancelled_ = false;
    if (PQsendQuery(session_.raw, exchange.text.c_str()) == 0) {
        throw lost(PQerrorMessage(session_.raw), exchange.parts.front().command);
    }
    // Rows that nobody reads are dropped one by one instead of being collected.
    PQsetSingleRowMode(session_.raw);
    lock_watch_.start();
    Cursor cursor;
    std::optional<CommandError> failed;
    while (const auto result = next_result()) {
        if (failed) continue;
        switch (PQresultStatus(result.get())) {
            case PGRES_COPY_IN:
                if (exchange.is_copy) {
                    send_copy_data(progress.commands[exchange.parts.front().command]);
                } else {
                    PQputCopyEnd(session_.raw, "its data must follow it, up to a line \\.");
                }
                break;
            case PGRES_COPY_OUT:
                for (char* line = nullptr; PQgetCopyData(session_.raw, &line, 0) > 0;) PQfreemem(line);
                break;
            case PGRES_BAD_RESPONSE:
            case PGRES_FATAL_ERROR:
                failed = failure(exchange, result.get(), cursor, progress);
                break;
            case PGRES_EMPTY_QUERY:
                break;
            default:
                try {
                    count(exchange, result.get(), cursor, progress);
                } catch (const CommandError& refused) {
                    failed = refused;
                }
        }
    }
    if (failed && PQstatus(session_.raw) == CONNECTION_BAD) throw lost(failed->what(), failed->command);
    if (failed) throw *failed;
    // SQL that might do this is sent alone, so nothing has run behind it.
    const auto& last = exchange.parts.back();
    if (last.is_source() && last.in_transaction && !in_transaction()) {
        const auto& command = progress.commands[last.command];
        throw transaction_ended_error(command, last.command,
                                      find_transaction_control(command.sql, dialect()).value_or(0));
    }
}

/// Null after the last one.
Result PostgresDatabase::next_result() {
    wait_for_server();
    return Result(PQgetResult(session_.raw));
}

void PostgresDatabase::wait_for_server() {
    constexpr std::chrono::milliseconds between_questions{100};
    while (PQisBusy(session_.raw) == 1) {
        if (options_.interrupted && options_.interrupted()) cancel();
        lock_watch_.look();
        const auto pause = std::min(between_questions, lock_watch_.pause());
        pollfd socket = {PQsocket(session_.raw), POLLIN, 0};
        if (poll(&socket, 1, static_cast<int>(pause.count())) > 0 && PQconsumeInput(session_.raw) == 0) return;
    }
}

/// Asks again now and then: a request that comes just before the statement, or between two, cancels nothing.
void PostgresDatabase::cancel() {
    using Clock = std::chrono::steady_clock;
    if (cancelled_ && Clock::now() < next_cancel_) return;
    cancelled_ = true;
    next_cancel_ = Clock::now() + std::chrono::milliseconds(500);
    std::array<char, 256> reason = {};
    PGcancel* request = PQgetCancel(session_.raw);
    if (request == nullptr) return;
    PQcancel(request, reason.data(), static_cast<int>(reason.size()));
    PQfreeCancel(request);
}

bool has_column(const PGresult* result, std::string_view name) {
    return PQnfields(result) == 1 && PQfname(result, 0) == name;
}

std::string describe_row(const PGresult* result) {
    std::vector<std::string> columns;
    for (int i = 0; i < PQnfields(result); ++i) {
        columns.push_back(fmt::format("{} = {}", PQfname(result, i),
                                      PQgetisnull(result, 0, i) == 1 ? "NULL" : PQgetvalue(result, 0, i)));
    }
    return printable(join(columns, ", "));
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
    if (!parts[cursor.part].is_source() && cursor.results_of_part == parts[cursor.part].results) next_part();
    if (parts[cursor.part].is_source() && is_own && cursor.part + 1 < parts.size()) next_part();
    const auto& part = parts[cursor.part];
    if (is_row && part.kind == Command::Kind::expect_empty) {
        const auto& command = progress.commands[part.command];
        throw returned_rows_error(command, part.command, cursor.results_of_part,
                                  statement_offset(command.sql, cursor.results_of_part, dialect()),
                                  describe_row(result));
    }
    if (is_row) return;
    ++cursor.results_of_part;
    if (!part.is_source()) return;
    if (progress.source_command != part.command) progress.source_statements = 0;
    progress.source_command = part.command;
    ++progress.source_statements;
    ++progress.result.statements;
}

void PostgresDatabase::send_copy_data(const Command& command) {
    constexpr std::size_t block = 1 << 20;
    for (std::size_t at = 0; at < command.data.size(); at += block) {
        const auto part = command.data.substr(at, block);
        if (PQputCopyData(session_.raw, part.data(), static_cast<int>(part.size())) != 1) break;
    }
    PQputCopyEnd(session_.raw, nullptr);
}

// Failures

CommandError PostgresDatabase::lost(std::string message, std::size_t command) const {
    CommandError error(Error(ExitCode::database, "connection_lost", "the connection to the database was lost")
                           .with_detail(clean_message(message.c_str(), url_))
                           .with_hint("check that the server runs, then run the same command again"),
                       command);
    error.connection_lost = true;
    return error;
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
    const auto digits = message.substr(at + wrong_count_text.size());
    return digits.substr(0, digits.find_first_not_of("0123456789"));
}

std::size_t PostgresDatabase::part_behind(const Exchange& exchange, const Cursor& cursor) {
    const auto& part = exchange.parts[cursor.part];
    const auto text = std::string_view(exchange.text).substr(part.begin, part.end - part.begin);
    const auto results = part.is_source() ? count_statements(text, Dialect::postgresql) : part.results;
    return cursor.results_of_part < results ? cursor.part : std::min(cursor.part + 1, exchange.parts.size() - 1);
}

CommandError PostgresDatabase::failure(const Exchange& exchange, const PGresult* result, const Cursor& cursor,
                                       const Progress& progress) const {
    auto error = server_error(result, url_);
    const auto position = to_number(field(result, PG_DIAG_STATEMENT_POSITION));
    const auto offset = byte_offset(exchange.text, position);
    const auto& part = exchange.parts[position > 0 ? part_at(exchange, offset) : part_behind(exchange, cursor)];
    const auto& command = progress.commands[part.command];

    if (part.kind == Command::Kind::change) {
        const auto rows = wrong_row_count(error.what());
        if (!rows.empty()) return wrong_row_count_error(command, part.command, rows);
    }
    if (!part.is_source()) return with_lock_wait(CommandError(std::move(error), part.command));

    const auto done = progress.source_command == part.command ? progress.source_statements : 0;
    const auto source_offset = part.source_offset + (offset - part.begin);
    const auto statement = position > 0 ? statement_index(command.sql, source_offset, dialect()) : done;
    const auto place = position > 0 ? source_offset : statement_offset(command.sql, statement, dialect());
    if (cancelled_ && error.sqlstate() == "57014") {
        error = Error(ExitCode::database, "interrupted", "the statement was interrupted").with_sqlstate("57014");
    }
    CommandError failed(std::move(error).with_location(location_in(command, place)), part.command);
    failed.statement = statement;
    return with_lock_wait(std::move(failed));
}

CommandError PostgresDatabase::with_lock_wait(CommandError failed) const {
    constexpr std::string_view lock_not_available = "55P03";
    if (failed.sqlstate() == lock_not_available) failed.blocked = lock_watch_.seen();
    return failed;
}

/// What failed is known already; nothing here may hide it.
void PostgresDatabase::after_failure(std::span<const Command> commands) {
    drain();
    in_own_transaction_ = false;
    const auto is_reset = [](const Command& command) { return command.kind == Command::Kind::reset; };
    // A reset that had already run may be undone with the transaction that the server put it into.
    const bool reset = std::any_of(commands.begin(), commands.end(), is_reset);
    try {
        if (in_transaction()) simple("ROLLBACK");
        if (reset) simple(reset_settings_sql(options_.read_only) + "; " + reset_objects_sql());
    } catch (const Error&) {
        return;
    }
}

/// Reads what the server still sends after a failure.
void PostgresDatabase::drain() {
    while (PQstatus(session_.raw) == CONNECTION_OK) {
        const Result rest(PQgetResult(session_.raw));
        if (!rest) return;
        if (PQresultStatus(rest.get()) == PGRES_COPY_IN) PQputCopyEnd(session_.raw, "stopped");
    }
}

void PostgresDatabase::rollback() {
    in_own_transaction_ = false;
    if (is_alive() && in_transaction()) simple("ROLLBACK");
}

void PostgresDatabase::back_up(const std::filesystem::path& file) {
    dump_postgres(session_.raw, url_, file, options_.interrupted, [this](const std::string& message) {
        if (options_.on_notice) options_.on_notice("WARNING", message);
    });
}

// The run lock

int PostgresDatabase::backend_pid() {
    return std::stoi(query("SELECT pg_catalog.pg_backend_pid()", {}).at(0).at(0).value());
}

bool PostgresDatabase::try_lock(std::string_view key) {
    // A proxy makes up the number that the client is told at the start: then nothing is locked yet.
    const std::vector<SqlValue> parameters = {std::to_string(PQbackendPID(session_.raw)),
                                              std::to_string(lock_number(key))};
    const auto locked =
        query(
            "SELECT CASE WHEN pg_catalog.pg_backend_pid() = ?::int THEN pg_catalog.pg_try_advisory_lock(?::bigint) END",
            parameters)
            .at(0)
            .at(0);
    return locked ? locked == "t" : try_lock_behind_proxy(key);
}

bool PostgresDatabase::try_lock_behind_proxy(std::string_view key) {
    const int pid = backend_pid();
    lock_watch_.set_backend(pid);
    // Whether it shares the session has to be tried.
    if (is_shared_between_clients(pid)) throw pooled_connection_error();
    const std::vector<SqlValue> parameters = {std::to_string(lock_number(key))};
    const auto row =
        query("SELECT pg_catalog.pg_try_advisory_lock(?::bigint), pg_catalog.pg_backend_pid()", parameters).at(0);
    if (row.at(1) != std::to_string(pid)) throw pooled_connection_error();
    return row.at(0) == "t";
}

/// Whether another client of the proxy gets the same session while this one is idle, or this one gets another.
bool PostgresDatabase::is_shared_between_clients(int pid) {
    auto options = options_;
    options.on_notice = {};
    auto url = url_;
    url.query["connect_timeout"] = "2";
    try {
        PostgresDatabase other(url, options);
        const Command begin{Command::Kind::begin};
        other.run(std::span(&begin, 1));
        return other.backend_pid() == pid || backend_pid() != pid;
    } catch (const Error&) {
        // No second session to be had: then nobody shares this one now.
        return false;
    }
}

std::optional<LockHolder> PostgresDatabase::lock_holder(std::string_view key) {
    const auto number = static_cast<std::uint64_t>(lock_number(key));
    const std::vector<SqlValue> parameters = {std::to_string(number >> 32), std::to_string(number & 0xffffffff)};
    const auto rows = query(
        "SELECT " + session_columns("a", "backend_start") +
            " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ?::oid AND l.objid = ?::oid AND l.objsubid = "
            "1 "
            "AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) "
            "LIMIT 1",
        parameters);
    if (rows.empty()) return std::nullopt;
    return LockHolder{describe_session(rows.front(), "since")};
}

void PostgresDatabase::unlock(std::string_view key) {
    const std::vector<SqlValue> parameters = {std::to_string(lock_number(key))};
    if (query("SELECT pg_catalog.pg_advisory_unlock(?::bigint)", parameters).at(0).at(0) == "t") return;
    throw Error(ExitCode::database, "lock_lost", "the run lock was not held any more when it was to be released")
        .with_hint(
            "another run may have worked at the same time: look at `rev status` and `rev log`. A connection pooler "
            "in transaction mode, or pg_advisory_unlock_all() in a revision, can cause this");
}

}  // namespace

std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<PostgresDatabase>(url, options);
}

}  // namespace rev
