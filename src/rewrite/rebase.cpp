#include "rewrite/rebase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_set>

#include "base/text.hpp"
#include "rev/error.hpp"

namespace rev::rewrite {
namespace {

using Set = std::unordered_set<const Revision*>;

Revisions in_load_order(const Graph& graph, const Set& set) {
    Revisions ordered;
    for (const auto& revision : graph.revisions())
        if (set.contains(&revision)) ordered.push_back(&revision);
    return ordered;
}

std::string names_of(const Revisions& revisions) {
    std::vector<std::string> ids;
    for (const auto* revision : revisions) ids.push_back(revision->id);
    return base::join_first(ids, ", ");
}

/// All that `next` leads to, and where it starts.
template <typename Next>
Set reached_from(const Revisions& starts, Next next) {
    Set seen(starts.begin(), starts.end());
    std::deque<const Revision*> waiting(starts.begin(), starts.end());
    for (; !waiting.empty(); waiting.pop_front())
        for (const auto* revision : next(*waiting.front()))
            if (seen.insert(revision).second) waiting.push_back(revision);
    return seen;
}

Revisions parents_of(const Graph& graph, const Revision& revision) {
    Revisions parents;
    for (const auto& id : revision.revises) parents.push_back(graph.find(id));
    return parents;
}

Set with_descendants(const Graph& graph, const Revisions& revisions) {
    return reached_from(revisions, [&](const Revision& revision) { return graph.children(revision); });
}

Set with_ancestors(const Graph& graph, const Revisions& revisions) {
    return reached_from(revisions, [&](const Revision& revision) {
        auto downs = parents_of(graph, revision);
        const auto dependencies = graph.dependencies(revision);
        downs.insert(downs.end(), dependencies.begin(), dependencies.end());
        return downs;
    });
}

Error refusal(const Revision& revision, std::string code, const std::string& message) {
    return Error(ExitCode::graph, std::move(code), message).with_location({revision.path, 0, 0, {}});
}

/// A part of what was asked for that nothing in it leads to.
void require_connected(const Graph& graph, const Revisions& chosen) {
    const Set all(chosen.begin(), chosen.end());
    const auto neighbours = [&](const Revision& revision) {
        auto near = parents_of(graph, revision);
        const auto children = graph.children(revision);
        near.insert(near.end(), children.begin(), children.end());
        std::erase_if(near, [&](const Revision* each) { return !all.contains(each); });
        return near;
    };
    const auto reached = reached_from({chosen.front()}, neighbours);
    for (const auto* revision : chosen) {
        if (reached.contains(revision)) continue;
        throw refusal(*revision, error_codes::not_connected,
                      fmt::format("{} and {} are not one run of revisions", chosen.front()->id, revision->id))
            .with_hint("name those between them too, or rebase one run after the other");
    }
}

const Revision* find_lowest_moved_parent(const Graph& graph, const Set& moved, const Revision& revision) {
    for (const auto* parent : parents_of(graph, revision))
        if (moved.contains(parent)) return parent;
    return nullptr;
}

/// Where one parent moves and another stays, neither `revises` line would be right.
void require_no_merge_with_outside(const Graph& graph, const Set& moved) {
    for (const auto* revision : in_load_order(graph, moved)) {
        if (revision->revises.size() < 2) continue;
        for (const auto* parent : parents_of(graph, *revision)) {
            if (moved.contains(parent)) continue;
            throw refusal(
                *revision, error_codes::moved_merge_point,
                fmt::format("{} joins branches, and {}, which it revises too, does not move", revision->id, parent->id))
                .with_hint(
                    fmt::format("a history with {} in it needs no rebase; or delete its file, if no database has "
                                "it, and rebase then",
                                revision->id));
        }
    }
}

Error several_heads(const Revisions& heads) {
    return Error(ExitCode::graph, error_codes::several_heads,
                 fmt::format("there are {} heads, and nothing says onto which to rebase: {}", heads.size(),
                             names_of(heads)))
        .with_hint("name it: rev rebase --onto " + heads.front()->id);
}

/// The head that stays, or null if none does.
const Revision* other_head(const Graph& graph, const Set& moved) {
    const auto heads = graph.heads();
    // Two heads, of which one moves, are what a merge of two branches leaves; with more there is a choice to make.
    if (heads.size() > 2) throw several_heads(heads);
    Revisions others;
    std::ranges::copy_if(heads, std::back_inserter(others), [&](const auto* head) { return !moved.contains(head); });
    if (others.size() > 1) throw several_heads(heads);
    return others.empty() ? nullptr : others.front();
}

bool stands_only_on(const Revision& revision, const Revision& parent) {
    return revision.revises.size() == 1 && revision.revises.front() == parent.id;
}

Revisions lowest_of(const Graph& graph, const Set& moved) {
    Revisions lowest;
    for (const auto* revision : in_load_order(graph, moved))
        if (find_lowest_moved_parent(graph, moved, *revision) == nullptr) lowest.push_back(revision);
    return lowest;
}

/// What `onto` brings that the moved ones did not stand on.
Revisions passed_by(const Graph& graph, const Rebase& rebase) {
    Revisions before;
    for (const auto* revision : rebase.lowest)
        for (const auto* parent : parents_of(graph, *revision)) before.push_back(parent);
    const auto known = with_ancestors(graph, before);
    auto passed = with_ancestors(graph, {rebase.onto});
    std::erase_if(passed, [&](const Revision* revision) { return known.contains(revision); });
    return in_load_order(graph, passed);
}

void require_sound(const Graph& graph, const Rebase& rebase) {
    try {
        const Graph result(rebased_revisions(graph, rebase));
    } catch (const GraphError& error) {
        auto worded = to_error(error);
        throw Error(
            worded.exit_code(), worded.code(),
            fmt::format("{} cannot be rebased onto {}: {}", names_of(rebase.lowest), rebase.onto->id, worded.what()))
            .with_location(worded.location())
            .with_hint("what the moved revisions depend on, or what depends on them, stands in the way");
    }
}

}  // namespace

Rebase plan_rebase(const Graph& graph, const RebaseRequest& request) {
    if (request.chosen.empty()) return {};
    if (request.must_be_connected) require_connected(graph, request.chosen);
    // Whatever stands on a moved revision moves with it.
    const auto moved = with_descendants(graph, request.chosen);
    const auto* onto = request.onto != nullptr ? request.onto : other_head(graph, moved);
    if (onto == nullptr) return {};
    if (moved.contains(onto))
        throw refusal(*onto, error_codes::onto_moved,
                      fmt::format("{} cannot be what the revisions are rebased onto: it moves with them", onto->id))
            .with_hint("name a revision that stands on none of those that move");
    Rebase rebase{.moved = in_load_order(graph, moved), .lowest = lowest_of(graph, moved), .onto = onto, .passed = {}};
    const auto is_there = [&](const Revision* revision) { return stands_only_on(*revision, *onto); };
    // There already: nothing to do, and that is no error.
    if (std::ranges::all_of(rebase.lowest, is_there)) return {};
    require_no_merge_with_outside(graph, moved);
    rebase.passed = passed_by(graph, rebase);
    // The result is tried as a graph before a file is written: a dependency may have become a cycle.
    require_sound(graph, rebase);
    return rebase;
}

std::vector<Revision> rebased_revisions(const Graph& graph, const Rebase& rebase) {
    std::vector<Revision> revisions(graph.revisions().begin(), graph.revisions().end());
    for (const auto* revision : rebase.lowest)
        revisions[static_cast<std::size_t>(revision - graph.revisions().data())].revises = {rebase.onto->id};
    return revisions;
}

}  // namespace rev::rewrite
