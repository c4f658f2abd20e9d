#pragma once

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

/// Those of `after` that `before` has not; both sorted.
[[nodiscard]] std::vector<std::string> added_violations(const std::vector<std::string>& before,
                                                        const std::vector<std::string>& after);
/// A step that would leave these foreign keys violated.
[[nodiscard]] Error violation_error(const PreparedStep& step, const std::vector<std::string>& added);

}  // namespace rev::run
