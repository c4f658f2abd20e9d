#pragma once

#include "run/section_run.hpp"
#include "run/sender.hpp"
#include "run/way.hpp"

namespace rev::run {

/// A step in a transaction of its own, together with its version rows and its row in the log: all of it or nothing.
class InTransaction final : public StepWay {
public:
    /// All must outlive it.
    InTransaction(RunState& run, SectionRun& section, Sender& sender) : run_(run), section_(section), sender_(sender) {}

    void run(StepAtWork& current) override;

private:
    void run_once(StepAtWork& current);

    RunState& run_;
    SectionRun& section_;
    Sender& sender_;
};

}  // namespace rev::run
