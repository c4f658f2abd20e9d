#include "report/columns.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <memory>

#include "base/utf8.hpp"
#include "report/style.hpp"

namespace rev::report {
namespace {

/// The calling thread's characters are those of UTF-8 while this lives: wcwidth() goes by the locale, and the program
/// sets none, as that would change it for all threads.
class Utf8Characters {
public:
    Utf8Characters() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (locale_ != nullptr) before_ = ::uselocale(locale_);
    }
    ~Utf8Characters() {
        if (locale_ == nullptr) return;
        ::uselocale(before_);
        ::freelocale(locale_);
    }
    Utf8Characters(const Utf8Characters&) = delete;
    Utf8Characters& operator=(const Utf8Characters&) = delete;

    /// A system without that locale shows every character in one column.
    [[nodiscard]] std::size_t columns_of(char32_t character) const {
        if (character < 0x80 || locale_ == nullptr) return 1;
        // -1: not printable. Such characters were escaped before.
        return static_cast<std::size_t>(std::max(0, ::wcwidth(static_cast<wchar_t>(character))));
    }

private:
    locale_t locale_;
    locale_t before_ = nullptr;
};

/// Length of the `ESC [ ... m` that the text begins with; 0: it begins with a character.
std::size_t paint_length(std::string_view text) {
    if (!text.starts_with("\x1b[")) return 0;
    const auto end = text.find('m');
    return end == std::string_view::npos ? 0 : end + 1;
}

/// Calls `take` with each piece of the text, what paints or one character, and its columns.
template <typename Take>
void for_each_piece(std::string_view text, Take take) {
    const Utf8Characters characters;
    while (!text.empty()) {
        const auto paint = paint_length(text);
        const auto point = base::decode_utf8(text, 0);
        const auto length = paint != 0 ? paint : point.length;
        take(text.substr(0, length), paint != 0 ? 0 : point.valid ? characters.columns_of(point.value) : 1);
        text.remove_prefix(length);
    }
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t sum = 0;
    for_each_piece(text, [&](std::string_view, std::size_t columns) { sum += columns; });
    return sum;
}

std::string cut_to_columns(std::string_view text, std::size_t most) {
    // A character has at least as many bytes as columns, so the first question answers for most lines.
    if (text.size() <= most || columns_of(text) <= most) return std::string(text);
    std::string cut;
    std::size_t used = 0;
    bool is_full = most == 0;
    for_each_piece(text, [&](std::string_view piece, std::size_t columns) {
        // Also behind the cut: what was switched on has to be switched off again.
        if (paint_length(piece) != 0) {
            cut += piece;
        } else if (!is_full && used + columns + 1 <= most) {
            cut += piece;
            used += columns;
        } else if (!is_full) {
            cut += locale_writes_utf8() ? "…" : ">";
            is_full = true;
        }
    });
    return cut;
}

}  // namespace rev::report
