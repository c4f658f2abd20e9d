#pragma once

#include <libpq-fe.h>

#include <filesystem>
#include <functional>
#include <string>

#include "db/database_url.hpp"

namespace rev::db {

/// Runs pg_dump on the database that `connection` is connected to, as Database::back_up() says. What it warns of goes
/// to `on_warning`.
void dump_postgres(PGconn* connection, const DatabaseUrl& url, const std::filesystem::path& file,
                   const std::function<bool()>& interrupted,
                   const std::function<void(const std::string& message)>& on_warning);

/// The major version of a server or client as libpq and pg_dump write it: 15 of "pg_dump (PostgreSQL) 15.8 (Debian)";
/// 0 if there is none.
[[nodiscard]] int major_version_in(std::string_view text) noexcept;

}  // namespace rev::db
