#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/utf8.hpp"

namespace rev::base {

namespace {

/// Not isspace(): that depends on the locale.
bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// memcpy, as the bytes may lie at any address; the compiler makes one load of it.
bool starts_with_eight_ascii_bytes(const char* bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return (word & 0x8080808080808080U) == 0;
}

/// Edit distance in which a transposition of neighbours counts one ("optimal string alignment").
std::size_t edit_distance(std::string_view left, std::string_view right) {
    // Three rows are enough: a transposition looks back by two.
    std::vector<std::size_t> before_last(right.size() + 1);
    std::vector<std::size_t> last(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t j = 0; j <= right.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replace = left[i - 1] == right[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + replace});
            const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[right.size()];
}

/// How many edits may separate a misspelling from the word that was meant. Names of two or three letters would
/// otherwise be near to every other one.
std::size_t allowed_edits(std::size_t length) noexcept { return std::max<std::size_t>(1, length / 3); }

std::size_t length_difference(std::string_view left, std::string_view right) noexcept {
    return left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
}

bool is_ascii_word(char32_t value) noexcept {
    return (value >= '0' && value <= '9') || (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z');
}

// The plain letter of each code point from U+00C0 to U+024F and from U+1E00 to U+1EFF; a space where there is none.
constexpr std::string_view latin_letters =
    "aaaaaa ceeeeiiiidnooooo ouuuuy  aaaaaa ceeeeiiiidnooooo ouuuuy yaaaaaaccccccccdd"
    "ddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkkkllllllllllnnnnnnnnnoooooo  rrrrrrssssss"
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs                                oo             u"
    "u                            aaiioouuuuuuuuuu aaaa    ggkkoooo  j   gg  nnaa    "
    "aaaaeeeeiiiioooorrrruuuusstt  hh      aaeeooooooooyy                            ";
constexpr std::string_view additional_latin_letters =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo"
    "oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy s    "
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
    "uuyyyyyyyy      ";
static_assert(latin_letters.size() == 0x250 - 0xC0 && additional_latin_letters.size() == 0x1F00 - 0x1E00);

/// The one or two plain letters for a code point; empty: it separates words.
std::string_view plain_letters(char32_t value) noexcept {
    switch (value) {
        case U'ß':
        case U'ẞ':
            return "ss";
        case U'Æ':
        case U'æ':
            return "ae";
        case U'Œ':
        case U'œ':
            return "oe";
        case U'Þ':
        case U'þ':
            return "th";
        default:
            break;
    }
    std::string_view letter;
    if (value >= 0xC0 && value < 0x250) letter = latin_letters.substr(value - 0xC0, 1);
    if (value >= 0x1E00 && value < 0x1F00) letter = additional_latin_letters.substr(value - 0x1E00, 1);
    return letter == " " ? std::string_view() : letter;
}

/// An accent that stands for itself after its letter, as in decomposed text.
bool is_combining_mark(char32_t value) noexcept { return value >= 0x300 && value < 0x370; }

/// Adds one code point to a slug under construction; `_` never opens a slug nor doubles.
void append_to_slug(std::string& slug, const CodePoint& point) {
    if (point.valid && is_combining_mark(point.value)) return;
    if (point.valid && is_ascii_word(point.value)) {
        slug += lower_case(static_cast<char>(point.value));
        return;
    }
    const auto letters = point.valid ? plain_letters(point.value) : std::string_view();
    slug += letters;
    if (letters.empty() && !slug.empty() && slug.back() != '_') slug += '_';
}

/// Cuts at a word's end where there is one.
void shorten_slug(std::string& slug, std::size_t longest) {
    if (slug.size() <= longest) return;
    const bool word_ends_there = slug[longest] == '_';
    slug.resize(longest);
    if (word_ends_there) return;
    const auto last_separator = slug.rfind('_');
    if (last_separator != std::string::npos) slug.resize(last_separator);
}

/// C1 too (0x80 to 0x9F): some terminals take U+009B for the start of an escape sequence.
bool is_control(char32_t value) noexcept {
    const bool c0 = value < 0x20 && value != '\t' && value != '\n';
    return c0 || (value >= 0x7F && value < 0xA0);
}

/// Shown as it is whatever is around it.
bool is_plain(char character) noexcept { return character >= ' ' && character <= '~'; }

/// U+061C, U+200E and U+200F are marks; U+202A to U+202E and U+2066 to U+2069 embeddings, overrides and isolates: with
/// them a file name can be read backwards ("Trojan Source").
bool turns_direction(char32_t value) noexcept {
    const bool is_mark = value == 0x061C || value == 0x200E || value == 0x200F;
    return is_mark || (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
    // Most texts have a blank or none at their ends, for which a search for any of a set costs more.
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string> split_list(std::string_view text, char separator) {
    std::vector<std::string> parts;
    if (trim(text).empty()) return parts;
    for (std::size_t start = 0;;) {
        const auto end = text.find(separator, start);
        parts.emplace_back(trim(text.substr(start, end - start)));
        if (end == std::string_view::npos) return parts;
        start = end + 1;
    }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string joined;
    for (const auto& part : parts) {
        if (&part != parts.data()) joined += separator;
        joined += part;
    }
    return joined;
}

std::string join_first(std::span<const std::string> parts, std::string_view separator, std::size_t most) {
    if (parts.size() <= most) return join(parts, separator);
    return fmt::format("{} and {} more", join(parts.first(most), separator), parts.size() - most);
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = lower_case(c);
    return lower;
}

bool same_name(std::string_view left, std::string_view right) noexcept {
    return std::ranges::equal(left, right, [](char a, char b) { return lower_case(a) == lower_case(b); });
}

std::vector<std::string> closest(std::string_view text, std::span<const std::string> candidates, std::size_t most) {
    struct Found {
        std::size_t distance;
        const std::string* candidate;
    };
    std::vector<Found> found;
    const auto folded = lower_case(text);
    for (const auto& candidate : candidates) {
        const auto allowed = allowed_edits(std::max(text.size(), candidate.size()));
        // Cheap, and rules out most candidates: each insertion or deletion changes the length by one.
        if (length_difference(text, candidate) > allowed) continue;
        const auto distance = edit_distance(folded, lower_case(candidate));
        // One edit makes any word of one letter of any other.
        const bool has_something_in_common = distance < std::max(text.size(), candidate.size());
        if (distance <= allowed && has_something_in_common) found.push_back({distance, &candidate});
    }
    // Stable: equally near names stay in the order that the caller gave them.
    std::ranges::stable_sort(found, {}, &Found::distance);
    if (found.size() > most) found.resize(most);
    std::vector<std::string> names;
    std::ranges::transform(found, std::back_inserter(names), [](const Found& each) { return *each.candidate; });
    return names;
}

std::string did_you_mean(std::span<const std::string> nearest) {
    if (nearest.empty()) return {};
    const auto last = fmt::format("`{}`?", nearest.back());
    const auto others = nearest.first(nearest.size() - 1);
    if (others.empty()) return "did you mean " + last;
    return fmt::format("did you mean `{}` or {}", join(others, "`, `"), last);
}

std::string slugify(std::string_view text, std::size_t longest) {
    std::string slug;
    // One character more than wanted tells whether a word ends at the limit.
    for (std::size_t at = 0; at < text.size() && slug.size() <= longest;) {
        const auto point = decode_utf8(text, at);
        append_to_slug(slug, point);
        at += point.length;
    }
    shorten_slug(slug, longest);
    while (!slug.empty() && slug.back() == '_') slug.pop_back();
    return slug;
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

bool steers_terminal(char32_t character) noexcept { return is_control(character) || turns_direction(character); }

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    append_printable(shown, text);
    return shown;
}

std::string with_line_feeds(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') result += text[i];
    return result;
}

std::string printable_word(std::string_view text) {
    std::string shown;
    for (const char c : printable(text)) {
        if (c == '\n' || c == '\t')
            shown += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
        else
            shown += c;
    }
    return shown;
}

void append_printable(std::string& out, std::string_view text) {
    while (!text.empty()) {
        // Nearly all text is plain: it is taken over in runs, and only what is left is decoded.
        const auto plain = std::ranges::find_if_not(text, is_plain) - text.begin();
        out += text.substr(0, static_cast<std::size_t>(plain));
        text.remove_prefix(static_cast<std::size_t>(plain));
        if (text.empty()) return;
        const auto point = decode_utf8(text, 0);
        if (!point.valid) {
            // Byte by byte, since invalid bytes have no character that could be named.
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        } else if (is_control(point.value)) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(point.value));
        } else if (turns_direction(point.value)) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
        } else {
            out += text.substr(0, point.length);
        }
        text.remove_prefix(point.length);
    }
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        if (text.size() - at >= 8 && starts_with_eight_ascii_bytes(text.data() + at)) {
            at += 8;
            continue;
        }
        const auto point = decode_utf8(text, at);
        if (!point.valid) return at;
        at += point.length;
    }
    return std::nullopt;
}

std::size_t count_characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) at += decode_utf8(text, at).length;
    return count;
}

TextPosition position_of(std::string_view text, std::size_t offset) noexcept {
    offset = std::min(offset, text.size());
    const auto before = text.substr(0, offset);
    TextPosition position;
    position.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    auto start = before.rfind('\n') + 1;  // npos + 1 is 0
    // Editors don't show a byte order mark, so it counts as no character.
    if (start == 0 && text.starts_with(byte_order_mark)) start = byte_order_mark.size();
    auto end = text.find('\n', start);
    if (end == std::string_view::npos) end = text.size();
    position.line_text = text.substr(start, end - start);
    // A Windows line end would send the terminal's cursor back, and the caret's line over the text.
    if (position.line_text.ends_with('\r')) position.line_text.remove_suffix(1);
    position.column = offset > start ? 1 + count_characters(text.substr(start, offset - start)) : 1;
    return position;
}

std::string_view line_of(std::string_view text, std::size_t number) noexcept {
    for (; number > 1; --number) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return position_of(text, 0).line_text;
}

std::string place_text(const Location& location) {
    auto text = printable(location.file);
    if (location.line > 0) text += fmt::format("{}{}", text.empty() ? "line " : ":", location.line);
    if (location.line > 0 && location.column > 0) text += fmt::format(":{}", location.column);
    return text;
}

bool fits(std::string_view name, std::string_view pattern, Wildcards wildcards) noexcept {
    const bool has_marks = wildcards == Wildcards::stars_and_marks;
    // Where the last `*` was, and what of the name it had taken: the only place to go back to.
    std::size_t at = 0;
    std::size_t star = std::string_view::npos;
    std::size_t taken = 0;
    std::size_t i = 0;
    while (i < name.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            taken = i;
        } else if (at < pattern.size() && (pattern[at] == name[i] || (has_marks && pattern[at] == '?'))) {
            ++at;
            ++i;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            i = ++taken;
        } else {
            return false;
        }
    }
    // The name is used up: what is left of the pattern must fit nothing at all.
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace rev::base
