// Which rows a plan would lose: it is run in a transaction that is rolled back, and a finder of the dialect looks on.

#include "run/losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/interrupt.hpp"
#include "run/loss_finder.hpp"
#include "run/retry.hpp"
#include "run/step_text.hpp"
#include "state/reporter.hpp"

namespace rev::run {
namespace {

std::string reason_text(const RehearsedStep& step) {
    const auto* repeatable = step.step->repeatable;
    const auto name = repeatable != nullptr ? "repeatable " + repeatable->name : "revision " + step.step->revision->id;
    switch (*step.unrehearsed) {
        case Unrehearsed::outside_transaction:
            return fmt::format("{} runs outside a transaction", name);
        case Unrehearsed::needs_commit:
            return fmt::format("{} uses an enum value that a step before it has to commit first", name);
        case Unrehearsed::needs_own_transaction:
        case Unrehearsed::after_such_a_step:
            break;
    }
    return fmt::format("{} fails in a transaction in which something ran before it", name);
}

std::string untried_text(const std::vector<RehearsedStep>& steps) {
    const auto first = std::ranges::find_if(steps, [](const auto& step) { return step.unrehearsed.has_value(); });
    return first == steps.end() ? std::string() : reason_text(*first);
}

/// Runs the trial again while it gets no lock, as the run itself would do.
class LossSearch {
public:
    LossSearch(Database& database, const PreparedPlan& plan, const ExecuteOptions& options, state::Reporter& reporter)
        : database_(database), plan_(plan), options_(options), reporter_(reporter) {}

    Losses run() {
        auto losses = run_within(LossScope::schema);
        return losses ? std::move(*losses) : *run_within(LossScope::database);
    }

private:
    /// nullopt: the plan reached beyond the scope.
    std::optional<Losses> run_within(LossScope scope) {
        for (int tries = 0;; ++tries) {
            // A new one for each try: what the last has seen was rolled back.
            const auto finder = database_.dialect() == Dialect::sqlite ? sqlite_loss_finder(database_)
                                                                       : postgres_loss_finder(database_, scope);
            try {
                auto losses = try_once(*finder);
                if (finder->saw_too_little()) return std::nullopt;
                return losses;
            } catch (const Error& error) {
                // It failed in the step behind those that ran; one past the end is a failure of the checks after the
                // last.
                const auto& step = *plan_.steps[std::min(finder->steps_ran(), plan_.steps.size() - 1)];
                if (!got_no_lock(error) || tries >= step.limits.lock_retries || options_.stop.requested()) throw;
                pause(step, error, tries + 1);
            }
        }
    }

    Losses try_once(LossFinder& finder) {
        const auto steps = try_plan(database_, plan_, options_, finder);
        Losses losses;
        losses.untried = untried_text(steps);
        // What was not tried weighs more than what could not be seen.
        if (losses.untried.empty()) losses.untried = finder.blindness();
        for (const auto& step : steps)
            losses.remarks.insert(losses.remarks.end(), step.remarks.begin(), step.remarks.end());
        losses.rows = finder.lost();
        return losses;
    }

    void pause(const PreparedStep& step, const Error& error, int number) {
        const state::Retry retry{
            .number = number, .of = step.limits.lock_retries, .pause = retry_pause(number), .reason = error.what()};
        reporter_.retrying(step, retry);
        if (!sleep_unless_stopped(retry.pause, options_.stop))
            throw base::stop_error("nothing was changed", options_.stop);
    }

    Database& database_;
    const PreparedPlan& plan_;
    const ExecuteOptions& options_;
    state::Reporter& reporter_;
};

}  // namespace

LostRows counted_rows(Database& database, LostRows lost, const std::string& source, long long estimate) {
    const auto sql =
        // The server stops reading there. The alias is what PostgreSQL wants of a subquery in FROM.
        fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) AS counted", source, LostRows::most_counted);
    lost.rows = state::number(database.query(sql).at(0).at(0));
    if (lost.rows < LostRows::most_counted) return lost;
    lost.certainty = estimate > lost.rows ? LostRows::Certainty::estimate : LostRows::Certainty::at_least;
    lost.rows = std::max(lost.rows, estimate);
    return lost;
}

void add_counted(Database& database, LostRows lost, const std::string& source, long long estimate,
                 std::vector<LostRows>& all) {
    lost = counted_rows(database, std::move(lost), source, estimate);
    if (lost.rows > 0) all.push_back(std::move(lost));
}

Losses find_losses(Database& database, const PreparedPlan& plan, const ExecuteOptions& options,
                   state::Reporter& reporter) {
    if (plan.steps.empty()) return {};
    return LossSearch(database, plan, options, reporter).run();
}

}  // namespace rev::run
