#include "run/each_step.hpp"

#include "run/foreign_keys.hpp"

namespace rev::run {

void EachStep::run() {
    const ForeignKeys foreign_keys(run_.database, run_.options.sqlite_foreign_keys);
    for (std::size_t index = 0; index < run_.plan.steps.size(); ++index) {
        failure_.stop_if_requested();
        auto current = run_.start_step(index);
        way_of(current.step).run(current);
        run_.finish_step(current);
    }
}

StepWay& EachStep::way_of(const PreparedStep& step) {
    if (step.transactional) return in_transaction_;
    return outside_;
}

}  // namespace rev::run
