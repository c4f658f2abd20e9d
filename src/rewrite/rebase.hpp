#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rev/graph.hpp"

namespace rev::rewrite {

/// What `rev rebase` is asked for.
struct RebaseRequest {
    Revisions chosen;                ///< of the graph; what stands on them moves too. Empty: nothing is to move
    const Revision* onto = nullptr;  ///< null: the one head that does not move
    bool must_be_connected = true;   ///< the chosen ones are to be one run
};

/// Revisions that get another place in the graph.
struct Rebase {
    Revisions moved;                 ///< in load order, with all that stands on them; empty: nothing to do
    Revisions lowest;                ///< of these, those that revise none of them: their `revises` becomes `onto`
    const Revision* onto = nullptr;  ///< null: nothing to do
    Revisions passed;                ///< what the moved ones stand on from now on and did not before; load order
};

/// What a rebase does, if it may be done: the graph that it makes is sound, and no moved revision joins branches of
/// which one stays. Nothing to do (no moved revisions) where all of them stand on the one head already, or there is
/// one head only. The result refers to `graph`.
/// Throws Error with ExitCode::graph: "several_heads" (more than two, and no `onto`), "not_connected", "onto_moved",
/// "moved_merge_point", and what Graph says of the result; located at the revision's file.
[[nodiscard]] Rebase plan_rebase(const Graph& graph, const RebaseRequest& request);

/// The revisions as they are after it, in load order.
[[nodiscard]] std::vector<Revision> rebased_revisions(const Graph& graph, const Rebase& rebase);

}  // namespace rev::rewrite
