#pragma once

#include <string>
#include <string_view>

namespace rev {

enum class ColorMode { automatic, always, never };

/// Whether to colour what goes to a terminal or file. `automatic`: only a terminal, unless NO_COLOR is set or TERM is
/// dumb. Source: docs/commands.md "Colour".
[[nodiscard]] bool wants_color(ColorMode mode, bool is_terminal);

/// Paints text, or leaves it as it is.
class Style {
public:
    explicit Style(bool on = false) : on_(on) {}

    [[nodiscard]] std::string id(std::string_view text) const { return paint("33", text); }
    [[nodiscard]] std::string good(std::string_view text) const { return paint("32", text); }
    [[nodiscard]] std::string bad(std::string_view text) const { return paint("1;31", text); }
    [[nodiscard]] std::string odd(std::string_view text) const { return paint("35", text); }
    [[nodiscard]] std::string strong(std::string_view text) const { return paint("1", text); }
    [[nodiscard]] std::string faint(std::string_view text) const { return paint("2", text); }

private:
    [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;

    bool on_;
};

}  // namespace rev
