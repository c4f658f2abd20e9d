#pragma once

#include <string>
#include <vector>

namespace rev::graph {

/// An object that is made again whenever its file changes, such as a view or a function: no revision, in no graph, and
/// with names of its own. A value. Source: docs/repeatables.md.
struct Repeatable {
    std::string name;                ///< may also be a revision's id, which means nothing
    std::string message;             ///< the first line of its file's comment; may be empty
    std::string path;                ///< as shown
    std::vector<std::string> needs;  ///< names of those that are made before it
    bool drop_before_upgrade = false;

    friend bool operator==(const Repeatable&, const Repeatable&) = default;
};

}  // namespace rev::graph

namespace rev {
using graph::Repeatable;
}  // namespace rev
