#pragma once

#include "run/step_at_work.hpp"

namespace rev::run {

/// How a plan runs. Each way is in a file of its name: each_step, whole_plan, rehearse.
class PlanWay {
public:
    PlanWay() = default;
    virtual ~PlanWay() = default;
    PlanWay(const PlanWay&) = delete;
    PlanWay& operator=(const PlanWay&) = delete;

    /// Runs all steps of the plan. Throws RunError, a rehearsal Error, at the first that fails.
    virtual void run() = 0;
};

/// How one step runs, where each is for itself. Each way is in a file of its name: in_transaction, outside.
class StepWay {
public:
    StepWay() = default;
    virtual ~StepWay() = default;
    StepWay(const StepWay&) = delete;
    StepWay& operator=(const StepWay&) = delete;

    /// Runs the step until version rows and log have it. Throws RunError.
    virtual void run(StepAtWork& current) = 0;
};

}  // namespace rev::run
