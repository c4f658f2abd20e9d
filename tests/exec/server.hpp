#pragma once

#include "exec/exec_support.hpp"
#include "support/postgres.hpp"

namespace rev::test {

/// A database of PostgreSQL, and a project whose plans are run on it.
struct Server {
    PostgresTestDatabase server;
    Bench bench{server.url()};
};

}  // namespace rev::test
