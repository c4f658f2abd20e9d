// The session itself: connecting, quoting, what the server says outside of results. Batches are in postgres_batch.cpp,
// rev's own questions in postgres_query.cpp, waiting in postgres_wait.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "db/drivers.hpp"
#include "db/postgres/backup.hpp"
#include "db/postgres/database.hpp"

namespace rev::db {
namespace {

struct FreeMemory {
    void operator()(char* memory) const noexcept { PQfreemem(memory); }
};

/// libpq returns null for what it does not have; a std::string from null is undefined.
std::string text_of(const char* value) { return value == nullptr ? "" : value; }

}  // namespace

std::string error_field(const PGresult* result, int code) { return text_of(PQresultErrorField(result, code)); }

Error server_error(const PGresult* result, const DatabaseUrl& url) {
    auto message = clean_message(error_field(result, PG_DIAG_MESSAGE_PRIMARY).c_str(), url);
    // Errors that libpq makes itself, such as a lost connection, have no fields.
    if (message.empty()) message = clean_message(PQresultErrorMessage(result), url);
    auto detail = clean_message(error_field(result, PG_DIAG_MESSAGE_DETAIL).c_str(), url);
    // The call stack inside functions and DO blocks: without it nobody finds the failing line of a trigger.
    if (const auto context = error_field(result, PG_DIAG_CONTEXT); !context.empty()) {
        detail += (detail.empty() ? "" : "\n") + clean_message(context.c_str(), url);
    }
    return Error(ExitCode::revision_failed, error_codes::sql_error, message)
        .with_detail(std::move(detail))
        .with_hint(clean_message(error_field(result, PG_DIAG_MESSAGE_HINT).c_str(), url))
        .with_sqlstate(error_field(result, PG_DIAG_SQLSTATE));
}

bool is_error(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

PostgresDatabase::PostgresDatabase(DatabaseUrl url, OpenOptions options)
    // lock_watch_ takes url_ and two members of options_: the order of declaration in the class is the order of these
    // lines.
    : url_(std::move(url)),
      options_(std::move(options)),
      lock_watch_(url_, options_.on_blocked, options_.on_progress),
      patience_(std::max(options_.lock_timeout, least_patience)) {
    connect();
}

/// Leaves no setting in the session: behind a pooler it is other clients' session too.
void PostgresDatabase::connect() {
    // The old session goes first: were the new one refused, is_alive() must not answer for the old.
    session_ = {};
    transaction_ = {};
    held_key_.clear();
    lock_ready_.reset();
    lock_due_.reset();
    unlocks_due_.clear();
    shares_session_.reset();
    may_lock_sessions_.reset();
    no_session_lock_.reset();
    search_path_is_due_ = false;
    session_ = connect_postgres(url_);
    lock_watch_.set_backend(PQbackendPID(session_.raw));
    // A receiver and not a processor: it is handed the fields, whose severity is not translated.
    PQsetNoticeReceiver(session_.raw, on_notice, this);
    set_search_path(search_path_);
}

void PostgresDatabase::set_search_path(std::string_view path) {
    if (path.empty()) return;
    // Else it would stay in the session for others: there each message and transaction sets its own.
    const bool is_shared = shares_session();
    search_path_ = path;
    search_path_is_due_ = !is_shared;
    // In a transaction it would be undone with it.
    if (!in_transaction()) return;
    simple(search_path_sql());
    search_path_is_due_ = false;
}

std::string PostgresDatabase::search_path_sql() const {
    return fmt::format("SET {}search_path TO {}", is_known_to_be_shared() ? "LOCAL " : "", search_path_);
}

void PostgresDatabase::on_notice(void* self, const PGresult* notice) noexcept {
    const auto& database = *static_cast<PostgresDatabase*>(self);
    if (!database.options_.on_notice) return;
    try {
        database.options_.on_notice(error_field(notice, PG_DIAG_SEVERITY_NONLOCALIZED),
                                    clean_message(error_field(notice, PG_DIAG_MESSAGE_PRIMARY).c_str(), database.url_));
    } catch (...) {
        // libpq, which calls this, cannot pass an exception on; a notice is not worth ending a run.
        return;
    }
}

ServerInfo PostgresDatabase::server_info() {
    auto version = text_of(PQparameterStatus(session_.raw, "server_version"));
    // Debian's server says "15.8 (Debian 15.8-0+deb12u1)".
    version = version.substr(0, version.find(' '));
    return {url_.display(), "PostgreSQL", version, text_of(PQuser(session_.raw)), text_of(PQdb(session_.raw))};
}

/// Asked each time: after a reconnect it may be another server behind the same name.
ServerText PostgresDatabase::server_text() const {
    return ServerText(text_of(PQparameterStatus(session_.raw, "server_encoding")));
}

/// The server reports each change of it since version 14.
bool PostgresDatabase::reads_only_by_default() {
    constexpr auto name = "default_transaction_read_only";
    if (const char* reported = PQparameterStatus(session_.raw, name)) return std::string_view(reported) == "on";
    return query_in_session(fmt::format("SELECT pg_catalog.current_setting('{}')", name), {}).at(0).at(0) == "on";
}

bool PostgresDatabase::is_alive() noexcept {
    if (session_.raw == nullptr || PQstatus(session_.raw) != CONNECTION_OK) return false;
    // A closed connection is seen only by reading from it.
    return PQconsumeInput(session_.raw) == 1 && PQstatus(session_.raw) == CONNECTION_OK;
}

std::string PostgresDatabase::quote_identifier(std::string_view name) const {
    // quote_name needs the connection, as which bytes are a character depends on its encoding.
    if (!session_.connection) throw lost("", 0);
    return session_.connection->quote_name(std::string(name));
}

std::string PostgresDatabase::quote_literal(std::string_view value) const {
    const std::unique_ptr<char, FreeMemory> literal(PQescapeLiteral(session_.raw, value.data(), value.size()));
    if (!literal) {
        throw Error(ExitCode::database, error_codes::bad_text, "a value cannot be written as an SQL literal")
            .with_detail(clean_message(PQerrorMessage(session_.raw), url_));
    }
    return literal.get();
}

/// Nobody can say whether a COMMIT that was under way has happened; connection_lost tells the caller to look that up.
CommandError PostgresDatabase::lost(const std::string& message, std::size_t command) const {
    CommandError error(
        Error(ExitCode::database, error_codes::connection_lost, "the connection to the database was lost")
            .with_detail(clean_message(message.c_str(), url_))
            .with_hint("check that the server runs, then run the same command again"),
        command);
    error.connection_lost = true;
    return error;
}

void PostgresDatabase::back_up(const std::filesystem::path& file) {
    dump_postgres(session_.raw, url_, file, options_.interrupted, [this](const std::string& message) {
        if (options_.on_notice) options_.on_notice("WARNING", message);
    });
}

/// The program has another function of this name, that of load_postgres.cpp, unless the driver is linked into it.
std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<PostgresDatabase>(url, options);
}

}  // namespace rev::db
