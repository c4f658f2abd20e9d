#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "db/sqlite/database.hpp"

namespace rev::db {

std::string to_string(const ForeignKeyViolation& violation) {
    if (!violation.mismatch.empty()) return violation.mismatch;
    const auto& [table, columns, values, parent, mismatch] = violation;
    const auto row = columns.empty() && !values.empty() ? "row " + values : "a row";
    const auto holding = columns.empty() ? "" : fmt::format(" with {} = {}", columns, values);
    return fmt::format("{} of table {}{} refers to a row that table {} does not have", row, table, holding, parent);
}

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

using Violations = std::vector<ForeignKeyViolation>;

/// A row of PRAGMA foreign_key_check.
struct CheckedRow {
    std::string table;
    std::string rowid;  ///< empty: the table's rows have no numbers
    std::string parent;
    std::string key;  ///< the foreign key's number in the table
};

CheckedRow read_checked(const SqlRow& row) {
    return {row.at(0).value_or(""), row.at(1).value_or(""), row.at(2).value_or(""), row.at(3).value_or("")};
}

/// The violations of one foreign key whose rows have numbers. They are told by what the rows hold: a table that is made
/// anew numbers its rows anew, and one that was violated already would look like a new violation.
class ViolatedKey {
public:
    /// one: of its violations.
    ViolatedKey(Database& database, const CheckedRow& one) : database_(database), one_(one) {
        const std::vector<SqlValue> parameters{one.table, one.key};
        std::vector<std::string> names;
        std::vector<std::string> values;
        for (const auto& row : database.query(
                 "SELECT \"from\" FROM pragma_foreign_key_list(?, 'main') WHERE id = CAST(? AS INTEGER) ORDER BY seq",
                 parameters)) {
            names.push_back(row.at(0).value_or(""));
            // Of a long value the beginning is enough to know it by.
            values.push_back(fmt::format("substr(quote({}), 1, 200)", database.quote_identifier(names.back())));
        }
        if (names.empty()) return;
        // "parent" and "5", "(a, b)" and "(1, 'x')".
        const auto* const open = names.size() > 1 ? "(" : "";
        const auto* const close = names.size() > 1 ? ")" : "";
        columns_ = open + base::join(names, ", ") + close;
        values_ = fmt::format("'{}' || {} || '{}'", open, base::join(values, " || ', ' || "), close);
    }

    void append_to(Violations& violations, std::span<const std::string> rowids) const {
        const auto rowid = rowid_column();
        if (values_.empty() || rowid.empty()) {
            for (const auto& each : rowids) violations.push_back({one_.table, "", each, one_.parent, ""});
            return;
        }
        const auto table = database_.quote_identifier(one_.table);
        // A statement may not be too long.
        constexpr std::size_t at_once = 1000;
        for (std::size_t begin = 0; begin < rowids.size(); begin += at_once) {
            const auto some = rowids.subspan(begin, std::min(at_once, rowids.size() - begin));
            const auto query =
                fmt::format("SELECT {} FROM main.{} WHERE {} IN ({})", values_, table, rowid, base::join(some, ", "));
            for (const auto& row : database_.query(query, {}))
                violations.push_back({one_.table, columns_, row.at(0).value_or(""), one_.parent, ""});
        }
    }

private:
    /// A name of the row's number that is no column's; empty: all are.
    [[nodiscard]] std::string rowid_column() const {
        const std::vector<SqlValue> parameters{one_.table};
        const auto columns = database_.query("SELECT name FROM pragma_table_xinfo(?, 'main')", parameters);
        for (const auto* name : {"rowid", "_rowid_", "oid"})
            if (std::ranges::none_of(
                    columns, [&](const SqlRow& column) { return base::same_name(column.at(0).value_or(""), name); }))
                return name;
        return {};
    }

    Database& database_;
    const CheckedRow& one_;
    std::string columns_;
    std::string values_;  ///< an expression; empty: the key is not there any more
};

void append_all(Violations& violations, Database& database, std::span<const CheckedRow> rows) {
    struct Key {
        const CheckedRow* one = nullptr;
        std::vector<std::string> rowids;
    };
    std::map<std::pair<std::string_view, std::string_view>, Key> keys;
    for (const auto& row : rows) {
        if (row.rowid.empty()) {
            violations.push_back({row.table, "", "", row.parent, ""});
            continue;
        }
        auto& key = keys[{row.table, row.key}];
        key.one = &row;
        key.rowids.push_back(row.rowid);
    }
    for (const auto& [name, key] : keys) ViolatedKey(database, *key.one).append_to(violations, key.rowids);
}

/// A table that cannot be checked counts as one violation. Returned are the rows of the others.
std::vector<CheckedRow> check_by_table(Database& database, Violations& violations) {
    std::vector<CheckedRow> rows;
    // Of main alone: a table of the same name may be in temp.
    for (const auto& row : database.query("SELECT name FROM main.sqlite_master WHERE type = 'table'", {})) {
        const auto table = row.at(0).value_or("");
        try {
            const auto check = fmt::format("PRAGMA main.foreign_key_check({})", database.quote_identifier(table));
            for (const auto& checked : database.query(check, {})) rows.push_back(read_checked(checked));
        } catch (const Error& error) {
            if (error.sqlstate() != "SQLITE_ERROR") throw;
            violations.push_back({table, "", "", "", error.what()});
        }
    }
    return rows;
}

}  // namespace

std::vector<ForeignKeyViolation> SqliteDatabase::foreign_key_violations() {
    Violations violations;
    std::vector<CheckedRow> rows;
    try {
        // Of main alone: attached databases are not the one whose schema rev answers for.
        for (const auto& row : query("PRAGMA main.foreign_key_check", {})) rows.push_back(read_checked(row));
    } catch (const Error& error) {
        // A key that refers to columns that are not unique ends the check of all tables.
        if (error.sqlstate() != "SQLITE_ERROR") throw;
        rows = check_by_table(*this, violations);
    }
    append_all(violations, *this, rows);
    // The pragma promises no order.
    std::ranges::sort(violations);
    return violations;
}

}  // namespace rev::db
