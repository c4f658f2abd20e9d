#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "run/execute.hpp"
#include "run/prepared.hpp"
#include "run/rehearsal.hpp"
#include "run/unfinished.hpp"
#include "state/reporter.hpp"
#include "state/state.hpp"
#include "support/program.hpp"

namespace rev::test {

/// The header line of a revision whose sections run outside a transaction.
inline constexpr auto outside_header = "transaction: false";

/// Remembers what it was told.
class RecordingReporter final : public state::Reporter {
public:
    void step_started(const run::PreparedStep& step, std::size_t, std::size_t) override {
        started.push_back(step.step.revision == nullptr ? "base" : step.step.revision->id);
        if (on_step) on_step();
    }
    void warning(std::string_view message) override { warnings.emplace_back(message); }
    void waiting(std::string_view what, std::chrono::milliseconds) override {
        waits.emplace_back(what);
        if (on_wait) on_wait();
    }

    void retrying(const run::PreparedStep&, const state::Retry& retry) override {
        retries.push_back(retry);
        if (on_retry) on_retry();
    }

    void remark(const run::PreparedStep&, std::string_view text, Remark how) override {
        if (how == Remark::lasting) remarks.emplace_back(text);
        if (how == Remark::passing && on_batch) on_batch();
    }

    std::vector<std::string> remarks;
    std::function<void()> on_batch;
    std::vector<std::string> started;
    std::vector<state::Retry> retries;
    std::vector<std::string> warnings;
    std::vector<std::string> waits;
    std::function<void()> on_step;
    std::function<void()> on_retry;
    std::function<void()> on_wait;
};

/// A project whose plans are run in this process against one database.
class Bench {
public:
    /// url: empty: the SQLite file test.db in the project.
    explicit Bench(std::string url = {});

    TemporaryProject project;
    RecordingReporter reporter;
    run::ExecuteOptions options;
    std::map<std::string, std::string> variables;
    StatementLimits limits;
    std::chrono::milliseconds lock_timeout{60'000};

    /// Writes a revision file after the last one. header: more header lines.
    void revision(const std::string& id, const std::string& upgrade, const std::string& downgrade = "-",
                  const std::string& header = {}, const std::string& sections = {});

    RunResult upgrade(std::string_view target = "head");
    RunResult downgrade(std::string_view target);
    std::vector<run::RehearsedStep> rehearse_upgrade(std::string_view target = "head");
    std::vector<run::RehearsedStep> rehearse_downgrade(std::string_view target);
    RunResult stamp(const std::string& target);
    RunResult resume();
    /// The script that --sql prints for the whole history.
    std::string upgrade_script();

    /// The RunError that `work` throws. Fails the test if it throws none.
    template <typename Work>
    RunError failure(Work work) {
        try {
            work();
        } catch (const RunError& error) {
            return error;
        }
        throw std::runtime_error("no RunError was thrown");
    }
    RunError upgrade_failure() {
        return failure([this] { upgrade(); });
    }

    /// Ends the connection; the next use opens a new one.
    void disconnect() { database_.reset(); }

    /// Another connection to the same database.
    [[nodiscard]] std::unique_ptr<Database> connect() const;

    /// First column of a query on the same connection, joined by line feeds.
    std::string query(const std::string& sql);
    void run(const std::string& sql);
    [[nodiscard]] std::string rows();
    /// "event revision" of each row of the log, oldest first, joined by commas.
    [[nodiscard]] std::string events();
    [[nodiscard]] std::vector<state::LogEntry> log() { return state::read_log(database(), options.table); }

    [[nodiscard]] Database& database();
    [[nodiscard]] Graph graph() const;
    [[nodiscard]] const ScriptDirectory& scripts() const { return *scripts_; }
    [[nodiscard]] run::PrepareOptions prepare_options();

private:
    RunResult run_plan(Plan plan);
    std::vector<run::RehearsedStep> rehearse_plan(Plan plan);

    std::string url_;
    std::string last_;
    std::unique_ptr<ScriptDirectory> scripts_;
    std::unique_ptr<Database> database_;
    std::vector<Graph> graphs_;                 ///< plans point into them
    std::vector<run::PreparedPlan> rehearsed_;  ///< rehearsed steps point into them
};

}  // namespace rev::test
