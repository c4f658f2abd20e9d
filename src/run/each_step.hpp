#pragma once

#include "run/failure.hpp"
#include "run/in_transaction.hpp"
#include "run/outside.hpp"
#include "run/section_run.hpp"
#include "run/sender.hpp"
#include "run/way.hpp"

namespace rev::run {

/// The steps of the plan one after the other, each until it is recorded: what was before the one that fails stays.
class EachStep final : public PlanWay {
public:
    /// All must outlive it.
    EachStep(RunState& run, Failure& failure, SectionRun& section, Sender& sender)
        : run_(run), failure_(failure), in_transaction_(run, section, sender), outside_(run, failure, sender) {}

    void run() override;
    /// The plan's one step, which stopped outside a transaction: from a place that the ledger has. Throws RunError.
    void resume(StepAtWork& current, const state::Progress& place) { outside_.resume(current, place); }

private:
    [[nodiscard]] StepWay& way_of(const PreparedStep& step);

    RunState& run_;
    Failure& failure_;
    InTransaction in_transaction_;
    Outside outside_;
};

}  // namespace rev::run
