#pragma once

#include <chrono>
#include <optional>
#include <ostream>

#include "report/live_line.hpp"
#include "report/style.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

namespace rev::report {

/// When a wait that is reported about once a second is worth a line: after 1, 2, 5, 10 and 30 s, then each 30 s.
class WaitPace {
public:
    /// waited: less than the last time means that another wait began.
    [[nodiscard]] bool is_due(std::chrono::milliseconds waited);

private:
    std::chrono::milliseconds last_{0};
    std::chrono::milliseconds told_{0};  ///< the mark that the last line was for
};

/// Tells people about a run, one line a step: "[2/3] Running upgrade a -> b, message (12 ms)"; a single step has no
/// number. On a terminal the line of the running step shows how long it runs and what it is doing.
class TextReporter : public state::Reporter {
public:
    /// out: must outlive it. quiet: say nothing at all. width: see LiveLine.
    TextReporter(std::ostream& out, Style style, bool quiet, TerminalWidth width = {});
    ~TextReporter() override;
    TextReporter(const TextReporter&) = delete;
    TextReporter& operator=(const TextReporter&) = delete;

    void step_started(const run::PreparedStep& step, std::size_t number, std::size_t of) override;
    void step_finished(const run::PreparedStep& step, std::chrono::milliseconds took) override;
    void notice(std::string_view severity, std::string_view message) override;
    void warning(std::string_view message) override;
    void waiting(std::string_view for_what, std::chrono::milliseconds waited) override;

    void retrying(const run::PreparedStep& step, const state::Retry& retry) override;
    void remark(const run::PreparedStep& step, std::string_view text, Remark how) override;
    void progress(std::string_view doing) override;
    void backed_up(const state::Backup& backup) override;

    /// A line of its own.
    void say(std::string_view text);

private:
    void end_line();
    [[nodiscard]] std::string numbered(std::string_view words, const run::PreparedStep& step, Style style) const;

    std::ostream& out_;
    Style style_;
    bool quiet_;
    bool line_open_ = false;  // a step's line waits for its time; never with a live line
    std::string number_;      // "[2/3] " of the running step, or nothing
    WaitPace pace_;
    WaitPace remark_pace_;
    std::optional<std::chrono::steady_clock::time_point> remarks_since_;  ///< of the passing ones at hand
    std::string unfinished_;  // with a live line: the words of the running step
    LiveLine live_;
};

/// "upgrade a -> b, message", as Alembic words it; a base stands as an empty text. ids are painted with `style`.
/// from_log: its SQL is the log's, which the text says.
[[nodiscard]] std::string step_text(const Step& step, Style style, bool from_log = false);
void append_step(std::string& out, const Step& step, Style style, bool from_log = false);

/// "12 ms", "3.4 s", "2 min 5 s".
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// "712 B", "3.4 kB", "12.1 MB": powers of 1000.
[[nodiscard]] std::string size_text(std::uintmax_t bytes);

}  // namespace rev::report
