#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "db/drivers.hpp"
#include "db/postgres_backup.hpp"
#include "db/postgres_database.hpp"

namespace rev {
namespace {

struct FreeMemory {
    void operator()(char* memory) const noexcept { PQfreemem(memory); }
};

std::string text_of(const char* value) { return value == nullptr ? "" : value; }

}  // namespace

std::string error_field(const PGresult* result, int code) { return text_of(PQresultErrorField(result, code)); }

Error server_error(const PGresult* result, const DatabaseUrl& url) {
    auto message = clean_message(error_field(result, PG_DIAG_MESSAGE_PRIMARY).c_str(), url);
    if (message.empty()) message = clean_message(PQresultErrorMessage(result), url);
    auto detail = clean_message(error_field(result, PG_DIAG_MESSAGE_DETAIL).c_str(), url);
    if (const auto context = error_field(result, PG_DIAG_CONTEXT); !context.empty()) {
        detail += (detail.empty() ? "" : "\n") + clean_message(context.c_str(), url);
    }
    return Error(ExitCode::revision_failed, "sql_error", message)
        .with_detail(std::move(detail))
        .with_hint(clean_message(error_field(result, PG_DIAG_MESSAGE_HINT).c_str(), url))
        .with_sqlstate(error_field(result, PG_DIAG_SQLSTATE));
}

bool is_error(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

PostgresDatabase::PostgresDatabase(DatabaseUrl url, OpenOptions options)
    : url_(std::move(url)),
      options_(std::move(options)),
      lock_watch_(url_, options_.on_blocked, options_.on_progress),
      patience_(std::max(options_.lock_timeout, least_patience)) {
    connect();
}

/// Leaves no setting in the session: behind a pooler it is other clients' session too.
void PostgresDatabase::connect() {
    session_ = {};
    transaction_ = {};
    held_key_.clear();
    unlock_due_.clear();
    session_ = connect_postgres(url_);
    lock_watch_.set_backend(PQbackendPID(session_.raw));
    PQsetNoticeReceiver(session_.raw, on_notice, this);
    search_path_is_due_ = !search_path_.empty();
}

void PostgresDatabase::set_search_path(std::string_view path) {
    search_path_ = path;
    search_path_is_due_ = true;
    // In a transaction it would be undone with it.
    if (!in_transaction()) return;
    simple(search_path_sql());
    search_path_is_due_ = false;
}

std::string PostgresDatabase::search_path_sql() const { return "SET search_path TO " + search_path_; }

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
    version = version.substr(0, version.find(' '));
    return {url_.display(), "PostgreSQL", version, text_of(PQuser(session_.raw)), text_of(PQdb(session_.raw))};
}

ServerText PostgresDatabase::server_text() const {
    return ServerText(text_of(PQparameterStatus(session_.raw, "server_encoding")));
}

bool PostgresDatabase::is_alive() noexcept {
    if (session_.raw == nullptr || PQstatus(session_.raw) != CONNECTION_OK) return false;
    // A closed connection is seen only by reading from it.
    return PQconsumeInput(session_.raw) == 1 && PQstatus(session_.raw) == CONNECTION_OK;
}

std::string PostgresDatabase::quote_identifier(std::string_view name) const {
    if (!session_.connection) throw lost("", 0);
    return session_.connection->quote_name(std::string(name));
}

std::string PostgresDatabase::quote_literal(std::string_view value) const {
    const std::unique_ptr<char, FreeMemory> literal(PQescapeLiteral(session_.raw, value.data(), value.size()));
    if (!literal) {
        throw Error(ExitCode::database, "bad_text", "a value cannot be written as an SQL literal")
            .with_detail(clean_message(PQerrorMessage(session_.raw), url_));
    }
    return literal.get();
}

CommandError PostgresDatabase::lost(std::string message, std::size_t command) const {
    CommandError error(Error(ExitCode::database, "connection_lost", "the connection to the database was lost")
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

std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options) {
    return std::make_unique<PostgresDatabase>(url, options);
}

}  // namespace rev
