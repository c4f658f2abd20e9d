#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/database_url.hpp"
#include "scratch/place.hpp"

namespace rev::foreign {

/// Where databases for trying are made: on the server that `url` names, else on one that rev starts for itself; SQLite:
/// in a temporary folder. A live database's server is never one of them unless `url` names it. Throws Error
/// "no_scratch", which says why there is none.
[[nodiscard]] std::unique_ptr<scratch::Place> open_scratch_place(Dialect dialect, const std::string& url);

/// Another database of the server on which it makes them; empty for SQLite.
[[nodiscard]] std::string maintenance_database(Dialect dialect, const std::string& url);

// How Python reaches a scratch database.

/// As SQLAlchemy reads it, password included. database: another one on that server; empty: the URL's.
[[nodiscard]] std::string python_url(const DatabaseUrl& url, const std::string& database = {});
/// Host (or folder of sockets) and port; none for SQLite.
[[nodiscard]] std::vector<std::pair<std::string, int>> addresses_of(const DatabaseUrl& url);
/// PGHOST and so on; none for SQLite.
[[nodiscard]] std::map<std::string, std::string> libpq_variables(const DatabaseUrl& url);

}  // namespace rev::foreign
