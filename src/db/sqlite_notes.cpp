// What statements are going to do, as SQLite says while it prepares them.

#include "db/sqlite_database.hpp"

namespace rev {

/// SQLite asks what each statement may do while it prepares it.
int SqliteDatabase::on_authorize(void* self, int action, const char* table, const char* column, const char* schema,
                                 const char* trigger) noexcept {
    auto& database = *static_cast<SqliteDatabase*>(self);
    database.note(action, table, column, schema);
    if (table != nullptr && schema != nullptr) database.note_write(action, table, schema, trigger != nullptr);
    return SQLITE_OK;
}

/// name, detail: a table and its column, a PRAGMA and its new value.
void SqliteDatabase::note(int action, const char* /*name*/, const char* detail, const char* /*schema*/) {
    switch (action) {
        case SQLITE_PRAGMA:
            settings_changed_ = settings_changed_ || detail != nullptr;
            return;
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_CREATE_VTABLE:
            has_temporary_tables_ = true;
            return;
        default:
            return;
    }
}

void SqliteDatabase::note_write(int action, std::string_view table, std::string_view schema, bool by_trigger) {
    if (!notes_writes_ || schema != "main" || table.starts_with("sqlite_")) return;
    switch (action) {
        case SQLITE_INSERT:
            writes_.insert({std::string(table), TableWrite::Kind::insert, by_trigger});
            return;
        case SQLITE_UPDATE:
            writes_.insert({std::string(table), TableWrite::Kind::update, by_trigger});
            return;
        case SQLITE_DELETE:
            writes_.insert({std::string(table), TableWrite::Kind::remove, by_trigger});
            return;
        default:
            return;
    }
}

std::vector<TableWrite> SqliteDatabase::take_table_writes() {
    notes_writes_ = true;
    const auto taken = std::exchange(writes_, {});
    return {taken.begin(), taken.end()};
}

}  // namespace rev
