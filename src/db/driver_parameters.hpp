#pragma once

#include <map>
#include <string>

namespace rev::db {

/// Parameters of a database URL, by name, as they were decoded.
using UrlParameters = std::map<std::string, std::string>;

/// Makes libpq's parameters of those that other programs' drivers take: one DATABASE_URL serves an application and rev.
/// What asks for a session (a schema, a setting, encryption) becomes libpq's; what is about a pool or about how a
/// driver sends its statements is taken out, as it says nothing of a session. Others stay as they are.
// Sources: the documentation of Prisma, asyncpg and SQLAlchemy, node-postgres, pgx and lib/pq, the PostgreSQL JDBC
// driver, golang-migrate.
void translate_driver_parameters(UrlParameters& parameters);

}  // namespace rev::db
