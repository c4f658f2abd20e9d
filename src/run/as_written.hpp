#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/source_span.hpp"
#include "rev/error.hpp"
#include "run/execute.hpp"
#include "sql/statements.hpp"

namespace rev::run {

/// SQL that runs, and the part of a file that it was made of by filling in variables. A view.
struct SqlInFile {
    std::string_view sql;
    base::SourceSpan written;
    std::span<const FilledIn> variables = {};  ///< in their order; empty: `sql` is what is written
};
/// The section that the step runs. Views into it.
[[nodiscard]] SqlInFile sql_in_file(const PreparedStep& step);
/// path: of the file that has the section.
[[nodiscard]] SqlInFile sql_in_file(const VerifyPart& part, std::string_view path);

/// Where a byte of the SQL is written: in the file, never in a value that was filled in, which may be a secret and may
/// have lines of its own. For a byte of a value: where its variable begins.
[[nodiscard]] Location place_at(const SqlInFile& source, std::size_t offset);
/// The same for a statement of it.
[[nodiscard]] inline Location place_of(const SqlInFile& source, const Statement& statement) {
    return place_at(source, statement.offset);
}

/// The same for a place that a driver has found in the SQL: its line counts from the section's first line in the file,
/// its column may be unknown and stays so. Nothing else of it is looked at.
[[nodiscard]] Location as_written(Location in_sql, const SqlInFile& source);

/// The line of a statement of the step in its file. What is asked of every statement must cost nothing where there are
/// no variables.
[[nodiscard]] std::size_t line_in_file(const PreparedStep& step, const Statement& statement);

}  // namespace rev::run
