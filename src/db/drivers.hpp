#pragma once

#include <memory>

#include "db/database.hpp"

namespace rev::db {

/// open_database() of one dialect; the URL is of that. Throws as that does.
[[nodiscard]] std::unique_ptr<Database> open_postgres(const DatabaseUrl& url, const OpenOptions& options);
[[nodiscard]] std::unique_ptr<Database> open_sqlite(const DatabaseUrl& url, const OpenOptions& options);
/// A file that nobody needs after a power failure, and no other process looks at: nothing waits for the disk. What it
/// attaches are files of its own, see EnclosedFiles.
[[nodiscard]] std::unique_ptr<Database> open_short_lived_sqlite(const DatabaseUrl& url, const OpenOptions& options);

}  // namespace rev::db
