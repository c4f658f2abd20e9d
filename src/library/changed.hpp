#pragma once

#include <set>
#include <span>
#include <utility>

#include "rev/executor.hpp"

namespace rev {

/// Does what `on_changed` says about applied revisions whose file is another one now.
class ChangedGuard {
public:
    /// All must outlive it.
    ChangedGuard(OnChanged policy, const Graph& graph, const ScriptDirectory& scripts, VersionTable table,
                 Reporter& reporter)
        : policy_(policy), graph_(graph), finder_(scripts, std::move(table)), reporter_(reporter) {}

    /// Looks at all that is applied when the table has these rows. Warns once for each revision, or throws Error
    /// ("changed_file"). Another time, it reads the log again, but no file.
    void check(Database& database, std::span<const RevisionId> rows);

private:
    void warn(const std::vector<ChangedRevision>& changed);

    OnChanged policy_;
    const Graph& graph_;
    ChangedFinder finder_;
    Reporter& reporter_;
    std::set<RevisionId> warned_;
};

}  // namespace rev
