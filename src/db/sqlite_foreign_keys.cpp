#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "base/text.hpp"
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

/// A row of PRAGMA foreign_key_check.
struct Violation {
    std::string table;
    std::string rowid;  ///< empty: the table has none
    std::string parent;
    std::string key;  ///< the foreign key's number in the table
};

Violation read_violation(const SqlRow& row) {
    return {row.at(0).value_or(""), row.at(1).value_or(""), row.at(2).value_or(""), row.at(3).value_or("")};
}

std::string describe(std::string_view row, const Violation& violation) {
    return fmt::format("{} of table {} refers to a row that table {} does not have", row, violation.table,
                       violation.parent);
}

/// Those of one foreign key whose rows have numbers. Told by what they hold, as a table that is made anew numbers its
/// rows anew: a row that was violated already would look like a new violation.
class ViolatedKey {
public:
    ViolatedKey(Database& database, const Violation& first) : database_(database), first_(first) {
        const std::vector<SqlValue> parameters{first.table, first.key};
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
        // "parent = 5", "(a, b) = (1, 'x')", as the end of a query for the row has it.
        const auto* const open = names.size() > 1 ? "(" : "";
        const auto* const close = names.size() > 1 ? ")" : "";
        known_by_ = fmt::format("'{}' || {} || '{}'", open, base::join(values, " || ', ' || "), close);
        columns_ = open + base::join(names, ", ") + close;
    }

    void append_to(std::vector<std::string>& sentences, std::span<const std::string> rowids) const {
        const auto table = database_.quote_identifier(first_.table);
        const auto rowid = rowid_column();
        if (known_by_.empty() || rowid.empty()) {
            for (const auto& each : rowids) sentences.push_back(describe("row " + each, first_));
            return;
        }
        // As many as a statement may be long.
        constexpr std::size_t at_once = 1000;
        for (std::size_t begin = 0; begin < rowids.size(); begin += at_once) {
            const auto some = rowids.subspan(begin, std::min(at_once, rowids.size() - begin));
            const auto query =
                fmt::format("SELECT {} FROM main.{} WHERE {} IN ({})", known_by_, table, rowid, base::join(some, ", "));
            for (const auto& row : database_.query(query, {}))
                sentences.push_back(describe(columns_ + " = " + row.at(0).value_or(""), first_));
        }
    }

private:
    /// A name of the row's number that is no column's; empty: all are.
    [[nodiscard]] std::string rowid_column() const {
        const std::vector<SqlValue> parameters{first_.table};
        const auto columns = database_.query("SELECT name FROM pragma_table_xinfo(?, 'main')", parameters);
        for (const auto* name : {"rowid", "_rowid_", "oid"})
            if (std::ranges::none_of(
                    columns, [&](const SqlRow& column) { return base::same_name(column.at(0).value_or(""), name); }))
                return name;
        return {};
    }

    Database& database_;
    const Violation& first_;
    std::string columns_;
    std::string known_by_;  ///< an expression; empty: the key is not there any more
};

void describe_all(Database& database, std::span<const Violation> violations, std::vector<std::string>& sentences) {
    std::map<std::pair<std::string_view, std::string_view>, std::pair<const Violation*, std::vector<std::string>>> keys;
    for (const auto& violation : violations) {
        if (violation.rowid.empty()) {
            sentences.push_back(describe("a row", violation));
            continue;
        }
        auto& [first, rowids] = keys[{violation.table, violation.key}];
        if (first == nullptr) first = &violation;
        rowids.push_back(violation.rowid);
    }
    for (const auto& [key, rows] : keys) ViolatedKey(database, *rows.first).append_to(sentences, rows.second);
}

/// A table that cannot be checked counts as one violation, which SQLite words: "foreign key mismatch - ...". Those are
/// returned; the violations of the others are appended.
std::vector<std::string> mismatches_by_table(Database& database, std::vector<Violation>& violations) {
    std::vector<std::string> mismatches;
    // Of main, like the question before: a table of the same name may be in temp.
    for (const auto& table : database.query("SELECT name FROM main.sqlite_master WHERE type = 'table'", {})) {
        try {
            const auto check =
                fmt::format("PRAGMA main.foreign_key_check({})", database.quote_identifier(table.at(0).value_or("")));
            for (const auto& row : database.query(check, {})) violations.push_back(read_violation(row));
        } catch (const Error& error) {
            if (error.sqlstate() != "SQLITE_ERROR") throw;
            mismatches.emplace_back(error.what());
        }
    }
    return mismatches;
}

}  // namespace

std::vector<std::string> SqliteDatabase::foreign_key_violations() {
    std::vector<std::string> sentences;
    std::vector<Violation> violations;
    try {
        // Of main alone: attached databases are not the one whose schema rev answers for.
        for (const auto& row : query("PRAGMA main.foreign_key_check", {})) violations.push_back(read_violation(row));
    } catch (const Error& error) {
        // A key that refers to columns that are not unique ends the check of all tables.
        if (error.sqlstate() != "SQLITE_ERROR") throw;
        violations.clear();
        sentences = mismatches_by_table(*this, violations);
    }
    describe_all(*this, violations, sentences);
    // The pragma promises no order, and callers compare what was before a step with what is behind it.
    std::sort(sentences.begin(), sentences.end());
    return sentences;
}

}  // namespace rev::db
