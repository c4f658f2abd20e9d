// rev's own questions. They are sent by hand and not by libpqxx, whose calls can neither be ended nor limited.

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "base/sqlstate.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/own_query.hpp"
#include "db/postgres/run_lock.hpp"
#include "db/sql_text.hpp"

namespace rev::db {
namespace {

/// A field of COPY's text format.
SqlValue copied_field(std::string_view field) {
    constexpr std::string_view escaped = "bfnrtv";
    constexpr std::string_view meant = "\b\f\n\r\t\v";
    if (field == "\\N") return std::nullopt;
    std::string value;
    value.reserve(field.size());
    for (std::size_t i = 0; i < field.size(); ++i) {
        const bool is_escape = field[i] == '\\' && i + 1 < field.size();
        const auto letter = is_escape ? escaped.find(field[++i]) : std::string_view::npos;
        value += letter == std::string_view::npos ? field[i] : meant[letter];
    }
    return value;
}

/// A line of it: tabs within values are escaped.
SqlRow copied_row(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    SqlRow row;
    for (std::size_t begin = 0; begin <= line.size();) {
        const auto end = std::min(line.find('\t', begin), line.size());
        row.push_back(copied_field(line.substr(begin, end - begin)));
        begin = end + 1;
    }
    return row;
}

std::vector<SqlRow> rows_of(const PGresult* result) {
    std::vector<SqlRow> rows;
    for (int row = 0; row < PQntuples(result); ++row) rows.push_back(row_of(result, row));
    return rows;
}

/// A refused question of rev's own.
/// ExitCode::database, as no revision has failed.
Error query_failure(const PGresult* result, const DatabaseUrl& url) {
    const auto sqlstate = error_field(result, PG_DIAG_SQLSTATE);
    auto message = error_field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = PQresultErrorMessage(result);
    Error error(ExitCode::database, error_codes::query_failed, clean_message(message.c_str(), url));
    error.with_sqlstate(sqlstate);
    // insufficient_privilege.
    if (sqlstate == sqlstate::insufficient_privilege)
        error.with_hint("grant the role the right to read what the message names, or connect as a role that has it");
    return error;
}

}  // namespace

/// One of rev's own statements, without a result. Not to be stopped: it cleans up.
void PostgresDatabase::simple(const std::string& sql) {
    const Result result(PQexec(session_.raw, sql.c_str()));
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return;
    if (PQstatus(session_.raw) == CONNECTION_BAD) throw lost(PQerrorMessage(session_.raw), 0);
    throw server_error(result.get(), url_);
}

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

/// libpq hands each row over when it has come. What is due to be released has a row of its own, and goes first.
void PostgresDatabase::query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) {
    unlock_now_if_due();
    const Query one{std::string(sql), {}};
    (void)answers_to(std::span(&one, 1), NameSearch::catalog, Snapshots::usual, &take);
}

/// In one message, so that there is one round trip; the protocol has no bound parameters for that. A session that may
/// only read is read-only by the transaction: a setting would stay in a pooler's session for other clients.
std::vector<std::vector<SqlRow>> PostgresDatabase::answers_to(std::span<const Query> queries, NameSearch search,
                                                              Snapshots snapshots, const RowTaker* take) {
    if (!session_.connection) throw lost("", 0);
    const bool own_transaction = options_.read_only && !in_transaction();
    // in_transaction() and not own_transaction: within BEGIN READ ONLY of this message SET LOCAL ends with its COMMIT.
    const auto frame = own_query_frame(search, in_transaction());
    const auto literals = server_text();
    std::string text = own_transaction ? "BEGIN READ ONLY; " : "";
    if (snapshots == Snapshots::one_for_each && !in_transaction())
        text += "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ";
    const auto unlocked = std::exchange(unlocks_due_, {});
    if (!unlocked.empty()) text += unlock_sql(unlocked) + "; ";
    const bool needs_path = is_known_to_be_shared() && search == NameSearch::session && !in_transaction();
    if (search_path_is_due_ || (needs_path && !search_path_.empty())) text += search_path_sql() + "; ";
    text += frame.before;
    for (const auto& query : queries) {
        text += replace_placeholders(query.sql, [&](std::size_t index) {
            const auto& value = query.parameters.at(index);
            return value ? literals.literal(*value) : std::string("NULL");
        });
        text += "; ";
    }
    text += frame.behind;
    if (own_transaction) text += "COMMIT";
    if (PQsendQuery(session_.raw, text.c_str()) == 0) throw lost(PQerrorMessage(session_.raw), 0);
    if (take != nullptr) PQsetSingleRowMode(session_.raw);
    try {
        auto all = answers(take);
        search_path_is_due_ = false;
        if (unlocked.empty()) return all;
        tell_whether_held(all.at(0), unlocked);
        all.erase(all.begin());
        return all;
    } catch (const Error&) {
        // The server skips the rest of a message behind an error, and so the COMMIT.
        if (own_transaction && is_alive() && in_transaction()) simple("ROLLBACK");
        throw;
    }
}

/// The rows of each query of a message that was sent; with `take`, none: it has had them all. What it throws goes on
/// when the message is over.
std::vector<std::vector<SqlRow>> PostgresDatabase::answers(const RowTaker* take) {
    start_waiting(Waiting::for_own);
    std::vector<std::vector<SqlRow>> all;
    std::optional<CommandError> failed;
    std::exception_ptr not_taken;
    while (const auto result = next_result()) {
        if (failed || not_taken) continue;
        if (take != nullptr && PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) {
            try {
                (*take)(row_of(result.get(), 0));
            } catch (...) {
                not_taken = std::current_exception();
            }
        }
        // BEGIN, SET and SAVEPOINT give no rows, so what has rows is the answer to the next query.
        if (PQresultStatus(result.get()) == PGRES_TUPLES_OK) all.push_back(rows_of(result.get()));
        if (PQresultStatus(result.get()) == PGRES_COPY_OUT) all.push_back(copied_rows());
        if (!is_error(result.get())) continue;
        const auto sqlstate = error_field(result.get(), PG_DIAG_SQLSTATE);
        failed = has_given_up(sqlstate) ? gave_up() : CommandError(query_failure(result.get(), url_), 0);
    }
    if (failed && PQstatus(session_.raw) == CONNECTION_BAD) throw lost(failed->what(), 0);
    if (failed) throw *failed;
    if (not_taken) std::rethrow_exception(not_taken);
    return all;
}

/// What a COPY TO STDOUT gives. Behind the last line, libpq has the result that says whether that was all.
std::vector<SqlRow> PostgresDatabase::copied_rows() {
    std::vector<SqlRow> rows;
    while (true) {
        char* text = nullptr;
        const int size = PQgetCopyData(session_.raw, &text, 1);
        const std::unique_ptr<char, decltype(&PQfreemem)> line(text, PQfreemem);
        if (size < 0 || (size == 0 && !wait_a_moment())) return rows;
        if (size > 0) rows.push_back(copied_row({line.get(), static_cast<std::size_t>(size)}));
    }
}

/// Tables, partitioned and foreign ones, views and materialized views: any of them keeps a table of that name from
/// being made. Not to_regclass(), which finds indexes, sequences and types as well.
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

}  // namespace rev::db
