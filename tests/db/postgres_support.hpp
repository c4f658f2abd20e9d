#pragma once

#include <memory>

#include "db/fixtures.hpp"
#include "support/postgres.hpp"

namespace rev::test {

inline std::unique_ptr<Database> open_postgres(const PostgresTestDatabase& server) {
    return open_database(parse_database_url(server.url()), {});
}

}  // namespace rev::test
