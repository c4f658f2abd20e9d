#pragma once

#include "run/prepared.hpp"

namespace rev::run {

/// As prepare(), for a plan of one step that no planner made, in a transaction of its own.
[[nodiscard]] PreparedPlan prepare_alone(Plan plan, const Graph& graph, const ScriptDirectory& scripts,
                                         PrepareOptions options);

}  // namespace rev::run
