#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/cases.hpp"
#include "support/postgres.hpp"

namespace rev::test {

/// What PostgreSQL was seen to do.
struct Truth {
    std::optional<std::string> failure;
    std::vector<std::string> reasons;  ///< why somebody should know before

    [[nodiscard]] bool is_bad() const { return failure.has_value() || !reasons.empty(); }
    [[nodiscard]] std::string text() const;
};

struct TableTruth;

/// A database for all cases, emptied before each.
class Trial {
public:
    /// Makes the case's schema.
    void give(const LintCase& lint_case);
    /// The same, then runs the case statement by statement and looks at locks, files and rows.
    [[nodiscard]] Truth run(const LintCase& lint_case);

    /// The server's major one.
    [[nodiscard]] int server_version() const;
    [[nodiscard]] std::string query(const std::string& sql) const { return database_.query(sql); }
    [[nodiscard]] const std::string& url() const noexcept { return database_.url(); }

private:
    bool fails_as_one(const LintCase& lint_case, Truth& truth);
    void run_statements(const LintCase& lint_case, Truth& truth);

    PostgresTestDatabase database_;
};

}  // namespace rev::test
