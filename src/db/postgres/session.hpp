#pragma once

// Everything in which libpqxx 6.4 and 7.7 or later differ.

#include <libpq-fe.h>

#include <memory>
#include <pqxx/pqxx>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "db/database.hpp"

namespace rev::db {

#if PQXX_VERSION_MAJOR < 7

/// Gives libpqxx the connection that was made for it, once: it may not reconnect on its own, which would lose the run
/// lock and everything else in the session.
class AdoptingPolicy : public pqxx::connectionpolicy {
public:
    explicit AdoptingPolicy(PGconn* connection) : pqxx::connectionpolicy({}), connection_(connection) {}
    handle do_startconnect(handle existing) override {
        if (existing != nullptr) return existing;
        if (connection_ == nullptr) throw pqxx::broken_connection("the connection is closed");
        return std::exchange(connection_, nullptr);
    }

private:
    PGconn* connection_;
};

/// A base, so that the policy lives before and after pqxx::connection_base, which uses it.
struct PolicyHolder {
    AdoptingPolicy policy;
};

/// libpqxx's connection over one that is open already, which it owns from then on and closes.
class PqxxConnection : private PolicyHolder, public pqxx::connection_base {
public:
    explicit PqxxConnection(PGconn* connection)
        : PolicyHolder{AdoptingPolicy(connection)}, pqxx::connection_base(PolicyHolder::policy) {
        init();
    }
    ~PqxxConnection() noexcept { close(); }
    PqxxConnection(const PqxxConnection&) = delete;
    PqxxConnection& operator=(const PqxxConnection&) = delete;
};

/// connection: open; the caller gives it up.
inline std::unique_ptr<PqxxConnection> adopt(PGconn* connection) {
    return std::make_unique<PqxxConnection>(connection);
}

#else

using PqxxConnection = pqxx::connection;

/// The same with what libpqxx 7 has for it.
inline std::unique_ptr<PqxxConnection> adopt(PGconn* connection) {
    return std::make_unique<PqxxConnection>(pqxx::connection::seize_raw_connection(connection));
}

#endif

/// For std::unique_ptr: frees what libpq gave.
struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

/// One row of an answer in text format.
inline SqlRow row_of(const PGresult* result, int row) {
    SqlRow values;
    for (int column = 0; column < PQnfields(result); ++column) {
        values.push_back(PQgetisnull(result, row, column) == 1 ? SqlValue()
                                                               : SqlValue(PQgetvalue(result, row, column)));
    }
    return values;
}

/// For std::unique_ptr, of what PQconninfoParse() and its like give.
struct FreeParameters {
    void operator()(PQconninfoOption* parameters) const noexcept { PQconninfoFree(parameters); }
};
/// libpq's list of connection parameters; the last one has no keyword.
using ConnectionParameters = std::unique_ptr<PQconninfoOption, FreeParameters>;

/// A connection, owned by libpqxx; `raw` is the same one, for what libpqxx has no means for.
struct PostgresSession {
    std::unique_ptr<PqxxConnection> connection;
    PGconn* raw = nullptr;
};

/// Connects with what the URL gives; the rest is libpq's: PG* variables, service and password files, defaults.
/// Throws Error with ExitCode::database as open_database says.
[[nodiscard]] PostgresSession connect_postgres(const DatabaseUrl& url);

/// libpq's message in one line, without the secrets of `url`.
[[nodiscard]] std::string clean_message(const char* message, const DatabaseUrl& url);

}  // namespace rev::db
