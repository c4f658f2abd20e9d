// What statements are going to do, as SQLite says while it prepares them.

#include "db/sqlite_database.hpp"

namespace rev {

/// SQLite asks what each statement may do while it prepares it.
int SqliteDatabase::on_authorize(void* self, int action, const char* table, const char* column, const char* schema,
                                 const char* /*trigger*/) noexcept {
    static_cast<SqliteDatabase*>(self)->note(action, table, column, schema);
    return SQLITE_OK;
}

/// name, detail: a table and its column, a PRAGMA and its new value.
void SqliteDatabase::note(int action, const char* name, const char* detail, const char* schema) {
    switch (action) {
        case SQLITE_PRAGMA:
            settings_changed_ = settings_changed_ || detail != nullptr;
            return;
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_CREATE_VTABLE:
            has_temporary_tables_ = true;
            return;
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
            if (!notes_written_tables_ || name == nullptr || schema == nullptr) return;
            if (std::string_view(schema) == "main" && !std::string_view(name).starts_with("sqlite_"))
                written_tables_.emplace(name);
            return;
        default:
            return;
    }
}

std::vector<std::string> SqliteDatabase::take_written_tables() {
    notes_written_tables_ = true;
    const auto taken = std::exchange(written_tables_, {});
    return {taken.begin(), taken.end()};
}

}  // namespace rev
