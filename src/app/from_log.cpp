#include "app/from_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rev/plan.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::app {
namespace {

/// Known revisions that missing ones revise.
std::set<RevisionId> ground_below(const Graph& graph, std::span<const state::MissingRevision> missing) {
    std::set<RevisionId> ground;
    for (const auto& revision : missing)
        for (const auto& parent : revision.header->revision.revises)
            if (graph.find(parent) != nullptr) ground.insert(parent);
    return ground;
}

/// Whether a downgrade to `target` undoes the missing revisions and nothing else.
bool undoes_only(const Graph& graph, std::span<const state::MissingRevision> missing, std::span<const RevisionId> rows,
                 const std::string& target) {
    try {
        // Tried before it is shown, as in changed.cpp.
        const auto whole = state::with_missing(graph, missing);
        const auto plan = plan_downgrade(whole, rows, target);
        return std::ranges::all_of(plan.steps,
                                   [&](const Step& step) { return graph.find(step.revision->id) == nullptr; }) &&
               plan.steps.size() == missing.size();
    } catch (const std::runtime_error&) {  // GraphError, Error: no such walk
        return false;
    }
}

/// Whoever may write to the log would choose the SQL that runs with rev's rights.
void refuse_log_of_others(const state::FoundTables& tables) {
    const auto writes = [](const state::ForeignGrant& grant) {
        return grant.table.ends_with("." + std::string(state::log_name));
    };
    const auto found = std::ranges::find_if(tables.foreign_grants, writes);
    if (found == tables.foreign_grants.end()) return;
    throw Error(ExitCode::database, error_codes::foreign_rights,
                fmt::format("the SQL of the log cannot be trusted: {} may {} {}", base::printable_word(found->grantee),
                            found->privileges, base::printable_word(found->table)))
        .with_hint(
            fmt::format("take that right away, and look at what the log keeps before you run it: {}", found->revoke()));
}

}  // namespace

/// A graph for each reading: plans that were made before point into the older ones.
const Graph& FromLog::read(Database& database, const state::DatabaseState& state) {
    refuse_log_of_others(state.tables);
    logged_.emplace(state::read_log(database, state.tables));
    const auto missing = logged_->find_missing(graph_, state.rows);
    const auto& graph = graphs_.emplace_back(state::with_missing(graph_, missing));
    used_.clear();
    for (const auto& revision : missing) used_.insert(revision.id);
    // What has a file but was changed after it ran is undone by the log, too: its file no longer says what would.
    const auto with_files = with_file(graph_, applied(graph, state.rows));
    for (const auto& changed : finder_.find(state.checksums, database.dialect(), with_files))
        if (!changed.comments_only) used_.insert(changed.revision->id);
    return graph;
}

std::optional<RevisionFile> FromLog::file_of(const Revision& revision) const {
    if (!logged_ || !used_.contains(revision.id)) return std::nullopt;
    return logged_->file_of(revision.id);
}

Revisions with_file(const Graph& files, const Revisions& revisions) {
    Revisions known;
    for (const auto* revision : revisions)
        if (const auto* found = files.find(revision->id)) known.push_back(found);
    return known;
}

std::string undo_command(const Graph& graph, std::span<const state::MissingRevision> missing,
                         std::span<const RevisionId> rows) {
    const auto is_known = [](const state::MissingRevision& each) { return each.header && each.is_reversible; };
    if (missing.empty() || !std::ranges::all_of(missing, is_known)) return {};
    const auto ground = ground_below(graph, missing);
    // With several grounds no single target undoes these revisions alone, and the user has to choose one.
    const auto target = ground.empty() ? "base" : *ground.begin();
    const bool is_exact = ground.size() <= 1 && undoes_only(graph, missing, rows, target);
    return fmt::format("rev downgrade {} --from-log", is_exact ? target : "TARGET");
}

}  // namespace rev::app
