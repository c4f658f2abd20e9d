#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/graph.hpp"
#include "rev/repeatable.hpp"
#include "rev/revision.hpp"
#include "rev/target.hpp"

namespace rev::graph {

/// apply and drop are of repeatable objects.
enum class Direction { upgrade, downgrade, stamp, apply, drop };

/// "upgrade", "downgrade", "stamp", "apply" or "drop".
[[nodiscard]] std::string_view direction_name(Direction direction) noexcept;

/// One statement on the version table; each must hit exactly one row.
struct RowChange {
    enum class Kind { insert, update, remove };
    Kind kind = Kind::insert;
    RevisionId from;  ///< update, remove: the row as it is
    RevisionId to;    ///< insert, update: the row as it becomes

    friend bool operator==(const RowChange&, const RowChange&) = default;
};

/// One revision to run (or, for stamp, to record) and what it does to the version table; or one repeatable object to
/// make or to drop, which does nothing to it.
struct Step {
    Direction direction = Direction::upgrade;
    const Revision* revision = nullptr;         ///< null in a stamp step that removes rows (towards base), and where
                                                ///< there is a repeatable
    std::vector<RowChange> changes;             ///< in the order to run them
    std::vector<RevisionId> dependencies = {};  ///< of `revision`: `depends_on` with labels resolved, in its order
    const Repeatable* repeatable = nullptr;     ///< apply, drop: what is made or dropped

    friend bool operator==(const Step&, const Step&) = default;
};

/// A value to print, compare and throw away. Its revisions belong to the Graph it was made from, its repeatables to
/// their project.
struct Plan {
    std::vector<RevisionId> from;       ///< the rows at the start, in table order
    std::vector<RevisionId> to;         ///< the rows at the end, in table order
    std::vector<Step> steps;            ///< in the order to run them; empty: nothing to do
    std::vector<std::string> warnings;  ///< sentences for the user
};

/// The rows after `change`: an update keeps its place, an insert goes to the end (as SQLite's table order does).
/// Throws std::logic_error if it does not hit exactly one row.
void apply(const RowChange& change, std::vector<RevisionId>& rows);

/// Steps that take a database from `rows` to `target`, parents before children.
/// rows: of the version table in table order, without duplicates; empty: nothing is applied.
/// Throws GraphError. Source: docs/targets.md; Alembic's `upgrade`.
[[nodiscard]] Plan plan_upgrade(const Graph& graph, std::span<const RevisionId> rows, const Target& target);

/// The same downwards, children before parents. Throws GraphError. Source: Alembic's `downgrade`.
[[nodiscard]] Plan plan_downgrade(const Graph& graph, std::span<const RevisionId> rows, const Target& target);

/// Steps that set the rows and run nothing. purge: start as if the table were empty; the first change removes the
/// rows there were. Throws GraphError. Source: Alembic's `stamp`.
[[nodiscard]] Plan plan_stamp(const Graph& graph, std::span<const RevisionId> rows, std::span<const Target> targets,
                              bool purge);

}  // namespace rev::graph

namespace rev {
using graph::apply;
using graph::Direction;
using graph::direction_name;
using graph::Plan;
using graph::plan_downgrade;
using graph::plan_stamp;
using graph::plan_upgrade;
using graph::RowChange;
using graph::Step;
}  // namespace rev
