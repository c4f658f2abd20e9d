#pragma once

#include <set>
#include <string>
#include <string_view>

#include "report/style.hpp"
#include "rev/graph.hpp"

namespace rev::report {

/// What a revision's line shows, in Alembic's order:
///     parents (dependencies) -> id (labels) (head) (current) (pending) (branchpoint) (mergepoint), message
/// `(pending)` is rev's own.
struct LineParts {
    bool parents = false;
    bool labels = false;
    bool branch_and_merge_points = true;
    bool message = false;
    bool current = false;  ///< mark it as the database's
    bool pending = false;  ///< mark it as not applied
    /// These labels only where a revision carries them itself; nullptr: all labels everywhere.
    const std::set<std::string>* named_once = nullptr;
};

/// Appends the line, without a line end. Source: docs/commands.md; Alembic's `history`.
void append_line(std::string& out, const Graph& graph, const Revision& revision, const LineParts& parts, Style style);

/// Appends the several lines of `-v` and `show`, with the last line end. description: of the revision file's comment.
/// marks: `current`, `pending` and `named_once` are read.
void append_details(std::string& out, const Graph& graph, const Revision& revision, std::string_view description,
                    const LineParts& marks, Style style);

/// Appends a branch point with an arrow to each of its children, and a blank line. description: verbose only.
void append_branch(std::string& out, const Graph& graph, const Revision& branch_point, bool verbose,
                   std::string_view description, Style style);

/// Labels of branches that a merge has joined with others: every revision above it is a member, for ever.
[[nodiscard]] std::set<std::string> merged_labels(const Graph& graph);

/// "a, b" of the parents, or "<base>".
[[nodiscard]] std::string parents_text(const Revision& revision);

}  // namespace rev::report
