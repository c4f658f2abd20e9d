#pragma once

#include <vector>

#include "db/sqlite/syntax.hpp"
#include "run/prepared.hpp"
#include "script/revision_file.hpp"

namespace rev::app {

/// What is wrong with the text of a file's sections.
struct SyntaxReport {
    std::vector<Error> problems;
    std::vector<Error> warnings;  ///< what a newer server than the parser's may know
};

/// Statements that do not parse. PostgreSQL: by its own parser. SQLite: by `sqlite`, which is not needed for others;
/// that a table is not known there is no error of the text. Sections whose variables have no value are passed over.
/// Reads the file only.
void check_syntax(const RevisionFile& file, const run::PrepareOptions& options, db::SqliteSyntax* sqlite,
                  SyntaxReport& report);

/// Lines that `git merge` left behind, wherever they stand; nullopt: none.
[[nodiscard]] std::optional<Error> find_conflict_marker(const RevisionFile& file);

}  // namespace rev::app
