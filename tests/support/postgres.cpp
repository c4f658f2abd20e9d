#include "support/postgres.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace rev::test {
namespace {

std::string query(const std::string& url, const std::string& sql) {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url.c_str()), PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(PQerrorMessage(connection.get()) + (" in: " + sql));
    }
    std::string rows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        if (row > 0) rows += '\n';
        for (int column = 0; column < PQnfields(result.get()); ++column) {
            if (column > 0) rows += '|';
            rows += PQgetvalue(result.get(), row, column);
        }
    }
    return rows;
}

std::string fresh_name() {
    static std::atomic<int> number = 0;
    return "rev_test_" + std::to_string(getpid()) + "_" + std::to_string(++number);
}

/// Of the same server by its socket, where it asks for no password.
std::string socket_url(const std::string& database) {
    auto url = required_variable("REV_TEST_POSTGRES_SOCKET_URL");
    const auto name = url.find("/postgres?") + 1;
    return url.replace(name, std::string("postgres").size(), database);
}

}  // namespace

std::string required_variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set: use scripts/with-postgres ctest ...");
    return value;
}

std::string postgres_url(const std::string& database) {
    const auto url = required_variable("REV_TEST_POSTGRES_URL");
    return url.substr(0, url.rfind('/') + 1) + database;
}

PostgresTestDatabase::PostgresTestDatabase() : name_(fresh_name()), url_(postgres_url(name_)) {
    test::query(socket_url("postgres"), "CREATE DATABASE " + name_);
}

PostgresTestDatabase::~PostgresTestDatabase() {
    try {
        test::query(socket_url("postgres"), "DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const std::runtime_error&) {
        return;  // the whole server goes soon
    }
}

std::string PostgresTestDatabase::query(const std::string& sql) const { return test::query(socket_url(name_), sql); }

}  // namespace rev::test
