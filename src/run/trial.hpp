#pragma once

#include <vector>

#include "run/rehearsal.hpp"
#include "state/tables.hpp"

namespace rev::run {

/// Looks at a plan that runs in one transaction, which is rolled back. Every method is called inside it.
class TrialWatcher {
public:
    virtual ~TrialWatcher() = default;
    /// Before the first step. tables: rev's own.
    virtual void began(const state::Tables& /*tables*/) {}
    /// Whether a step that only works in a transaction of its own (on SQLite: with ATTACH or some PRAGMAs) ends the
    /// trial without a failure.
    [[nodiscard]] virtual bool allows_untried() const { return false; }
    /// SQLite, if wants_statements(): a statement of a step's section has run.
    virtual void statement_ran() {}
    [[nodiscard]] virtual bool wants_statements() const { return false; }
    /// rehearsed: of the step that has run, to be added to.
    virtual void step_ran(const PreparedStep& step, RehearsedStep& rehearsed) = 0;
    /// Just before the rollback, unless a step has failed.
    virtual void ends() {}
};

/// What rehearse() does, with another watcher.
[[nodiscard]] std::vector<RehearsedStep> try_plan(Database& database, const PreparedPlan& plan,
                                                  const ExecuteOptions& options, TrialWatcher& watcher);

}  // namespace rev::run
