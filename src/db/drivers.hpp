#pragma once

#include <memory>

#include "rev/database.hpp"

namespace rev::db {

[[nodiscard]] std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options);
[[nodiscard]] std::unique_ptr<Database> open_sqlite(const DatabaseUrl& url, const OpenOptions& options);

}  // namespace rev::db
