#include "report/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace rev::report {
namespace {

/// Empty is not set, as no-color.org has it of NO_COLOR.
bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool is_dumb_terminal() {
    const char* term = std::getenv("TERM");
    return term != nullptr && std::string_view(term) == "dumb";
}

/// Neither black nor white, of which one cannot be seen on the terminal's background.
constexpr std::array<std::string_view, 6> lane_colors = {"36", "33", "35", "32", "34", "31"};

}  // namespace

bool wants_color(ColorMode mode, bool is_terminal) {
    // --color=always counts more than NO_COLOR, which stands in the environment for all programs.
    if (mode != ColorMode::automatic) return mode == ColorMode::always;
    return is_terminal && !is_set("NO_COLOR") && !is_dumb_terminal();
}

/// Without TERM nothing is known of the terminal, not even that a line can be drawn again; colours harm less.
bool can_redraw(bool is_terminal) { return is_terminal && is_set("TERM") && !is_dumb_terminal(); }

bool locale_writes_utf8() {
    // The order of POSIX: the first that is set decides, and an empty one counts as not set.
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        std::string locale = value;
        std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
        return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    }
    return false;
}

std::string Style::lane(std::size_t number, std::string_view text) const {
    return paint(lane_colors[number % lane_colors.size()], text);
}

std::string Style::strong_lane(std::size_t number, std::string_view text) const {
    return on_ ? paint(fmt::format("1;{}", lane_colors[number % lane_colors.size()]), text) : std::string(text);
}

std::string Style::paint(std::string_view code, std::string_view text) const {
    if (!on_ || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace rev::report
