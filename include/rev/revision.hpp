#pragma once

#include <string>
#include <vector>

namespace rev::graph {

/// 1 to 32 characters of letters, digits, `_` and `.`; unique in a project.
using RevisionId = std::string;

/// One node of the graph: what a revision file's header says. A plain value.
struct Revision {
    RevisionId id;
    std::vector<RevisionId> revises;      ///< parents in the order written; empty: a base; two or more: a merge point
    std::vector<std::string> depends_on;  ///< as written: full ids or branch labels
    std::vector<std::string> branch_labels;  ///< own labels only, in the order written
    /// The revisions that this one stands for, oldest first, as `rev squash` wrote it; the last is this revision
    /// itself. Empty: it is no squash.
    std::vector<RevisionId> squashes;
    std::string message;  ///< the first line of the file's comment; may be empty
    std::string created;  ///< as written in the header; may be empty
    std::string path;     ///< the file, as shown in messages; empty for a revision made in memory
};

}  // namespace rev::graph

namespace rev {
using graph::Revision;
using graph::RevisionId;
}  // namespace rev
