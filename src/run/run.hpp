#pragma once

#include <vector>

#include "run/each_step.hpp"
#include "run/execute.hpp"
#include "run/failure.hpp"
#include "run/run_state.hpp"
#include "run/section_run.hpp"
#include "run/sender.hpp"
#include "run/unfinished.hpp"
#include "run/whole_plan.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"

namespace rev::run {

/// One execution of a plan, put together from its parts. See RunState for what each of them decides.
class Run {
public:
    /// found: at the start of the run, under its lock.
    Run(Database& database, const PreparedPlan& plan, const state::FoundTables& found, const ExecuteOptions& options,
        state::Reporter& reporter)
        : run_(database, plan, found, options, reporter) {}

    /// Runs all steps of the plan, which has one at least. unfinished: revisions that stopped before; unless it is a
    /// stamp, they are refused ("unfinished_run"). Throws RunError once it has begun.
    RunResult execute(const std::vector<state::UnfinishedRun>& unfinished);
    /// The plan's one step, which stopped before: from the place that the ledger names.
    RunResult resume(const state::UnfinishedRun& unfinished);

private:
    void create_tables();
    void refuse_shared_session();
    [[nodiscard]] PlanWay& way();

    RunState run_;
    Failure failure_{run_};
    Sender sender_{run_, failure_};
    SectionRun section_{run_, failure_, sender_};
    EachStep each_step_{run_, failure_, section_, sender_};
    WholePlan whole_plan_{run_, failure_, section_, sender_};
};

}  // namespace rev::run
