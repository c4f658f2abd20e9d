#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/pragmas.hpp"

namespace rev::db {

/// What a PRAGMA with this value changes. name, value: as SQLite hands them to an authorizer.
[[nodiscard]] sql::Pragma::Scope scope_of_pragma(std::string_view name, std::string_view value);

/// What a statement would leave in its connection behind the end of its step and that cannot be ended there for sure:
/// "ATTACH", "PRAGMA synchronous". action, name, detail: what SQLite asks its authorizer about.
[[nodiscard]] std::optional<std::string> find_outliving(int action, const char* name, const char* detail);

/// The flags of a connection as they are at one moment.
class SqliteFlags {
public:
    /// Reads them.
    explicit SqliteFlags(sqlite3* connection);
    /// Puts back those that are other ones now, in a transaction too.
    void restore(sqlite3* connection) const;

private:
    std::vector<std::pair<std::string, std::string>> values_;
    bool like_tells_cases_apart_;
};

}  // namespace rev::db
