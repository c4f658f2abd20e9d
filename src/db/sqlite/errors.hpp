#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "rev/error.hpp"

namespace rev::db {

/// "SQLITE_CONSTRAINT" for any of its extended codes.
[[nodiscard]] std::string sqlite_result_name(int code);

/// An error with ExitCode::database.
[[nodiscard]] Error sqlite_database_error(std::string code, const std::string& message, std::string hint = {});

/// Why the file cannot be opened, found by looking at it: SQLite itself says only "unable to open database file".
[[nodiscard]] Error sqlite_cannot_open(const std::filesystem::path& file, int code, const std::string& reason);

/// Whether it is what SQLite says of text that it cannot parse. By its words: SQLite has one code, SQLITE_ERROR, for
/// that and for missing tables.
[[nodiscard]] bool is_syntax_error(std::string_view message);

}  // namespace rev::db
