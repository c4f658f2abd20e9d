#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rev::foreign {

/// A change of a plan.
struct SqitchChange {
    std::string name;
    std::vector<std::string> requires_changes;  ///< as written, without their brackets
    std::string note;                           ///< lines; may be empty
    std::string planned_at;                     ///< "2012-08-01 20:04:13Z"
    std::vector<std::string> tags;              ///< that stand behind it, without `@`
    std::size_t line = 0;
};

/// A file sqitch.plan.
struct SqitchPlan {
    std::string project;
    std::vector<SqitchChange> changes;  ///< in order; a name that comes again is reworked
};

/// Throws Error with ExitCode::graph, located in `shown`, for what Sqitch refuses.
[[nodiscard]] SqitchPlan parse_sqitch_plan(std::string_view text, const std::string& shown);

}  // namespace rev::foreign
