#include "db/sqlite_pragmas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "db/sqlite_handles.hpp"

namespace rev {
namespace {

constexpr std::array<std::string_view, 21> questions = {
    "table_info",         "table_xinfo",       "table_list",      "index_list",      "index_info",    "index_xinfo",
    "foreign_key_list",   "foreign_key_check", "integrity_check", "quick_check",     "function_list", "module_list",
    "collation_list",     "database_list",     "pragma_list",     "compile_options", "data_version",  "optimize",
    "incremental_vacuum", "wal_checkpoint",    "shrink_memory",
};

constexpr std::array<std::string_view, 3> kept_by_file = {"user_version", "application_id", "schema_version"};

constexpr std::array<const char*, 10> flags = {
    "recursive_triggers", "ignore_check_constraints",  "legacy_alter_table", "writable_schema", "query_only",
    "read_uncommitted",   "reverse_unordered_selects", "automatic_index",    "trusted_schema",  "cell_size_check",
};

/// Not a PRAGMA that tells its value: it replaces LIKE.
constexpr const char* like_question = "SELECT 'a' LIKE 'A'";

template <typename Names>
bool contains(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// The first value of the first row; empty if there is none.
std::string read(sqlite3* connection, const std::string& sql) {
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(connection, sql.c_str(), -1, &prepared, nullptr);
    const PreparedStatement statement(prepared);
    if (!statement || sqlite3_step(prepared) != SQLITE_ROW) return {};
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
    return text == nullptr ? "" : text;
}

bool like_tells_cases_apart(sqlite3* connection) { return read(connection, like_question) == "0"; }

void set(sqlite3* connection, std::string_view pragma, std::string_view value) {
    sqlite3_exec(connection, fmt::format("PRAGMA {} = {}", pragma, value).c_str(), nullptr, nullptr, nullptr);
}

}  // namespace

PragmaScope scope_of_pragma(std::string_view name, std::string_view value) {
    const auto pragma = lower_case(name);
    if (contains(questions, pragma)) return PragmaScope::nothing;
    if (contains(kept_by_file, pragma)) return PragmaScope::file;
    // The other modes are the connection's, or depend on what was before.
    if (pragma == "journal_mode" && lower_case(value) == "wal") return PragmaScope::file;
    if (pragma == "defer_foreign_keys") return PragmaScope::transaction;
    const bool flag = contains(flags, pragma) || pragma == "case_sensitive_like" || pragma == "foreign_keys";
    return flag ? PragmaScope::flag : PragmaScope::connection;
}

std::optional<std::string> find_outliving(int action, const char* name, const char* detail) {
    if (action == SQLITE_ATTACH) return "ATTACH";
    if (action == SQLITE_DETACH) return "DETACH";
    const bool sets = action == SQLITE_PRAGMA && name != nullptr && detail != nullptr;
    if (!sets || scope_of_pragma(name, detail) != PragmaScope::connection) return std::nullopt;
    return "PRAGMA " + lower_case(name);
}

SqliteFlags::SqliteFlags(sqlite3* connection) : like_tells_cases_apart_(like_tells_cases_apart(connection)) {
    for (const auto* flag : flags)
        if (auto value = read(connection, fmt::format("PRAGMA {}", flag)); !value.empty())
            values_.emplace_back(flag, std::move(value));
}

/// To set what is so already can have effects: prepared statements expire, an application's own LIKE is lost.
void SqliteFlags::restore(sqlite3* connection) const {
    for (const auto& [flag, value] : values_)
        if (read(connection, "PRAGMA " + flag) != value) set(connection, flag, value);
    if (like_tells_cases_apart(connection) != like_tells_cases_apart_)
        set(connection, "case_sensitive_like", like_tells_cases_apart_ ? "ON" : "OFF");
}

}  // namespace rev
