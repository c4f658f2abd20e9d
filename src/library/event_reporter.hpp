#pragma once

#include <exception>
#include <functional>

#include "rev/project.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

namespace rev {

/// Gives what a run reports to a callback of the application.
class EventReporter : public state::Reporter {
public:
    using OnEvent = std::function<void(const RunEvent&)>;

    /// on_event: may be empty; must outlive it.
    explicit EventReporter(const OnEvent& on_event) : on_event_(on_event) {}

    void run_started(const run::PreparedPlan& plan) override;
    void step_started(const run::PreparedStep& step, std::size_t number, std::size_t of) override;
    void step_finished(const run::PreparedStep& step, std::chrono::milliseconds took) override;
    void notice(std::string_view severity, std::string_view message) override;
    void warning(std::string_view message) override;
    void waiting(std::string_view for_what, std::chrono::milliseconds waited) override;
    void remark(const run::PreparedStep& step, std::string_view text, Remark how) override;
    void retrying(const run::PreparedStep& step, const state::Retry& retry) override;
    void backed_up(const state::Backup& backup) override;

    /// Throws what the callback threw, if it was not thrown yet.
    void rethrow();

private:
    void tell(RunEvent event);
    void tell_of(const run::PreparedStep& step, RunEvent event);

    const OnEvent& on_event_;
    std::exception_ptr thrown_;
    std::size_t number_ = 0;
    std::size_t of_ = 0;
};

}  // namespace rev
