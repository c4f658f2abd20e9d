#pragma once

#include <memory>
#include <set>
#include <utility>

#include "run/changed.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::app {

/// Does what `on_changed` says about applied revisions whose file is another one now.
class ChangedGuard {
public:
    /// All references must outlive it. files: as of ChangedFinder.
    ChangedGuard(OnChanged policy, const Graph& graph, const ScriptDirectory& scripts, state::Reporter& reporter,
                 std::shared_ptr<run::FileChecksums> files = nullptr)
        : policy_(policy), graph_(graph), finder_(scripts, std::move(files)), reporter_(reporter) {}

    /// Whether it needs the checksums of what it looks at.
    [[nodiscard]] bool needs_checksums() const noexcept { return policy_ != OnChanged::ignore; }

    /// Looks at all that is applied in this state. Warns once for each revision, or throws Error ("changed_file").
    /// Another time, it reads no file again.
    void check(const state::DatabaseState& state, Dialect dialect);

private:
    void warn(const std::vector<run::ChangedRevision>& changed);

    OnChanged policy_;
    const Graph& graph_;
    run::ChangedFinder finder_;
    state::Reporter& reporter_;
    std::set<RevisionId> warned_;
};

/// The commands, in order, that run the upgrade of an applied revision of which nothing was run (see
/// ChangedRevision::ran_nothing). Empty if no stamp takes back this revision alone, as where others stand on it.
/// rows: of the version table.
[[nodiscard]] std::vector<std::string> commands_to_run(const Revision& revision, const Graph& graph,
                                                       const std::vector<RevisionId>& rows);

/// What to do about a revision of which nothing was run and whose file has SQL now: commands_to_run, or to write the
/// SQL into a new revision.
[[nodiscard]] std::string advice_for_ran_nothing(const Revision& revision, const Graph& graph,
                                                 const std::vector<RevisionId>& rows);

}  // namespace rev::app
