#pragma once

#include "run/step_at_work.hpp"

namespace rev::run {

/// How a step runs. Each way is in a file of its name: in_transaction, outside.
class Way {
public:
    Way() = default;
    virtual ~Way() = default;
    Way(const Way&) = delete;
    Way& operator=(const Way&) = delete;

    /// Runs the step until version rows and log have it. Throws RunError.
    virtual void run(StepAtWork& current) = 0;
};

}  // namespace rev::run
