#include "report/text_reporter.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "report/error_text.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

namespace rev::report {
namespace {

struct Ends {
    std::vector<std::string> from;
    std::vector<std::string> to;
};

/// A stamp's ends are the rows that it changes.
Ends ends_of_stamp(const Step& step) {
    Ends ends;
    for (const auto& change : step.changes) {
        if (change.kind != RowChange::Kind::insert) ends.from.push_back(change.from);
        if (change.kind != RowChange::Kind::remove) ends.to.push_back(change.to);
    }
    return ends;
}

void append_arrow(std::string& out, std::span<const std::string> from, std::span<const std::string> to, Style style) {
    // A stamp's are rows of the database, whatever is in them.
    out += style.id(base::printable_word(base::join(from, ", ")));
    out += " -> ";
    out += style.id(base::printable_word(base::join(to, ", ")));
}

/// The last moment up to `waited` that is worth a line; 0: there was none yet.
std::chrono::milliseconds mark_before(std::chrono::milliseconds waited) {
    using std::chrono::seconds;
    constexpr std::array<seconds, 5> marks{seconds(1), seconds(2), seconds(5), seconds(10), seconds(30)};
    if (waited >= marks.back()) return waited - waited % marks.back();
    std::chrono::milliseconds last{0};
    for (const auto mark : marks)
        if (mark <= waited) last = mark;
    return last;
}

}  // namespace

bool WaitPace::is_due(std::chrono::milliseconds waited) {
    // A shorter time than before: another wait has begun.
    if (waited < last_) told_ = std::chrono::milliseconds{0};
    last_ = waited;
    const auto mark = mark_before(waited);
    if (mark <= told_) return false;
    told_ = mark;
    return true;
}

void append_step(std::string& out, const Step& step, Style style, bool from_log) {
    static const std::string none;
    out += direction_name(step.direction);
    out += ' ';
    if (step.repeatable != nullptr) {
        out += style.id(step.repeatable->name);
    } else if (step.direction == Direction::stamp || step.revision == nullptr) {
        const auto ends = ends_of_stamp(step);
        append_arrow(out, ends.from, ends.to, style);
    } else {
        const std::span<const std::string> parents = step.revision->revises;
        const std::span<const std::string> itself(&step.revision->id, 1);
        const bool up = step.direction == Direction::upgrade;
        append_arrow(out, up ? parents : itself, up ? itself : parents, style);
    }
    const auto& message = step.repeatable != nullptr ? step.repeatable->message
                          : step.revision != nullptr ? step.revision->message
                                                     : none;
    if (!message.empty()) {
        out += ", ";
        base::append_printable(out, message);
    }
    if (from_log) out += ", from the log";
}

std::string step_text(const Step& step, Style style, bool from_log) {
    std::string text;
    append_step(text, step, style, from_log);
    return text;
}

std::string duration_text(std::chrono::milliseconds duration) {
    const auto ms = duration.count();
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
    return fmt::format("{} min {} s", ms / 60'000, ms / 1000 % 60);
}

TextReporter::TextReporter(std::ostream& out, Style style, bool quiet, TerminalWidth width)
    : out_(out), style_(style), quiet_(quiet), live_(out, quiet ? TerminalWidth() : std::move(width)) {}

TextReporter::~TextReporter() {
    // A step that did not finish: what ran must stay to be read.
    end_line();
}

std::string TextReporter::numbered(std::string_view words, const run::PreparedStep& step, Style style) const {
    return fmt::format("{}{} {}", style.faint(number_), words, step_text(step.step, style, step.from_log));
}

void TextReporter::step_started(const run::PreparedStep& step, std::size_t number, std::size_t of) {
    if (quiet_) return;
    end_line();
    number_ = of > 1 ? fmt::format("[{}/{}] ", number, of) : "";
    if (live_.is_drawn()) {
        unfinished_ = numbered("Running", step, style_);
        // Without colours: the line is cut to the terminal's width by counting characters.
        return live_.begin(numbered("Running", step, Style()));
    }
    // Without a line end: the time comes behind it when the step is done, and whoever looks at a log sees what hangs.
    out_ << numbered("Running", step, style_) << std::flush;
    line_open_ = true;
}

void TextReporter::step_finished(const run::PreparedStep& step, std::chrono::milliseconds took) {
    if (quiet_) return;
    const auto time = style_.faint(fmt::format("({})", duration_text(took)));
    if (live_.is_drawn()) {
        live_.end();
        // Something was said meanwhile, and has ended the line: then the step is named once more.
        const auto words = unfinished_.empty() ? numbered("Finished", step, style_) : std::exchange(unfinished_, {});
        return live_.print(fmt::format("{} {}\n", words, time));
    }
    out_ << (line_open_ ? "" : numbered("Finished", step, style_)) << ' ' << time << std::endl;
    line_open_ = false;
}

void TextReporter::notice(std::string_view severity, std::string_view message) {
    const auto label = base::printable_word(severity) + ": ";
    // A server's messages may repeat a connection string.
    say(label + hanging(base::hide_secrets(message), label.size()));
}

void TextReporter::warning(std::string_view message) {
    constexpr std::string_view label = "warning:";
    say(fmt::format("{} {}", style_.strong(label), hanging(base::hide_secrets(message), label.size() + 1)));
}

void TextReporter::waiting(std::string_view for_what, std::chrono::milliseconds waited) {
    if (pace_.is_due(waited))
        say(fmt::format("Waiting for {} ({})", base::printable_word(for_what), duration_text(waited)));
}

void TextReporter::retrying(const run::PreparedStep& /*step*/, const state::Retry& retry) {
    say(fmt::format("Rolled back, as it got no lock: {}; try {} of {} follows in {}",
                    base::printable_word(retry.reason), retry.number, retry.of, duration_text(retry.pause)));
}

void TextReporter::remark(const run::PreparedStep& /*step*/, std::string_view text, Remark how) {
    const auto now = std::chrono::steady_clock::now();
    if (how == Remark::lasting) {
        // What comes next is another matter, whose time begins anew.
        remarks_since_.reset();
        return say(base::printable_word(text));
    }
    if (!remarks_since_) remarks_since_ = now;
    if (live_.is_drawn()) return live_.tell(base::printable_word(text));
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - *remarks_since_);
    if (remark_pace_.is_due(passed)) say(fmt::format("{} ({})", base::printable_word(text), duration_text(passed)));
}

void TextReporter::progress(std::string_view doing) {
    if (live_.is_drawn()) live_.tell(base::printable_word(doing));
}

void TextReporter::backed_up(const state::Backup& backup) {
    say(fmt::format("Backed up to {} ({} in {})", base::printable(backup.file.string()), size_text(backup.bytes),
                    duration_text(backup.took)));
}

void TextReporter::say(std::string_view text) {
    if (quiet_) return;
    end_line();
    if (live_.is_drawn()) return live_.print(fmt::format("{}\n", text));
    // Flushed: the stream has a buffer of its own, and what was said has to be there when the program is killed.
    out_ << text << std::endl;
}

void TextReporter::end_line() {
    if (line_open_) out_ << std::endl;
    line_open_ = false;
    if (!unfinished_.empty()) live_.print(std::exchange(unfinished_, {}) + "\n");
}

std::string size_text(std::uintmax_t bytes) {
    if (bytes < 1000) return fmt::format("{} B", bytes);
    constexpr const char* units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    auto size = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    // So that 999.95 kB is not shown as "1000.0 kB".
    for (; size >= 999.95; ++unit) size /= 1000;
    return fmt::format("{:.1f} {}", size, units[unit]);
}

}  // namespace rev::report
