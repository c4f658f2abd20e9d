#include "db/sqlite/pragmas.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/sqlite/handles.hpp"

namespace rev::db {
namespace {

/// Not a PRAGMA that tells its value: it replaces LIKE.
constexpr const char* like_question = "SELECT 'a' LIKE 'A'";

/// The first value of the first row; empty if there is none.
std::string read(sqlite3* connection, const std::string& sql) {
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(connection, sql.c_str(), -1, &prepared, nullptr);
    const PreparedStatement statement(prepared);
    // An older SQLite does not know each of the pragmas; it has no value for those, and none is put back.
    if (!statement || sqlite3_step(prepared) != SQLITE_ROW) return {};
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
    return text == nullptr ? "" : text;
}

/// Enforcement of foreign keys does not change in a transaction: whoever needs it otherwise sees to that.
bool is_kept(const sql::Pragma& pragma) {
    return pragma.scope == sql::Pragma::Scope::flag && pragma.readable == sql::Pragma::Readable::yes &&
           pragma.in_transaction == sql::Pragma::InTransaction::works;
}

bool like_tells_cases_apart(sqlite3* connection) { return read(connection, like_question) == "0"; }

void set(sqlite3* connection, std::string_view pragma, std::string_view value) {
    sqlite3_exec(connection, fmt::format("PRAGMA {} = {}", pragma, value).c_str(), nullptr, nullptr, nullptr);
}

}  // namespace

sql::Pragma::Scope scope_of_pragma(std::string_view name, std::string_view value) {
    // The other modes are the connection's, or depend on what was before.
    // WAL is written into the file's header, and every later connection finds it there.
    if (base::lower_case(name) == "journal_mode" && base::lower_case(value) == "wal") return sql::Pragma::Scope::file;
    return sql::find_pragma(name).scope;
}

std::optional<std::string> find_outliving(int action, const char* name, const char* detail) {
    if (action == SQLITE_ATTACH) return "ATTACH";
    if (action == SQLITE_DETACH) return "DETACH";
    const bool sets = action == SQLITE_PRAGMA && name != nullptr && detail != nullptr;
    // A flag can be read and set again, see SqliteFlags; what has the connection's scope cannot.
    if (!sets || scope_of_pragma(name, detail) != sql::Pragma::Scope::connection) return std::nullopt;
    return "PRAGMA " + base::lower_case(name);
}

SqliteFlags::SqliteFlags(sqlite3* connection) : like_tells_cases_apart_(like_tells_cases_apart(connection)) {
    for (const auto& pragma : sql::known_pragmas()) {
        if (!is_kept(pragma)) continue;
        if (auto value = read(connection, fmt::format("PRAGMA {}", pragma.name)); !value.empty())
            values_.emplace_back(pragma.name, std::move(value));
    }
}

/// To set what is so already can have effects: prepared statements expire, an application's own LIKE is lost.
void SqliteFlags::restore(sqlite3* connection) const {
    // A failure is passed over: what is not put back inside a transaction is put back after it, by the next call.
    for (const auto& [flag, value] : values_)
        if (read(connection, "PRAGMA " + flag) != value) set(connection, flag, value);
    if (like_tells_cases_apart(connection) != like_tells_cases_apart_)
        set(connection, "case_sensitive_like", like_tells_cases_apart_ ? "ON" : "OFF");
}

}  // namespace rev::db
