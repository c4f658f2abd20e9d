#pragma once

#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "run/prepared.hpp"

namespace rev::run {

/// Sets SQLite's enforcement of foreign keys and puts it back.
class ForeignKeys {
public:
    /// Outside a transaction, both ways.
    ForeignKeys(Database& database, bool enforced)
        : database_(database), before_(database.set_foreign_keys(enforced)) {}
    ~ForeignKeys();
    ForeignKeys(const ForeignKeys&) = delete;
    ForeignKeys& operator=(const ForeignKeys&) = delete;

private:
    Database& database_;
    bool before_;
};

/// What violates foreign keys before a step, so that only what the step adds is held against it.
class ForeignKeyCheck {
public:
    /// In front of the step, by one PRAGMA foreign_key_check.
    explicit ForeignKeyCheck(Database& database);

    /// What is violated behind the step. Sentences as to_string() makes them.
    struct Result {
        std::vector<std::string> added;  ///< sentences
        std::vector<std::string> older;  ///< that were there before, too
    };
    /// Behind the step. A row is known by what it holds, whatever its number and its columns' names; a table that has
    /// got another name, or was made anew under one, is the same.
    [[nodiscard]] Result compare();

private:
    Database& database_;
    std::vector<ForeignKeyViolation> before_;
    std::set<std::string> names_;  ///< of tables, in lower case; empty: nothing is violated
};

/// A step that would leave these foreign keys violated.
[[nodiscard]] Error violation_error(const PreparedStep& step, const std::vector<std::string>& added);

}  // namespace rev::run
