#include "rev/target.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "rev/graph.hpp"

namespace rev {

namespace {

constexpr long most_steps = 1'000'000'000;

GraphError bad_target(std::string_view text, const std::string& message) {
    GraphError error(GraphError::Kind::bad_target, message);
    error.symbol = text;
    return error;
}

/// Letters, digits, `_` and everything beyond ASCII.
bool is_word_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

struct Tail {
    std::string_view symbol;
    std::string_view digits;
    bool down;
};

/// `[symbol](+|-)digits`, or nullopt.
std::optional<Tail> split_tail(std::string_view text) {
    const auto sign = std::find_if_not(text.begin(), text.end(), is_word_character);
    if (sign == text.end() || (*sign != '+' && *sign != '-')) return std::nullopt;
    const auto at = static_cast<std::size_t>(sign - text.begin());
    const auto digits = text.substr(at + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    return Tail{text.substr(0, at), digits, *sign == '-'};
}

long number_of_steps(std::string_view digits, std::string_view text) {
    long steps = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), steps);
    if (error != std::errc{} || steps > most_steps) {
        throw bad_target(text, "'" + std::string(text) + "' asks for more steps than any history has");
    }
    return steps;
}

}  // namespace

Target parse_target(std::string_view text) {
    if (text.empty()) throw bad_target(text, "the target is empty");
    if (text.find(':') != std::string_view::npos) {
        throw bad_target(text, "'" + std::string(text) + "' is a range; one target is wanted here");
    }
    Target target{std::string(text), std::nullopt, std::string(text), std::nullopt};
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        target.label = std::string(text.substr(0, at));
        target.symbol = std::string(text.substr(at + 1));
    }
    // `@head` has no label to look up: the graph says so, and the grammar stays one.
    if (target.label && target.label->empty()) return target;
    if (const auto tail = split_tail(target.symbol)) {
        const long steps = number_of_steps(tail->digits, text);
        target.relative = tail->down ? -steps : steps;
        target.symbol = std::string(tail->symbol);
    }
    return target;
}

std::optional<TargetRange> parse_range(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    if (text.find(':', colon + 1) != std::string_view::npos) {
        throw bad_target(text, "'" + std::string(text) + "' has more than one ':'");
    }
    return TargetRange{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

bool is_reserved_word(std::string_view text) noexcept {
    static constexpr std::array<std::string_view, 4> words = {"head", "heads", "base", "current"};
    return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace rev
