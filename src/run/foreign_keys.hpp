#pragma once

#include <map>
#include <string>
#include <vector>

#include "rev/database.hpp"
#include "run/prepared.hpp"

namespace rev::run {

/// Sets SQLite's enforcement of foreign keys and puts it back.
class ForeignKeys {
public:
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
    explicit ForeignKeyCheck(Database& database);

    struct Result {
        std::vector<std::string> added;  ///< sentences
        std::vector<std::string> older;  ///< that were there before, too
    };
    /// Behind the step. A row is known by what it holds, and its table and the other one by more than their names: a
    /// step that renames one or makes it anew adds nothing.
    [[nodiscard]] Result compare();

private:
    Database& database_;
    std::vector<ForeignKeyViolation> before_;
    std::map<std::string, std::string> names_;  ///< of tables, by the page they begin at; empty: nothing is violated
};

/// A step that would leave these foreign keys violated.
[[nodiscard]] Error violation_error(const PreparedStep& step, const std::vector<std::string>& added);

}  // namespace rev::run
