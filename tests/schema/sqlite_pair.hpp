#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schema/migration.hpp"

namespace rev::test {

/// Two schemas of SQLite and what to put into the first.
struct SchemaPair {
    std::string name;
    std::string from;
    std::string to;
    std::string rows = {};                  ///< SQL; empty: rows are made up
    std::vector<std::string> renames = {};  ///< as `--rename` takes them, beside the hints in `to`
};

/// The pairs of a folder: a folder each, with from.sql, to.sql and perhaps rows.sql. By name.
/// What a line of to.sql that begins with `-- expect: ` says: `no change`, `alter` (no table is made anew), `fails on
/// rows` (a statement is marked so, and the pair is judged without rows too), `unequal rows` (values change on
/// purpose), `not enforced` (the second schema cannot be had where foreign keys are enforced).
[[nodiscard]] std::vector<SchemaPair> read_pairs(const std::filesystem::path& folder);

/// The neighbours of all histories in a folder, as pairs. Source: tests/data/schema_histories/README.md.
[[nodiscard]] std::vector<SchemaPair> read_histories(const std::filesystem::path& folder);

enum class Enforcement { off, on };

/// Brings a database with rows from one schema to the other and back, as rev runs revisions, and says what is not as
/// it has to be: by the model, by SQLite's own catalog, rows that are gone or others. Empty: nothing.
[[nodiscard]] std::vector<std::string> judge(const SchemaPair& pair, Enforcement foreign_keys);

/// The section as a revision file has it.
[[nodiscard]] std::string section_text(const std::vector<schema::Statement>& statements);

}  // namespace rev::test
