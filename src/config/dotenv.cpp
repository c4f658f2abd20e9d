#include "config/dotenv.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace rev::config {
// The syntax that docker compose, Rails, Node and Python's dotenv have in common. They differ in what they expand, so
// that is refused and not guessed.
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_line_end(char c) { return c == '\n' || c == '\r'; }

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

class Parser {
public:
    explicit Parser(const SourceText& source) : source_(source), text_(source.text) {}

    Dotenv parse() {
        for (skip_to_entry(); at_ < text_.size(); skip_to_entry()) read_entry();
        // Only now: a later line may give the variable a value after all.
        for (auto& [name, error] : named_)
            if (!result_.values.contains(name)) result_.unreadable.emplace(name, std::move(error));
        return std::move(result_);
    }

private:
    /// Two lines of `KEY="` far apart would make one long value of what is between them: it must be no silence where a
    /// variable is needed that seems to be set there.
    void note_names_within(std::size_t from, std::size_t to) {
        for (auto at = text_.find('\n', from); at < to; at = text_.find('\n', at + 1)) {
            const auto line = text_.substr(at + 1, to - at - 1);
            const auto name =
                line.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(line, is_word) - line.begin()));
            if (!line.substr(name.size()).starts_with('=') || !is_variable_name(name)) continue;
            named_.emplace(name, error(at + 1, "this line is within the quotes of a variable above it",
                                       "close the quotes of that variable"));
        }
    }

    [[nodiscard]] Error error(std::size_t offset, const std::string& message, std::string hint) const {
        Location location = location_at(source_, offset);
        // The line may hold a password, and this goes to a terminal or a log.
        location.line_text.clear();
        return Error(ExitCode::usage, error_codes::bad_dotenv, message)
            .with_location(std::move(location))
            .with_hint(std::move(hint));
    }
    [[noreturn]] void fail(std::size_t offset, const std::string& message, std::string hint) const {
        throw error(offset, message, std::move(hint));
    }

    // The end of the text looks like the end of a line: then no reader needs a second condition.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

    void skip_to_entry() {
        while (at_ < text_.size()) {
            if (peek() == '#') {
                skip_line();
            } else if (is_blank(peek()) || is_line_end(peek())) {
                ++at_;
            } else {
                return;
            }
        }
    }

    /// One line, or as many as a value in quotes takes.
    void read_entry() {
        const auto start = at_;
        skip_export();
        const auto name_start = at_;
        const std::string name(read_name());
        if (name.empty()) return skip_line();
        skip_blanks();
        if (peek() != '=') {
            named_.emplace(name,
                           error(name_start, "this line gives " + name + " no value", "write " + name + "=VALUE"));
            return skip_line();
        }
        ++at_;
        try {
            auto value = read_value();
            note_names_within(start, at_);
            result_.unreadable.erase(name);
            result_.values.insert_or_assign(name, std::move(value));
        } catch (Error& unread) {
            result_.values.erase(name);
            result_.unreadable.insert_or_assign(name, std::move(unread));
            // Back to its own line: a quote that is not closed would otherwise take the rest of the file with it.
            at_ = start;
            skip_line();
        }
    }

    void skip_export() {
        constexpr std::string_view exported = "export";
        const auto rest = text_.substr(at_);
        if (!rest.starts_with(exported) || rest.size() == exported.size() || !is_blank(rest[exported.size()])) return;
        const auto start = std::exchange(at_, at_ + exported.size());
        skip_blanks();
        if (peek() == '=') at_ = start;  // a variable of that name
    }

    /// Empty: no line begins so that sets a variable.
    std::string_view read_name() {
        const auto start = at_;
        while (at_ < text_.size() && is_word(text_[at_])) ++at_;
        const auto name = text_.substr(start, at_ - start);
        return is_variable_name(name) ? name : std::string_view();
    }

    std::string read_value() {
        skip_blanks();
        const auto start = at_;
        auto value = peek() == '"' || peek() == '\'' ? read_whole_quoted() : read_plain();
        // Neither can be an argument of libpq or part of a URL.
        if (value.find('\0') != std::string::npos || base::find_invalid_utf8(value))
            fail(start, "this value is no UTF-8 text", "save the .env file as UTF-8");
        return value;
    }

    std::string read_whole_quoted() {
        std::string value = read_quoted();
        skip_blanks();
        if (peek() == '#') skip_line();
        if (!is_line_end(peek()))
            fail(at_, "there is text after the closing quote", "put the whole value between the quotes");
        return value;
    }

    /// Up to the line's end or a ` #`.
    std::string read_plain() {
        const std::size_t start = at_;
        // A `#` within a word belongs to it: passwords have them.
        while (!is_line_end(peek()) && !(peek() == '#' && (at_ == start || is_blank(text_[at_ - 1])))) ++at_;
        const std::string_view value = text_.substr(start, at_ - start);
        for (std::size_t i = start; i < at_; ++i) refuse_expansion(i);
        skip_line();
        return std::string(base::trim(value));
    }

    /// Compose and shells put something else in the place of `${NAME}` and `$(command)`: taken as it is, it would be a
    /// user or a host of that name.
    void refuse_expansion(std::size_t at) const {
        const auto rest = text_.substr(at);
        const bool names_variable = rest.starts_with("${") && rest.size() > 2 && is_word(rest[2]);
        if (!names_variable && !rest.starts_with("$(")) return;
        fail(at, "rev fills in no ${...} and no $(...) in a .env file",
             "write the value out, or put it between single quotes if it is meant as it stands");
    }

    std::string read_quoted() {
        const std::size_t start = at_;
        const char quote = text_[at_++];
        std::string value;
        while (at_ < text_.size() && text_[at_] != quote) {
            // Single quotes mean what stands in them, to everybody.
            if (quote == '"') refuse_expansion(at_);
            if (quote == '"' && text_[at_] == '\\') {
                value += read_escape();
            } else {
                value += text_[at_++];
            }
        }
        if (at_ == text_.size()) fail(start, "this quote is not closed", "add the closing quote");
        ++at_;
        return value;
    }

    /// An unknown escape stays as it is, so that a backslash in a password needs no care.
    std::string read_escape() {
        const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        at_ += std::min<std::size_t>(2, text_.size() - at_);
        switch (c) {
            case 'n':
                return "\n";
            case 'r':
                return "\r";
            case 't':
                return "\t";
            case '"':
            case '\\':
            case '$':
                return std::string(1, c);
            case '\0':
                return "\\";
            default:
                return std::string("\\") + c;
        }
    }

    const SourceText& source_;
    std::string_view text_;
    std::size_t at_ = 0;
    Dotenv result_;
    std::map<std::string, Error> named_;  ///< unreadable, unless another line gives it a value
};

}  // namespace

Dotenv parse_dotenv(const SourceText& source) { return Parser(source).parse(); }

bool is_variable_name(std::string_view name) noexcept {
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), is_word);
}

}  // namespace rev::config
