#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rev::test {

/// A migration of tests/data/lint and the schema that it starts from.
struct LintCase {
    std::string name;   ///< "columns: a serial column"
    std::string given;  ///< SQL of the revision below
    std::string sql;    ///< of the migration
    bool in_transaction = true;
    bool enforces_foreign_keys = false;  ///< SQLite
};

/// Of a file: `-- given` begins the schema, `-- case: NAME`, `-- case (no transaction): NAME` or
/// `-- case (foreign keys): NAME` each migration.
[[nodiscard]] std::vector<LintCase> read_lint_cases(const std::filesystem::path& file);

}  // namespace rev::test
