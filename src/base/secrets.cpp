#include "base/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/text.hpp"

namespace rev::base {
// A text is judged by how it looks and not by what rev knows of it: error messages repeat URLs and settings that never
// came through rev's own parser, and of which no secret is known to look for.
namespace {

constexpr std::string_view mask = "***";

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_name_character(char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; }
bool is_scheme_character(char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; }
bool is_quote(char c) { return c == '\'' || c == '"' || c == '`'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A part of a text.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::size_t find_end_of_word(std::string_view text, std::size_t start) {
    const auto ends = [](char c) { return is_space(c) || is_quote(c) || c == '<' || c == '>'; };
    return static_cast<std::size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(), ends) -
                                    text.begin());
}

/// The password of a URL. rest: what follows its `://`. Without a host, as where its `@` was forgotten, what stands in
/// the port's place and is none.
std::optional<Range> password_in(std::string_view rest) {
    // A `?` or `#` ends a host, as a path does.
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    const auto colon = authority.find(':');
    // `[::1]` has colons, and none of them ends a user's name.
    if (colon == std::string_view::npos || authority.starts_with('[')) return std::nullopt;
    // The last one: an `@` and a `/` in a password are often not encoded, and hiding too much does no harm.
    const auto at = rest.rfind('@');
    if (at != std::string_view::npos && at > colon) return Range{colon + 1, at};
    const auto port = authority.substr(colon + 1);
    // `host:5432,other:5433` is a list of hosts with their ports.
    const bool is_port = std::ranges::all_of(port, [](char c) { return is_digit(c) || c == ',' || c == ':'; });
    const bool is_list = port.find(',') != std::string_view::npos;  // of hosts
    if (is_port || is_list) return std::nullopt;
    return Range{colon + 1, authority.size()};
}

/// Offset behind the URL whose `://` ends at `start`. A blank in it belongs to its password, if it has one that no `@`
/// has ended yet.
std::size_t end_of_url(std::string_view text, std::size_t start) {
    const auto end = find_end_of_word(text, start);
    const auto word = text.substr(start, end - start);
    // Only a blank goes on; behind a quote or a `>` the text around the URL begins.
    if (end == text.size() || text[end] != ' ' || word.find('@') != std::string_view::npos || !password_in(word))
        return end;
    const auto line = text.substr(0, std::min(text.find('\n', end), text.size()));
    const auto at = line.find('@', end);
    return at == std::string_view::npos ? end : find_end_of_word(text, at);
}

void hide_range(std::string& text, const Range& range) {
    if (range.end > range.begin) text.replace(range.begin, range.end - range.begin, mask);
}

/// end_of: offset behind a URL, given the offset behind its `://`.
template <typename EndOf>
std::string hide_in_urls(std::string text, EndOf end_of) {
    constexpr std::string_view separator = "//";
    for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, at)) {
        // Its colon may have been forgotten.
        const auto scheme_end = at > 0 && text[at - 1] == ':' ? at - 1 : at;
        const bool has_scheme = scheme_end > 0 && is_scheme_character(text[scheme_end - 1]);
        at += separator.size();
        if (!has_scheme) continue;
        const auto rest = std::string_view(text).substr(at, end_of(text, at) - at);
        if (const auto password = password_in(rest)) hide_range(text, {at + password->begin, at + password->end});
    }
    return text;
}

/// Offset behind the quoted text that begins at `start`; the text's end if its quote is not closed.
std::size_t end_of_quoted(std::string_view text, std::size_t start) {
    const char quote = text[start];
    // Both ways to write a quote inside quotes: doubled, as in SQL, and behind a backslash, as in connection strings.
    for (auto at = start + 1; at < text.size(); ++at) {
        const bool is_quote = text[at] == quote;
        if (is_quote && !text.substr(at + 1).starts_with(quote)) return at + 1;
        if (is_quote || text[at] == '\\') ++at;
    }
    return text.size();
}

/// The value behind the `=` at `equals`, without its quotes; empty if there is none. Blanks before it are passed over
/// only where a quote follows, as in SQL.
Range value_behind(std::string_view text, std::size_t equals) {
    auto start = equals + 1;
    while (start < text.size() && text[start] == ' ') ++start;
    if (start < text.size() && is_quote(text[start])) {
        const auto end = end_of_quoted(text, start);
        return {start + 1, end > start + 1 && is_quote(text[end - 1]) ? end - 1 : end};
    }
    start = equals + 1;
    // What separates values in queries of URLs, lists, SQL and function calls.
    const auto ends = [](char c) { return is_space(c) || is_quote(c) || c == '&' || c == ',' || c == ';' || c == ')'; };
    const auto end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(), ends);
    return {start, static_cast<std::size_t>(end - text.begin())};
}

/// The name that ends before `end`, past blanks.
std::string_view name_before(std::string_view text, std::size_t end) {
    // A quote, as in JSON and YAML: "password": ... has its name in quotes.
    while (end > 0 && (text[end - 1] == ' ' || is_quote(text[end - 1]))) --end;
    auto begin = end;
    while (begin > 0 && is_name_character(text[begin - 1])) --begin;
    return text.substr(begin, end - begin);
}

/// Whether it has a word of libpq's connection strings, such as `host=h password = x`.
bool is_connection_string(std::string_view text) {
    // Not `password` itself: it is not to decide whether blanks around a `=` are passed over.
    constexpr std::array<std::string_view, 5> words = {"host", "hostaddr", "port", "dbname", "user"};
    for (auto equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1))
        if (std::ranges::find(words, name_before(text, equals)) != words.end()) return true;
    return false;
}

std::string hide_in_assignments(std::string text) {
    const bool passes_blanks = is_connection_string(text);
    for (auto equals = text.find('='); equals != std::string::npos; equals = text.find('=', equals + 1)) {
        if (!is_secret_name(name_before(text, equals))) continue;
        // `WHERE password = other_column` of a failed statement compares columns; a quoted value behind it is hidden.
        const bool is_comparison = text[std::max<std::size_t>(equals, 1) - 1] == ' ';
        auto value = value_behind(text, equals);
        if (passes_blanks && value.begin == equals + 1) {
            const auto first = std::min(text.find_first_not_of(' ', equals + 1), text.size());
            value = value_behind(text, first - 1);
            hide_range(text, value);
            continue;
        }
        if (is_comparison && value.begin == equals + 1) continue;
        hide_range(text, value);
    }
    return text;
}

}  // namespace

bool is_secret_name(std::string_view name) {
    constexpr std::array<std::string_view, 11> words = {"password", "passwd",  "passphrase", "pwd",
                                                        "secret",   "token",   "credential", "apikey",
                                                        "api_key",  "api-key", "private_key"};
    // Within a longer word they are syllables: "bypass", "compass".
    constexpr std::array<std::string_view, 2> short_words = {"pw", "pass"};
    const auto lower = lower_case(name);
    const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    const auto is_part = [&](std::string_view word) {
        const auto joined = "_" + lower + "_";
        return joined.find("_" + std::string(word) + "_") != std::string::npos;
    };
    return std::ranges::any_of(words, has) || std::ranges::any_of(short_words, is_part);
}

std::string hide_secrets(std::string_view text) {
    // URLs first: what is hidden in them has no `=` left that could be taken for an assignment.
    return hide_in_assignments(hide_in_urls(std::string(text), end_of_url));
}

std::string hide_secrets_in_argument(std::string_view argument) {
    // All of it is the URL: a password that was not encoded may hold blanks and quotes.
    const auto to_the_end = [](std::string_view text, std::size_t) { return text.size(); };
    return hide_in_assignments(hide_in_urls(std::string(argument), to_the_end));
}

std::string hide_secrets_in_setting(std::string_view line) {
    auto shown = hide_secrets_in_argument(line);
    for (auto colon = shown.find(':'); colon != std::string::npos; colon = shown.find(':', colon + 1)) {
        if (!is_secret_name(name_before(shown, colon))) continue;
        const auto value = shown.find_first_not_of(" \t", colon + 1);
        if (value != std::string::npos) hide_range(shown, {value, shown.size()});
        // All behind it is hidden, so there is nothing left to look at.
        break;
    }
    return shown;
}

}  // namespace rev::base
