#include <fmt/format.h>

#include <algorithm>

#include "db/sqlite_database.hpp"

namespace rev {

bool SqliteDatabase::has_foreign_keys() const {
    int enforced = 0;
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
    return enforced != 0;
}

bool SqliteDatabase::set_foreign_keys(bool enforced) {
    const bool before = has_foreign_keys();
    // SQLite ignores the pragma inside a transaction, silently.
    if (before != enforced && in_transaction()) throw std::logic_error("set_foreign_keys inside a transaction");
    if (before != enforced) (void)query(enforced ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", {});
    return before;
}

std::vector<std::string> SqliteDatabase::foreign_key_violations() {
    std::vector<std::string> violations;
    for (const auto& row : query("PRAGMA foreign_key_check", {})) {
        violations.push_back(fmt::format("{} of table {} refers to a row that table {} does not have",
                                         row.at(1) ? "row " + *row[1] : "a row", row.at(0).value_or(""),
                                         row.at(2).value_or("")));
    }
    std::sort(violations.begin(), violations.end());
    return violations;
}

}  // namespace rev
