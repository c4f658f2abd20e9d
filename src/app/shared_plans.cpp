#include "app/shared_plans.hpp"
#include "run/prepared.hpp"

#include <algorithm>
#include <utility>

namespace rev::app {
namespace {

bool is_alike(const run::PrepareOptions& one, const run::PrepareOptions& other) {
    return one.dialect == other.dialect && one.transaction == other.transaction && one.backslash == other.backslash;
}

bool uses_variables(const run::PreparedPlan& plan) {
    return std::ranges::any_of(plan.steps, [](const auto& step) { return !step->file.header.variables.empty(); });
}

}  // namespace

Plan SharedPlans::plan(const MigrateRequest& request, const Graph& graph, const std::vector<RevisionId>& rows) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = plans_.find(rows); known != plans_.end()) return known->second;
    }
    auto made = make_plan(request, graph, rows);
    const std::lock_guard lock(mutex_);
    return plans_.emplace(rows, std::move(made)).first->second;
}

std::optional<run::PreparedPlan> SharedPlans::find(const Plan& plan, const run::PrepareOptions& options) {
    const std::lock_guard lock(mutex_);
    for (const auto& known : prepared_) {
        const bool fits = is_alike(known.options, options) && known.plan.plan.steps == plan.steps;
        if (fits) return known.plan;
    }
    return std::nullopt;
}

run::PreparedPlan SharedPlans::prepare(Plan plan, const ScriptDirectory& scripts, const run::PrepareOptions& options) {
    if (auto known = find(plan, options)) {
        known->plan = std::move(plan);
        return std::move(*known);
    }
    auto made = rev::run::prepare(std::move(plan), scripts, options);
    // What variables make of it is for one database alone.
    if (uses_variables(made)) return made;
    const std::lock_guard lock(mutex_);
    prepared_.push_back({options, made});
    return made;
}

}  // namespace rev::app
