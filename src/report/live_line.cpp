#include "report/live_line.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/signals_blocked.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "report/style.hpp"
#include "report/text_reporter.hpp"

namespace rev::report {
namespace {

constexpr std::chrono::milliseconds between_drawings{100};

/// "12 s", "2 min 5 s": a line that changes all the time must not jump about.
std::string running_time(std::chrono::milliseconds time) {
    if (time < std::chrono::minutes(1)) return fmt::format("{} s", time.count() / 1000);
    return duration_text(time);
}

}  // namespace

LiveLine::~LiveLine() {
    end();
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stops_ = true;
    }
    stopped_.notify_one();
    thread_.join();
}

void LiveLine::begin(std::string text) {
    if (!is_drawn()) return;
    const std::lock_guard lock(mutex_);
    clear();
    text_ = std::move(text);
    doing_.clear();
    since_ = Clock::now();
    runs_ = true;
    if (thread_.joinable()) return;
    // A signal has to reach the thread that waits for the database, whose wait it ends.
    const base::SignalsBlocked signals_blocked;
    thread_ = std::thread([this] { keep_drawing(); });
}

void LiveLine::tell(std::string_view doing) {
    const std::lock_guard lock(mutex_);
    // The thread draws it, ten times a second at most, however often a server tells of its progress.
    doing_ = doing;
}

void LiveLine::end() {
    const std::lock_guard lock(mutex_);
    clear();
    runs_ = false;
}

void LiveLine::print(std::string_view line) {
    const std::lock_guard lock(mutex_);
    clear();
    out_ << line << std::flush;
}

void LiveLine::keep_drawing() {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, between_drawings, [this] { return stops_; })) {
        // A step that takes less than this is never drawn: it would only flicker.
        if (runs_ && Clock::now() - since_ >= between_drawings) draw();
    }
}

/// Wrapping is off meanwhile: a line that turns out to be wider than counted must not spill into the next.
void LiveLine::draw() {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since_);
    auto tail = fmt::format(" ({})", running_time(time));
    if (!doing_.empty()) tail += ": " + doing_;
    const auto width = width_();
    // One column stays free: behind a full line the cursor stands on its last character, which K would clear.
    const auto space = width > 1 ? width - 1 : 1;
    // What runs is also said when it is done: it is what gives way, down to a half.
    const auto tail_space = std::min(base::count_characters(tail),
                                     std::max(space / 2, space - std::min(space, base::count_characters(text_))));
    const auto line = shortened(text_, space - tail_space) + shortened(tail, tail_space);
    // ?7l and ?7h switch wrapping off and on, K clears to the end of the line. (DECAWM and EL of ECMA-48 and DEC
    // terminals.)
    out_ << "\r\x1b[?7l" << line << "\x1b[K\x1b[?7h" << std::flush;
    is_shown_ = true;
}

void LiveLine::clear() {
    if (is_shown_) out_ << "\r\x1b[K";
    is_shown_ = false;
}

std::string shortened(std::string_view text, std::size_t most) {
    if (base::count_characters(text) <= most) return std::string(text);
    std::size_t end = 0;
    // From 1: the mark of the cut takes one of the places.
    for (std::size_t taken = 1; taken < most; ++taken) end += base::decode_utf8(text, end).length;
    return std::string(text.substr(0, end)) + (most == 0 ? "" : locale_writes_utf8() ? "…" : ">");
}

}  // namespace rev::report
