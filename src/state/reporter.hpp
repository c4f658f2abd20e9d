#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rev::run {
struct PreparedPlan;
struct PreparedStep;
}  // namespace rev::run

namespace rev::state {

/// A backup that was made.
struct Backup {
    std::filesystem::path file;
    std::uintmax_t bytes = 0;
    std::chrono::milliseconds took{0};
};

/// A step that got no lock and was rolled back.
struct Retry {
    int number = 0;  ///< of the new try, from 1
    int of = 0;
    std::chrono::milliseconds pause{0};  ///< before it
    std::string reason;                  ///< what the database says, and who was in the way
};

/// Who is told, step by step. Every method has an empty default.
class Reporter {
public:
    virtual ~Reporter() = default;
    /// Before the first step.
    virtual void run_started(const run::PreparedPlan& /*plan*/) {}
    /// number: of the step, from 1; of: how many the run has.
    virtual void step_started(const run::PreparedStep& /*step*/, std::size_t /*number*/, std::size_t /*of*/) {}
    /// Committed, or with one transaction ready to be.
    virtual void step_finished(const run::PreparedStep& /*step*/, std::chrono::milliseconds /*took*/) {}
    /// PostgreSQL: what a statement said, with its severity, such as NOTICE.
    virtual void notice(std::string_view /*severity*/, std::string_view /*message*/) {}
    /// One sentence of rev's own.
    virtual void warning(std::string_view /*message*/) {}
    /// About once a second. for_what: what is waited for, and who has it; waited: for how long already.
    virtual void waiting(std::string_view /*for_what*/, std::chrono::milliseconds /*waited*/) {}
    /// Before the pause.
    virtual void retrying(const run::PreparedStep& /*step*/, const Retry& /*retry*/) {}
    /// A statement was left out or is being repeated; `text` says which and why. passing: the next text
    /// says more, so that this one is worth a line only now and then.
    enum class Remark { passing, lasting };
    virtual void remark(const run::PreparedStep& /*step*/, std::string_view /*text*/, Remark /*how*/) {}
    /// What the running statement is doing, see OpenOptions::on_progress.
    virtual void progress(std::string_view /*doing*/) {}
    /// Before the first step, where a backup was asked for.
    virtual void backed_up(const Backup& /*backup*/) {}
};

}  // namespace rev::state
