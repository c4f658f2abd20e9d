#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rev::report {

/// What --color says; automatic: nothing.
enum class ColorMode { automatic, always, never };

/// Whether to colour what goes to a terminal or file. `automatic`: only a terminal, unless NO_COLOR is set or TERM is
/// dumb. Source: docs/commands.md "Colour".
[[nodiscard]] bool wants_color(ColorMode mode, bool is_terminal);

/// Whether a line that was written can be written over: a terminal whose TERM is set and not dumb.
[[nodiscard]] bool can_redraw(bool is_terminal);

/// Whether the environment (LC_ALL, else LC_CTYPE, else LANG) names a locale that writes UTF-8.
[[nodiscard]] bool locale_writes_utf8();

/// Paints text, or leaves it as it is.
class Style {
public:
    /// on: see wants_color().
    explicit Style(bool on = false) : on_(on) {}

    /// By what the text is: a revision's id, what is as it should be, what is not, what is out of the ordinary, what
    /// matters most, what matters least. The text itself where colours are off.
    [[nodiscard]] std::string id(std::string_view text) const { return paint("33", text); }
    [[nodiscard]] std::string good(std::string_view text) const { return paint("32", text); }
    [[nodiscard]] std::string bad(std::string_view text) const { return paint("1;31", text); }
    [[nodiscard]] std::string odd(std::string_view text) const { return paint("35", text); }
    [[nodiscard]] std::string strong(std::string_view text) const { return paint("1", text); }
    [[nodiscard]] std::string faint(std::string_view text) const { return paint("2", text); }
    /// A colour for each lane of a drawing; neighbours have different ones.
    [[nodiscard]] std::string lane(std::size_t number, std::string_view text) const;
    /// The same in bold.
    [[nodiscard]] std::string strong_lane(std::size_t number, std::string_view text) const;

private:
    [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;

    bool on_;
};

}  // namespace rev::report
