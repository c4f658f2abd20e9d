#include "rev/target.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>

#include "rev/graph.hpp"

namespace rev::graph {

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

/// Too large a number is as large as can be.
long number_of_steps(std::string_view digits) {
    long steps = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), steps);
    return error == std::errc{} ? steps : std::numeric_limits<long>::max();
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

Target::Target(std::string_view written) : text(written), name(written), symbol(written) {
    if (text.empty()) problem = "the target is empty";
    if (text.find(':') != std::string::npos) problem = in_quotes(text) + " is a range; one target is wanted here";
    if (const auto at = text.find('@'); at != std::string::npos) {
        label = text.substr(0, at);
        name = symbol = text.substr(at + 1);
    }
    if (const auto tail = split_tail(name)) {
        const long steps = number_of_steps(tail->digits);
        if (steps > most_steps) problem = in_quotes(text) + " asks for more steps than any history has";
        relative = tail->down ? -steps : steps;
        symbol = std::string(tail->symbol);
    }
}

Target Target::without_steps() const {
    Target target = *this;
    target.relative.reset();
    target.name = symbol;
    target.text = label ? *label + '@' + symbol : symbol;
    return target;
}

Target parse_target(std::string_view text) {
    Target target(text);
    if (!target.problem.empty()) throw bad_target(text, target.problem);
    return target;
}

std::optional<TargetRange> parse_range(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    if (text.find(':', colon + 1) != std::string_view::npos) {
        throw bad_target(text, in_quotes(text) + " has more than one ':'");
    }
    return TargetRange{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

bool is_reserved_word(std::string_view text) noexcept {
    static constexpr std::array<std::string_view, 4> words = {"head", "heads", "base", "current"};
    return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace rev::graph
