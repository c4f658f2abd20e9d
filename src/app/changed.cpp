// What upgrade and downgrade do about applied revisions whose files say something else now. That they differ is found
// in src/run; here is what it means, and what the hint may promise.

#include "app/changed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rev/plan.hpp"
#include "run/changed.hpp"
#include "state/state.hpp"

namespace rev::app {
namespace {

using Ids = std::vector<RevisionId>;

std::string line_about(const run::ChangedRevision& changed) {
    const auto* const what = changed.comments_only ? "only comments changed, which does not count"
                             : changed.ran_nothing ? "its upgrade section was empty when it was applied"
                                                   : "its upgrade section is not what was run";
    return fmt::format("{} ({}): {}", changed.revision->path, changed.revision->id, what);
}

/// Those that count first, each kind in its order.
std::string list_of(std::vector<run::ChangedRevision> all) {
    std::stable_partition(all.begin(), all.end(), [](const auto& changed) { return !changed.comments_only; });
    std::string text;
    for (const auto& changed : all) text += line_about(changed) + "\n";
    return text;
}

/// Ids, sorted.
Ids applied_ids(const Graph& graph, const Ids& rows) {
    Ids ids;
    for (const auto* revision : applied(graph, rows)) ids.push_back(revision->id);
    std::ranges::sort(ids);
    return ids;
}

/// Whether a stamp of `targets` takes back `revision` and nothing else. The commands of a hint are tried on the graph
/// before they are shown: with branches and dependencies around it, a stamp may take back more than the one revision.
bool takes_back_only(const Revision& revision, const Ids& targets, const Graph& graph, const Ids& rows) {
    auto without = applied_ids(graph, rows);
    std::erase(without, revision.id);
    try {
        return applied_ids(graph,
                           plan_stamp(graph, rows, std::vector<Target>(targets.begin(), targets.end()), false).to) ==
               without;
    } catch (const GraphError&) {
        return false;
    }
}

std::string advice_for(const run::ChangedRevision& changed, const Graph& graph, const Ids& rows) {
    if (changed.ran_nothing) return advice_for_ran_nothing(*changed.revision, graph, rows);
    const auto& parents = changed.revision->revises;
    return fmt::format(
        "put the file back as it was, and write a new revision for the change; or, if the "
        "database is as the file says now, run `rev repair {} --accept-changed`; "
        "`on_changed: warn` in alembic.yaml refuses nothing; `rev downgrade {} --from-log` undoes what was run",
        changed.revision->id, parents.empty() ? "base" : parents.front());
}

[[noreturn]] void refuse(const std::vector<run::ChangedRevision>& changed, std::size_t counting,
                         const run::ChangedRevision& first, const std::string& advice) {
    throw Error(ExitCode::graph, error_codes::changed_file,
                counting == 1
                    ? fmt::format("the file of revision {} was changed after it was applied", first.revision->id)
                    : fmt::format("the files of {} revisions were changed after they were applied", counting))
        .with_detail(list_of(changed))
        .with_hint(advice);
}

}  // namespace

std::vector<std::string> commands_to_run(const Revision& revision, const Graph& graph, const Ids& rows) {
    Ids dependencies;
    for (const auto* dependency : graph.dependencies(revision)) dependencies.push_back(dependency->id);
    auto parents = revision.revises;
    // Without its row, what it depends on may need one of its own.
    auto with_dependencies = parents;
    with_dependencies.insert(with_dependencies.end(), dependencies.begin(), dependencies.end());
    if (parents.empty()) parents = {"base"};
    // The shorter command first.
    for (const auto& targets : {parents, with_dependencies})
        if (!targets.empty() && takes_back_only(revision, targets, graph, rows))
            return {"rev stamp " + base::join(targets, " "), "rev upgrade " + revision.id};
    return {};
}

std::string advice_for_ran_nothing(const Revision& revision, const Graph& graph, const Ids& rows) {
    const auto commands = commands_to_run(revision, graph, rows);
    if (commands.empty())
        return fmt::format(
            "other revisions stand on {}: empty its upgrade section again, and write the SQL into a new revision",
            revision.id);
    return fmt::format("nothing of {} was run; to run its file as it is now: `{}`", revision.id,
                       base::join(commands, "`, then `"));
}

void ChangedGuard::check(const state::DatabaseState& state, Dialect dialect) {
    if (policy_ == OnChanged::ignore) return;
    const auto changed = finder_.find(state.checksums, dialect, applied(graph_, state.rows));
    const auto counts = [](const run::ChangedRevision& each) { return !each.comments_only; };
    const auto first = std::ranges::find_if(changed, counts);
    if (first == changed.end()) return;
    if (policy_ == OnChanged::warn) return warn(changed);
    refuse(changed, static_cast<std::size_t>(std::ranges::count_if(changed, counts)), *first,
           advice_for(*first, graph_, state.rows));
}

void ChangedGuard::warn(const std::vector<run::ChangedRevision>& changed) {
    for (const auto& each : changed) {
        // Planning happens more than once in a run, and each thing is to be said once.
        if (each.comments_only || !warned_.insert(each.revision->id).second) continue;
        reporter_.warning(
            fmt::format("{} was changed after revision {} was applied", each.revision->path, each.revision->id));
    }
}

}  // namespace rev::app
