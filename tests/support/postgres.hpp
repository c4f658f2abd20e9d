#pragma once

#include <string>

namespace rev::test {

/// A database on the server of scripts/with-postgres, fresh and empty, dropped at the end. Throws if
/// REV_TEST_POSTGRES_URL is not set, so that a test without a server fails.
class PostgresTestDatabase {
public:
    PostgresTestDatabase();
    ~PostgresTestDatabase();
    PostgresTestDatabase(const PostgresTestDatabase&) = delete;
    PostgresTestDatabase& operator=(const PostgresTestDatabase&) = delete;

    /// Over TCP, with the password.
    [[nodiscard]] const std::string& url() const noexcept { return url_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Runs SQL on a connection of its own, not rev's; the last statement's rows, columns joined by `|`, rows by
    /// line feeds, NULL as nothing. Throws std::runtime_error.
    std::string query(const std::string& sql) const;

private:
    std::string name_;
    std::string url_;
};

/// The value of an environment variable that scripts/with-postgres sets. Throws if it is not there.
[[nodiscard]] std::string required_variable(const char* name);

/// REV_TEST_POSTGRES_URL with another database name.
[[nodiscard]] std::string postgres_url(const std::string& database);

}  // namespace rev::test
