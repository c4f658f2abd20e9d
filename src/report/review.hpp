#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/graph_picture.hpp"
#include "report/json_value.hpp"
#include "rev/error.hpp"
#include "script/revision_file.hpp"
#include "trail/added.hpp"

namespace rev::report {

/// A revision that a branch adds.
struct ReviewedRevision {
    const Revision* revision = nullptr;
    RevisionFile file;
    bool is_reversible = false;
    std::vector<std::string> lost;  ///< what its downgrade drops, such as "table account"; see Review::lost_by
};

/// What lint says of a statement.
struct ReviewedFinding {
    std::string level;  ///< "error", "warning" or "notice"
    std::string rule;   ///< "table-rewrite"
    std::string path;
    std::size_t line = 0;  ///< 1-based
    std::string message;
    std::string hint;
};

/// What the new revisions do to the schema of one engine.
struct ReviewedSchema {
    Dialect dialect = Dialect::sqlite;
    trail::AddedChanges added;
};

/// What a reviewer wants to know of a branch.
struct Review {
    std::string base = {};                         ///< the GITREF; empty: everything is new
    GraphPicture picture;                          ///< the new revisions and what they stand on
    std::vector<ReviewedRevision> revisions = {};  ///< in the order to run them
    std::vector<Error> findings = {};              ///< of `rev check`, and of `rev check --base`
    std::vector<ReviewedFinding> lint = {};        ///< in the order to run the statements
    std::vector<ReviewedSchema> schemas = {};      ///< of the engines on which they could be tried
    std::vector<std::string> repeatables = {};  ///< files of repeatable objects that are other ones, in such sentences
    std::vector<std::string> remarks = {};      ///< what is not known, and why, in sentences
    std::string lost_by = {};                   ///< where `lost` comes from, such as "running them on SQLite"
};

/// For a comment on a pull request: headings, a picture for Mermaid, a table, and SQL that folds. GitHub takes no
/// comment of more than 65,536 characters: long SQL is cut, with the path of the file that has it. No text of a
/// revision is read as Markdown or HTML, or names a person.
[[nodiscard]] std::string review_markdown(const Review& review);
/// One page that needs nothing else.
[[nodiscard]] std::string review_html(const Review& review);
[[nodiscard]] json::Object review_object(const Review& review);

}  // namespace rev::report
