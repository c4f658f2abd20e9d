#include "library/changed.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rev {
namespace {

constexpr std::size_t most_listed = 20;

std::string line_about(const ChangedRevision& changed) {
    return fmt::format("{} ({}): {}", changed.revision->path, changed.revision->id,
                       changed.comments_only ? "only comments changed, which does not count"
                                             : "its upgrade section is not what was run");
}

/// Those that count first, each kind in its order.
std::string list_of(std::vector<ChangedRevision> all) {
    std::stable_partition(all.begin(), all.end(), [](const auto& changed) { return !changed.comments_only; });
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), most_listed); ++i) text += line_about(all[i]) + "\n";
    if (all.size() > most_listed) text += fmt::format("and {} more\n", all.size() - most_listed);
    return text;
}

[[noreturn]] void refuse(const std::vector<ChangedRevision>& changed, std::size_t counting,
                         const ChangedRevision& first) {
    throw Error(ExitCode::graph, "changed_file",
                counting == 1
                    ? fmt::format("the file of revision {} was changed after it was applied", first.revision->id)
                    : fmt::format("the files of {} revisions were changed after they were applied", counting))
        .with_detail(list_of(changed))
        .with_hint(fmt::format(
            "put the file back as it was, and write a new revision for the change; or, if the "
            "database is as the file says now, run `rev repair {} --accept-changed`; "
            "`on_changed: warn` in alembic.yaml refuses nothing; `rev downgrade --from-log` undoes what was run",
            first.revision->id));
}

}  // namespace

void ChangedGuard::check(const DatabaseState& state, Dialect dialect) {
    if (policy_ == OnChanged::ignore) return;
    const auto changed = finder_.find(state.checksums, dialect, applied(graph_, state.rows));
    const auto counts = [](const ChangedRevision& each) { return !each.comments_only; };
    const auto first = std::ranges::find_if(changed, counts);
    if (first == changed.end()) return;
    if (policy_ == OnChanged::warn) return warn(changed);
    refuse(changed, static_cast<std::size_t>(std::ranges::count_if(changed, counts)), *first);
}

void ChangedGuard::warn(const std::vector<ChangedRevision>& changed) {
    for (const auto& each : changed) {
        if (each.comments_only || !warned_.insert(each.revision->id).second) continue;
        reporter_.warning(
            fmt::format("{} was changed after revision {} was applied", each.revision->path, each.revision->id));
    }
}

}  // namespace rev
