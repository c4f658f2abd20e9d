// What statements are going to do, as SQLite says while it prepares them.

#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "db/sqlite/database.hpp"

namespace rev::db {

/// SQLite asks what each statement may do while it prepares it.
int SqliteDatabase::on_authorize(void* self, int action, const char* name, const char* detail, const char* schema,
                                 const char* trigger) noexcept {
    // noexcept: it is called by C code, which no exception may pass through. Running out of memory here ends the
    // process.
    auto& database = *static_cast<SqliteDatabase*>(self);
    if (action == SQLITE_ATTACH && database.enclosed_files_ && EnclosedFiles::is_left_by(name)) return SQLITE_DENY;
    if (database.refuses(action, name, detail)) return SQLITE_DENY;
    if (!database.puts_back_) database.note(action, name, detail, schema);
    // For a function, SQLite hands its name as the second text.
    if (action == SQLITE_FUNCTION && database.prepares_section_ && trigger == nullptr && detail != nullptr &&
        base::lower_case(detail) == "changes")
        database.asks_for_changes_ = true;
    if (name != nullptr && schema != nullptr) database.note_write(action, name, schema, trigger != nullptr);
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
        // SQLite has one action for virtual tables of every schema, and several for the temporary ones of all other
        // kinds.
        case SQLITE_CREATE_VTABLE:
            if (schema == nullptr || std::string_view(schema) != "temp") return;
            [[fallthrough]];
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_CREATE_TEMP_TRIGGER:
        case SQLITE_CREATE_TEMP_INDEX:
            has_temporary_objects_ = true;
            // Dropping them puts the schema back, but not all that making them has left behind.
            needs_renewal_ = true;
            return;
        default:
            return;
    }
}

/// Of SQLite's own tables only the schema: PRAGMA writable_schema lets a revision write it.
void SqliteDatabase::note_write(int action, std::string_view table, std::string_view schema, bool by_trigger) {
    // Temporary tables go with their step, and attached files are not the database that is told of.
    if (!notes_writes_ || schema != "main") return;
    if (table.starts_with("sqlite_") && table != "sqlite_master") return;
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

void SqliteDatabase::note_pragma(const char* name, const char* value) {
    // Without a value it asks, and changes nothing.
    if (name == nullptr || value == nullptr) return;
    const auto scope = scope_of_pragma(name, value);
    // What is kept in the file is the revision's work, and is to stay.
    if (scope == sql::Pragma::Scope::nothing || scope == sql::Pragma::Scope::file) return;
    settings_changed_ = true;
    if (scope == sql::Pragma::Scope::transaction)
        defers_foreign_keys_ = true;
    else
        needs_renewal_ = true;
}

std::vector<TableWrite> SqliteDatabase::take_table_writes() {
    // What was prepared before is not prepared again, and then nobody is asked.
    if (!std::exchange(notes_writes_, true)) own_statements_.clear();
    const auto taken = std::exchange(writes_, {});
    return {taken.begin(), taken.end()};
}

}  // namespace rev::db
