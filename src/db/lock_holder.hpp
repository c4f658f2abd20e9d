#pragma once

#include <filesystem>
#include <string>

namespace rev::db {

/// Who else holds a lock for writing on an SQLite file or on its -shm, as the kernel tells: "process 4711 (sqlite3),
/// user app". Empty: unknown (another container or machine, not Linux). Never opens the file: closing it again would
/// drop the locks that SQLite holds in this process.
[[nodiscard]] std::string sqlite_lock_holder(const std::filesystem::path& file);

}  // namespace rev::db
