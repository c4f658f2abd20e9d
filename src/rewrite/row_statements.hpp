#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "rev/dialect.hpp"
#include "script/revision_file.hpp"

namespace rev::rewrite {

/// A statement of an upgrade section that a schema alone does not have.
struct RowStatement {
    RevisionId revision;
    std::string path;      ///< of its file, as shown
    std::size_t line = 0;  ///< 1-based
    std::string sql;       ///< its beginning, in one line
};

/// What may change rows, or do anything else than change the schema: INSERT, UPDATE, a SELECT that may call a function,
/// DO, CREATE TABLE ... AS. For people to look at. parts: whole files. In their order, each statement once.
[[nodiscard]] std::vector<RowStatement> find_row_statements(std::span<const RevisionFile> parts,
                                                            std::span<const Dialect> dialects);

}  // namespace rev::rewrite
