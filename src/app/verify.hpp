#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/run_context.hpp"
#include "run/verify.hpp"

namespace rev::app {

/// A verify section that was run.
struct Verified {
    const run::VerifySection* section = nullptr;
    std::optional<Error> failure;  ///< what is wrong, located in the file
    std::chrono::milliseconds took{0};
};

/// The verify sections of what is applied.
struct Verification {
    std::shared_ptr<const Graph> taken_apart;  ///< of a database within a squash; the plan may refer to it
    run::VerifyPlan plan;
    std::vector<Verified> results;  ///< point into `plan`, in its order
    std::size_t failed = 0;         ///< how many of them
};

/// Runs them over a connection that changes nothing. symbols: of applied revisions; empty: of all that are applied.
/// tell: gets each result as it comes; may be empty. Throws Error: "not_applied", or as verify sections are prepared.
[[nodiscard]] Verification verify(const RunContext& context, const std::vector<std::string>& symbols,
                                  const std::function<void(const Verified&)>& tell = {});

}  // namespace rev::app
