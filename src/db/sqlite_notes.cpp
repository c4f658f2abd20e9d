// What statements are going to do, as SQLite says while it prepares them.

#include <string_view>
#include <utility>

#include "db/sqlite_database.hpp"

namespace rev {

/// SQLite asks what each statement may do while it prepares it.
int SqliteDatabase::on_authorize(void* self, int action, const char* name, const char* detail, const char* schema,
                                 const char* /*trigger*/) noexcept {
    auto& database = *static_cast<SqliteDatabase*>(self);
    if (database.refuses(action, name, detail)) return SQLITE_DENY;
    if (!database.puts_back_) database.note(action, name, detail, schema);
    if (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)
        database.note_written(name, schema);
    return SQLITE_OK;
}

/// Whether a statement would leave something to the next step that cannot be ended.
bool SqliteDatabase::refuses(int action, const char* name, const char* detail) {
    // What SQLite prepares for its own ends, such as the ATTACH of a VACUUM, it prepares while a statement runs.
    if (!prepares_section_ || !why_not_renewable()) return false;
    refused_ = find_outliving(action, name, detail);
    return refused_.has_value();
}

/// name, detail: a table and its column, a PRAGMA and its new value.
void SqliteDatabase::note(int action, const char* name, const char* detail, const char* schema) {
    switch (action) {
        case SQLITE_PRAGMA:
            return note_pragma(name, detail);
        case SQLITE_ATTACH:
        case SQLITE_DETACH:
            needs_renewal_ = true;
            return;
        case SQLITE_CREATE_VTABLE:
            if (schema == nullptr || std::string_view(schema) != "temp") return;
            [[fallthrough]];
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_CREATE_TEMP_TRIGGER:
        case SQLITE_CREATE_TEMP_INDEX:
            has_temporary_objects_ = true;
            needs_renewal_ = true;
            return;
        default:
            return;
    }
}

void SqliteDatabase::note_pragma(const char* name, const char* value) {
    if (name == nullptr || value == nullptr) return;
    const auto scope = scope_of_pragma(name, value);
    if (scope == PragmaScope::nothing || scope == PragmaScope::file) return;
    settings_changed_ = true;
    if (scope == PragmaScope::transaction)
        defers_foreign_keys_ = true;
    else
        needs_renewal_ = true;
}

void SqliteDatabase::note_written(const char* table, const char* schema) {
    if (!notes_written_tables_ || table == nullptr || schema == nullptr) return;
    if (std::string_view(schema) == "main" && !std::string_view(table).starts_with("sqlite_"))
        written_tables_.emplace(table);
}

std::vector<std::string> SqliteDatabase::take_written_tables() {
    notes_written_tables_ = true;
    const auto taken = std::exchange(written_tables_, {});
    return {taken.begin(), taken.end()};
}

}  // namespace rev
