#include "report/style.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace rev {
namespace {

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool is_dumb_terminal() {
    const char* term = std::getenv("TERM");
    return term != nullptr && std::string_view(term) == "dumb";
}

}  // namespace

bool wants_color(ColorMode mode, bool is_terminal) {
    if (mode != ColorMode::automatic) return mode == ColorMode::always;
    return is_terminal && !is_set("NO_COLOR") && !is_dumb_terminal();
}

std::string Style::paint(std::string_view code, std::string_view text) const {
    if (!on_ || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace rev
