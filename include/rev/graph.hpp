#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rev/error.hpp"
#include "rev/revision.hpp"
#include "rev/target.hpp"

namespace rev::graph {

/// Facts about a question that the graph refuses. `to_error` (below) words them for people.
class GraphError : public std::runtime_error {
public:
    enum class Kind {
        invalid_id,              ///< an id that holds a character of the target grammar
        duplicate_id,            ///< revisions: the two that share `symbol`
        missing_parent,          ///< `symbol` is named in `revises` of revisions[0]; candidates: nearest ids
        missing_dependency,      ///< `symbol` is named in `depends_on` of revisions[0]
        cycle,                   ///< revisions: the path, first == last by id
        duplicate_label,         ///< `symbol` on two revisions, twice on one, or equal to an id
        unknown_revision,        ///< `symbol` names nothing; candidates: nearest ids, labels and words of targets
        ambiguous_prefix,        ///< `symbol` starts several names; candidates: all of them
        not_in_branch,           ///< `symbol` is not a member of branch `branch`
        multiple_heads,          ///< `symbol` (such as "head") stands for several: revisions
        several_revisions,       ///< `symbol` stands for several where one is needed
        ambiguous_walk,          ///< a relative walk reached a fork: revisions are the ways on; walked from `origin`
        walk_too_far,            ///< a relative walk ran off the graph
        bad_target,              ///< `symbol` is not a target that this command understands; see what()
        not_in_range,            ///< the ends of a range are not ancestor and descendant
        not_a_downgrade_target,  ///< `symbol` is not below the rows
        unknown_row,             ///< a row of the version table that no file has: `symbol`
        overlapping_rows,        ///< revisions: rows of the version table of which one is an ancestor of another
        overlapping_targets,     ///< revisions: targets, or starts of a range, of which one is an ancestor of another
        several_rows,            ///< a relative form with several rows in the table: revisions
        not_a_head,              ///< a new revision on something that is no head, without splice
        bad_new_revision,        ///< the new revision cannot be: see what()
    };

    /// message: for bad_target and bad_new_revision a sentence that says why; to_error() words the others.
    GraphError(Kind kind, const std::string& message) : std::runtime_error(message), kind(kind) {}

    Kind kind;
    std::string symbol;                   ///< what the user wrote, or the id in question
    std::string branch;                   ///< the label part of `label@...`
    std::string origin;                   ///< where a walk began
    std::string command;                  ///< whose target it is: "upgrade", "downgrade", "stamp", "revision", "merge",
                                          ///< "depends_on" (of a new revision); empty: of any other
    std::vector<Revision> revisions;      ///< copies, in the order that each kind names
    std::vector<std::string> candidates;  ///< names to choose from or to suggest, best first
    RevisionId squash;                    ///< the revision that `symbol` was squashed into; empty: none
};

class GraphData;

/// Pointers to revisions that a Graph owns; valid as long as the Graph (or what it was moved to) lives.
using Revisions = std::vector<const Revision*>;

/// The revision graph: built once, then only asked. Pure: no file, database, clock or environment. Movable.
/// Order: "load order" is the order in which the constructor got the revisions.
/// Source: docs/targets.md; Alembic's script/revision.py.
class Graph {
public:
    /// Throws GraphError: invalid_id, duplicate_id, missing_parent, missing_dependency, cycle, duplicate_label.
    /// Cost is linear in revisions and edges.
    explicit Graph(std::vector<Revision> revisions);
    ~Graph();
    Graph(Graph&&) noexcept;
    Graph& operator=(Graph&&) noexcept;
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    /// How many revisions it has.
    [[nodiscard]] std::size_t size() const noexcept;
    /// In load order.
    [[nodiscard]] std::span<const Revision> revisions() const noexcept;
    /// The revision with exactly this id, or nullptr. Labels and prefixes are not looked at.
    [[nodiscard]] const Revision* find(std::string_view id) const noexcept;

    /// Not revised by any revision (it may be depended upon). Load order.
    [[nodiscard]] Revisions heads() const;
    /// Neither revised nor depended upon. Load order.
    [[nodiscard]] Revisions real_heads() const;
    /// No `revises`. Load order.
    [[nodiscard]] Revisions bases() const;
    /// Neither `revises` nor `depends_on`. Load order.
    [[nodiscard]] Revisions real_bases() const;
    /// Revised by two or more, in the order in which `rev branches` lists them (see docs/targets.md).
    [[nodiscard]] Revisions branch_points() const;
    /// Revising two or more. Load order.
    [[nodiscard]] Revisions merge_points() const;

    /// Whether heads(), bases(), branch_points() or merge_points() has it. revision: of this graph itself, no copy.
    [[nodiscard]] bool is_head(const Revision& revision) const noexcept;
    [[nodiscard]] bool is_base(const Revision& revision) const noexcept;
    [[nodiscard]] bool is_branch_point(const Revision& revision) const noexcept;
    [[nodiscard]] bool is_merge_point(const Revision& revision) const noexcept;
    /// A head that other revisions depend on (Alembic's "effective head").
    [[nodiscard]] bool is_depended_upon(const Revision& revision) const noexcept;

    /// Those that revise it, in load order.
    [[nodiscard]] Revisions children(const Revision& revision) const;
    /// `depends_on` resolved to revisions, in the order written.
    [[nodiscard]] Revisions dependencies(const Revision& revision) const;
    /// `dependencies` less those that an ancestor by revises has already; by id.
    [[nodiscard]] Revisions effective_dependencies(const Revision& revision) const;
    /// Every label that the revision is a member of (own ones and those of its line), sorted.
    [[nodiscard]] std::vector<std::string> labels(const Revision& revision) const;

    [[nodiscard]] const GraphData& data() const noexcept { return *data_; }  ///< for src/graph only

private:
    std::unique_ptr<GraphData> data_;
};

/// Revisions that a symbol stands for, as `show` and `stamp` read it: full and partial ids, labels, `head`, `heads`,
/// `base`, `label@head`, `-2` ... `base` gives none. rows: only read for `current`.
/// Throws GraphError: unknown_revision, ambiguous_prefix, not_in_branch, multiple_heads, walk_too_far, bad_target.
[[nodiscard]] Revisions resolve(const Graph& graph, const Target& target, std::span<const RevisionId> rows = {});

/// As `resolve`, for a symbol that must name exactly one revision.
[[nodiscard]] const Revision& resolve_one(const Graph& graph, const Target& target);

/// What `rev history` prints: newest first. range: "a:b" with either end empty; empty text means everything.
/// rows: used for `current` as one end. Throws GraphError as `resolve`, and not_in_range, bad_target.
[[nodiscard]] Revisions history(const Graph& graph, std::string_view range, std::span<const RevisionId> rows = {});

/// What `rev current` prints: the rows' revisions and the tips that they imply through dependencies; sorted as
/// Alembic prints them. Throws GraphError unknown_row.
[[nodiscard]] Revisions current(const Graph& graph, std::span<const RevisionId> rows);

/// Every revision that is applied when the table has these rows: the rows and all their ancestors (dependencies
/// included), in load order. Throws GraphError unknown_row.
[[nodiscard]] Revisions applied(const Graph& graph, std::span<const RevisionId> rows);

/// `heads --resolve-dependencies`: heads that nothing depends on.
[[nodiscard]] Revisions resolved_heads(const Graph& graph);

/// What the user asked a new revision to be.
struct NewRevision {
    RevisionId id;
    std::vector<std::string> heads{"head"};  ///< symbols of the parents; `base` gives none, `heads` all real heads
    bool splice = false;                     ///< parents need not be heads
    std::vector<std::string> branch_labels;
    std::vector<std::string> depends_on;  ///< symbols, each for one revision
};

/// The new node: id, `revises` as full ids, `depends_on` as it is to be written (a label stays a label). Everything
/// that would make the graph unsound is refused: existing id, label in use, not a head, unknown parent.
/// Throws GraphError.
[[nodiscard]] Revision plan_new_revision(const Graph& graph, const NewRevision& request);

/// The same for `rev merge`: `heads` holds at least one symbol. Throws GraphError.
[[nodiscard]] Revision plan_merge(const Graph& graph, const NewRevision& request);

/// Words the facts for people: message, hint with commands that would work, location (the file).
/// exit code: ExitCode::graph, or ExitCode::database for unknown_row and overlapping rows.
[[nodiscard]] Error to_error(const GraphError& error);

}  // namespace rev::graph

namespace rev {
using graph::applied;
using graph::current;
using graph::Graph;
using graph::GraphError;
using graph::history;
using graph::NewRevision;
using graph::plan_merge;
using graph::plan_new_revision;
using graph::resolve;
using graph::resolve_one;
using graph::resolved_heads;
using graph::Revisions;
using graph::to_error;
}  // namespace rev
