#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rev/database.hpp"

namespace rev::foreign {

/// An empty database for trying, made for this object and removed with it: a file in a temporary folder, or a database
/// on the server that a person named.
class ScratchDatabase {
public:
    /// server: where PostgreSQL's may be made. Throws Error with ExitCode::usage ("no_scratch") without one.
    ScratchDatabase(Dialect dialect, const std::optional<DatabaseUrl>& server);
    ~ScratchDatabase();
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    [[nodiscard]] const DatabaseUrl& url() const noexcept { return url_; }
    /// As SQLAlchemy reads it, password included.
    [[nodiscard]] std::string python_url() const;
    /// The same of the server's database that was named; empty for SQLite.
    [[nodiscard]] std::string python_maintenance_url() const;
    /// SQLite's file; empty for PostgreSQL.
    [[nodiscard]] std::filesystem::path file() const;
    /// Host (or folder of sockets) and port; none for SQLite.
    [[nodiscard]] std::vector<std::pair<std::string, int>> addresses() const;
    /// PGHOST and so on; none for SQLite.
    [[nodiscard]] std::map<std::string, std::string> libpq_variables() const;

private:
    void make_on(const DatabaseUrl& server);

    DatabaseUrl url_;
    std::filesystem::path folder_;       ///< SQLite
    std::optional<DatabaseUrl> server_;  ///< PostgreSQL
};

/// Everything that a database says of its schema: sqlite_schema, or pg_dump's words. Two databases with the same schema
/// say the same. without: a table that is left out. Throws Error "no_pg_dump".
[[nodiscard]] std::string schema_text(Database& database, const std::map<std::string, std::string>& libpq_variables,
                                      const std::string& without);

}  // namespace rev::foreign
