#include "kill/target.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <stdexcept>

#include "support/postgres.hpp"
#include "support/wait_until.hpp"

namespace fs = std::filesystem;

namespace rev::test {
namespace {

class SqliteTarget final : public Target {
public:
    explicit SqliteTarget(const fs::path& folder) : file_(folder / "test.db"), kept_(folder / "kept.db") {}

    [[nodiscard]] std::string url() const override { return "sqlite:///" + file_.string(); }
    void keep() override {
        fs::remove(kept_);
        if (fs::exists(file_)) fs::copy_file(file_, kept_);
    }
    void restore() override {
        clear();
        if (fs::exists(kept_)) fs::copy_file(kept_, file_);
    }
    void clear() override {
        connection_.reset();
        for (const char* end : {"", "-journal", "-wal", "-shm"}) fs::remove(file_.string() + end);
    }
    std::vector<std::string> query(const std::string& sql) override {
        if (!connection_) open();
        std::vector<std::string> rows;
        if (sqlite3_exec(connection_.get(), sql.c_str(), add_row, &rows, nullptr) != SQLITE_OK)
            throw std::runtime_error(std::string(sqlite3_errmsg(connection_.get())) + " in: " + sql);
        return rows;
    }
    bool end_sessions() override { return false; }
    void wait_until_alone() override {}

private:
    void open() {
        sqlite3* opened = nullptr;
        const int code = sqlite3_open(file_.c_str(), &opened);
        connection_.reset(opened);
        if (code != SQLITE_OK) throw std::runtime_error("cannot open " + file_.string());
    }
    static int add_row(void* rows, int columns, char** values, char**) {
        std::string row;
        for (int i = 0; i < columns; ++i) row += (i == 0 ? "" : "|") + std::string(values[i] ? values[i] : "");
        static_cast<std::vector<std::string>*>(rows)->push_back(row);
        return 0;
    }

    fs::path file_;
    fs::path kept_;
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection_{nullptr, sqlite3_close};
};

/// A connection over the Unix socket, where nothing asks for a password.
class PostgresConnection {
public:
    explicit PostgresConnection(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
        if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
        query("SET client_min_messages = warning");
    }
    std::vector<std::string> query(const std::string& sql) {
        const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection_.get(), sql.c_str()), PQclear);
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw std::runtime_error(PQerrorMessage(connection_.get()) + (" in: " + sql));
        std::vector<std::string> rows;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            auto& text = rows.emplace_back();
            for (int column = 0; column < PQnfields(result.get()); ++column)
                text += (column == 0 ? "" : "|") + std::string(PQgetvalue(result.get(), row, column));
        }
        return rows;
    }

private:
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

class PostgresTarget final : public Target {
public:
    PostgresTarget() : admin_(url_of("postgres")) { admin_.query("CREATE DATABASE " + name_); }
    ~PostgresTarget() override {
        connection_.reset();
        for (const auto& name : {name_, kept_}) admin_.query("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
    PostgresTarget(const PostgresTarget&) = delete;
    PostgresTarget& operator=(const PostgresTarget&) = delete;

    [[nodiscard]] std::string url() const override { return url_of(name_); }
    void keep() override { copy(name_, kept_); }
    void restore() override { copy(kept_, name_); }
    void clear() override { copy("template1", name_); }
    std::vector<std::string> query(const std::string& sql) override {
        if (!connection_) connection_ = std::make_unique<PostgresConnection>(url());
        return connection_->query(sql);
    }
    bool end_sessions() override {
        query("SELECT pg_terminate_backend(pid)" + other_sessions());
        wait_until_alone();
        return true;
    }
    void wait_until_alone() override {
        wait_until("a killed rev's sessions are gone",
                   [&] { return query("SELECT count(*)" + other_sessions()).front() == "0"; });
    }

private:
    static std::string url_of(const std::string& database) {
        const auto url = required_variable("REV_TEST_POSTGRES_SOCKET_URL");
        const auto end = url.find('?');
        return url.substr(0, url.rfind('/', end) + 1) + database + url.substr(end);
    }
    [[nodiscard]] std::string other_sessions() const {
        return " FROM pg_stat_activity WHERE datname = '" + name_ +
               "' AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    }
    void copy(const std::string& from, const std::string& to) {
        connection_.reset();
        admin_.query("DROP DATABASE IF EXISTS " + to + " WITH (FORCE)");
        admin_.query("CREATE DATABASE " + to + " TEMPLATE " + from);
    }

    static std::string fresh_name() {
        static int number = 0;
        return "rev_kill_" + std::to_string(getpid()) + "_" + std::to_string(++number);
    }

    std::string name_ = fresh_name();
    std::string kept_ = name_ + "_kept";
    PostgresConnection admin_;
    std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace

std::unique_ptr<Target> open_target(Server server, const fs::path& folder) {
    if (server == Server::sqlite) return std::make_unique<SqliteTarget>(folder);
    return std::make_unique<PostgresTarget>();
}

}  // namespace rev::test
