#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/graph_picture.hpp"
#include "report/json_value.hpp"
#include "rev/error.hpp"
#include "rev/revision_file.hpp"

namespace rev::report {

/// A revision that a branch adds.
struct ReviewedRevision {
    const Revision* revision = nullptr;
    RevisionFile file;
    bool is_reversible = false;
    std::vector<std::string> lost;  ///< what its downgrade drops, such as "table account"; see Review::lost_by
};

/// What a reviewer wants to know of a branch.
struct Review {
    std::string base = {};                         ///< the GITREF; empty: everything is new
    GraphPicture picture;                          ///< the new revisions and what they stand on
    std::vector<ReviewedRevision> revisions = {};  ///< in the order to run them
    std::vector<Error> findings = {};              ///< of `rev check`, and of `rev check --base`
    /// What the new revisions change, in sentences without a full stop; absent: it could not be tried.
    std::optional<std::vector<std::string>> schema = {};
    std::vector<std::string> repeatables = {};  ///< files of repeatable objects that are other ones, in such sentences
    std::vector<std::string> left = {};         ///< what the downgrades leave behind, in such sentences
    std::vector<std::string> remarks = {};      ///< what is not known, and why, in sentences
    std::string lost_by = {};                   ///< where `lost` comes from: "SQLite" (it was tried), "its text"
};

/// For a comment on a pull request: headings, a picture for Mermaid, a table, and SQL that folds. No text of a
/// revision is read as Markdown or HTML, or names a person.
[[nodiscard]] std::string review_markdown(const Review& review);
/// One page that needs nothing else.
[[nodiscard]] std::string review_html(const Review& review);
[[nodiscard]] json::Object review_object(const Review& review);

}  // namespace rev::report
