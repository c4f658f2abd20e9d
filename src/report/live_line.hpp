#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

namespace rev::report {

/// The width of the terminal in characters now; empty: what is written goes to no terminal that could be redrawn.
using TerminalWidth = std::function<std::size_t()>;

/// A terminal's last line, which shows what runs and for how long, drawn again about ten times a second by a thread of
/// its own, and lines above it that stay. Work that is done within a tenth of a second is never drawn and costs no
/// drawing.
class LiveLine {
public:
    /// out: must outlive it; nobody else writes to it between begin() and end(). width: without one nothing is drawn,
    /// and no thread started.
    LiveLine(std::ostream& out, TerminalWidth width) : out_(out), width_(std::move(width)) {}
    ~LiveLine();
    LiveLine(const LiveLine&) = delete;
    LiveLine& operator=(const LiveLine&) = delete;

    /// Whether there is a terminal for it. Else every call does nothing but print().
    [[nodiscard]] bool is_drawn() const noexcept { return static_cast<bool>(width_); }

    /// What runs from now on. Ends what ran before. text: no control characters.
    void begin(std::string text);
    /// What it is doing; empty: nobody knows. text: no control characters.
    void tell(std::string_view doing);
    /// Takes the line away.
    void end();
    /// Writes a whole line, with its line end, above the live one.
    void print(std::string_view line);

private:
    using Clock = std::chrono::steady_clock;

    void keep_drawing();
    void draw();
    void clear();

    std::ostream& out_;
    TerminalWidth width_;
    std::mutex mutex_;  // of all below, and of out_ while something runs
    std::condition_variable stopped_;
    std::thread thread_;
    bool stops_ = false;
    bool runs_ = false;
    bool is_shown_ = false;
    Clock::time_point since_ = {};
    std::string text_;
    std::string doing_;
};

/// The first `most` characters of the text, the last of them `…` if that is not all.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

}  // namespace rev::report
