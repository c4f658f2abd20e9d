#include <fmt/format.h>

#include <algorithm>

#include "db/sqlite_database.hpp"

namespace rev::db {

bool SqliteDatabase::has_foreign_keys() const {
    // -1 only asks. PRAGMA foreign_keys would ask the authorizer, too, and need a statement.
    int enforced = 0;
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
    return enforced != 0;
}

bool SqliteDatabase::set_foreign_keys(bool enforced) {
    const bool before = has_foreign_keys();
    // SQLite ignores the pragma inside a transaction, silently.
    if (before != enforced && in_transaction()) throw std::logic_error("set_foreign_keys inside a transaction");
    foreign_keys_ = enforced;
    // rev's own PRAGMA is not to be noted as one that a revision has left behind.
    const SetForNow putting_back(puts_back_);
    if (before != enforced) (void)query(enforced ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", {});
    return before;
}

namespace {

std::string describe_violation(const SqlRow& row) {
    return fmt::format("{} of table {} refers to a row that table {} does not have",
                       row.at(1) ? "row " + *row[1] : "a row", row.at(0).value_or(""), row.at(2).value_or(""));
}

}  // namespace

std::vector<std::string> SqliteDatabase::foreign_key_violations() {
    std::vector<std::string> violations;
    try {
        // Of main alone: attached databases are not the one whose schema rev answers for.
        for (const auto& row : query("PRAGMA main.foreign_key_check", {}))
            violations.push_back(describe_violation(row));
    } catch (const Error& error) {
        // A key that refers to columns that are not unique ends the check of all tables.
        if (error.sqlstate() != "SQLITE_ERROR") throw;
        violations = violations_by_table();
    }
    // The pragma promises no order, and callers compare what was before a step with what is behind it.
    std::sort(violations.begin(), violations.end());
    return violations;
}

/// A table that cannot be checked counts as one violation, which SQLite words: "foreign key mismatch - ...".
std::vector<std::string> SqliteDatabase::violations_by_table() {
    std::vector<std::string> violations;
    // Of main, like the question before: a table of the same name may be in temp.
    for (const auto& table : query("SELECT name FROM main.sqlite_master WHERE type = 'table'", {})) {
        try {
            const auto check =
                fmt::format("PRAGMA main.foreign_key_check({})", quote_identifier(table.at(0).value_or("")));
            for (const auto& row : query(check, {})) violations.push_back(describe_violation(row));
        } catch (const Error& error) {
            if (error.sqlstate() != "SQLITE_ERROR") throw;
            violations.emplace_back(error.what());
        }
    }
    return violations;
}

}  // namespace rev::db
