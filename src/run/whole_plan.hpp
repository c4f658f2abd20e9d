#pragma once

#include <vector>

#include "run/failure.hpp"
#include "run/section_run.hpp"
#include "run/sender.hpp"
#include "run/way.hpp"
#include "state/log.hpp"

namespace rev::run {

/// All steps of the plan in one transaction, with their rows in the log at its end: all of it or nothing.
class WholePlan final : public PlanWay {
public:
    /// All must outlive it.
    WholePlan(RunState& run, Failure& failure, SectionRun& section, Sender& sender)
        : run_(run), failure_(failure), section_(section), sender_(sender) {}

    void run() override;

private:
    void run_all_steps();
    void commit_all(std::vector<state::LogRecord>& records);
    [[nodiscard]] bool all_foreign_keys() const;

    RunState& run_;
    Failure& failure_;
    SectionRun& section_;
    Sender& sender_;
};

}  // namespace rev::run
