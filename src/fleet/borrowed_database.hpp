#pragma once

#include <memory>

#include "db/database.hpp"

namespace rev::fleet {

/// A Database on a connection that goes on to the next member. What it leaves open is rolled back when it goes.
/// database: must outlive it.
[[nodiscard]] std::unique_ptr<Database> borrow(Database& database);

}  // namespace rev::fleet
