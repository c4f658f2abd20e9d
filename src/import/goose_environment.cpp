// Source: the expansion library that goose uses, whose grammar is a part of the shell's.
#include "import/goose_environment.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "import/folder.hpp"

namespace rev::foreign {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_of_name(char c) noexcept { return is_letter(c) || is_digit(c) || c == '_'; }

/// Thrown within this file: the line is one that goose refuses.
struct Refused {};

long number_in(std::string_view text) {
    auto digits = base::trim(text);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    long number = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc() || end != digits.data() + digits.size()) throw Refused{};
    return number;
}

/// As in a shell: negative numbers count from the end, and what lies outside is cut off.
std::string part_of(const std::string& value, long offset, std::optional<long> length) {
    const auto size = static_cast<long>(value.size());
    const auto from = std::clamp(offset < 0 ? offset + size : offset, 0L, size);
    auto to = size;
    if (length) to = *length < 0 ? size + *length : *length > size - from ? size : from + *length;
    to = std::clamp(to, from, size);
    return value.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

class Line {
public:
    Line(std::string_view text, const Environment& environment, std::vector<std::string>& names)
        : rest_(text), environment_(environment), names_(names) {}

    /// Up to the end, or to a `}` where it is a default's.
    std::string expand(bool in_braces) {
        std::string filled;
        while (!rest_.empty() && !(in_braces && rest_.front() == '}')) {
            if (take("\\\\")) {
                filled += "\\\\";
            } else if (take("\\$") || take("$$")) {
                filled += '$';
            } else if (take("$(")) {
                filled += "$(";
            } else if (rest_.front() == '$' && rest_.size() > 1) {
                filled += variable();
            } else {
                filled += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        return filled;
    }

private:
    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    std::string variable() {
        rest_.remove_prefix(1);
        if (take("{")) return braces();
        // `$1` is a parameter of a statement, and no variable.
        return is_letter(rest_.front()) ? value_of(name()).value_or("") : "$";
    }

    std::string name() {
        if (rest_.empty() || !is_letter(rest_.front())) throw Refused{};
        const auto end = std::ranges::find_if_not(rest_, is_of_name) - rest_.begin();
        std::string taken(rest_.substr(0, static_cast<std::size_t>(end)));
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::optional<std::string> value_of(const std::string& name) {
        names_.push_back(name);
        return environment_(name);
    }

    std::string braces() {
        const auto value = value_of(name());
        if (take("}")) return value.value_or("");
        std::string text;
        if (take(":-")) {
            text = default_for(value && !value->empty() ? value : std::nullopt);
        } else if (take("-")) {
            text = default_for(value);
        } else if (take("?")) {
            // What stands behind it is a message for whoever has no value.
            static_cast<void>(default_for(value));
            if (!value) throw Refused{};
            text = *value;
        } else if (take(":")) {
            const auto offset = number_in(until(":}"));
            text = part_of(value.value_or(""), offset, take(":") ? std::optional(number_in(until("}"))) : std::nullopt);
        } else {
            throw Refused{};
        }
        if (!take("}")) throw Refused{};
        return text;
    }

    std::string default_for(const std::optional<std::string>& value) {
        const auto known = names_.size();
        auto text = expand(true);
        if (!value) return text;
        // A default that does not count fills nothing in.
        names_.resize(known);
        return *value;
    }

    std::string_view until(std::string_view ends) {
        const auto text = rest_.substr(0, rest_.find_first_of(ends));
        rest_.remove_prefix(text.size());
        return text;
    }

    std::string_view rest_;
    const Environment& environment_;
    std::vector<std::string>& names_;
};

}  // namespace

std::optional<std::string> fill_in_environment(std::string_view line, const Environment& environment,
                                               std::vector<std::string>& names) {
    try {
        return Line(line, environment, names).expand(false);
    } catch (const Refused&) {  // for the caller to say, who knows the place
        return std::nullopt;
    }
}

}  // namespace rev::foreign
