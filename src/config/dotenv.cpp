#include "config/dotenv.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace rev::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_line_end(char c) { return c == '\n' || c == '\r'; }

class Parser {
public:
    explicit Parser(const SourceText& source) : source_(source), text_(source.text) {}

    std::map<std::string, std::string> parse() {
        std::map<std::string, std::string> values;
        for (skip_to_entry(); at_ < text_.size(); skip_to_entry()) {
            std::string name(read_name());
            values.insert_or_assign(std::move(name), read_value());
        }
        return values;
    }

private:
    [[noreturn]] void fail(std::size_t offset, const std::string& message, std::string hint) const {
        Location location = location_at(source_, offset);
        location.line_text.clear();
        throw Error(ExitCode::usage, "bad_dotenv", message)
            .with_location(std::move(location))
            .with_hint(std::move(hint));
    }

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

    std::string_view read_name() {
        constexpr std::string_view exported = "export";
        if (text_.substr(at_).starts_with(exported) && at_ + exported.size() < text_.size() &&
            is_blank(text_[at_ + exported.size()])) {
            at_ += exported.size();
            skip_blanks();
        }
        const std::size_t start = at_;
        const std::size_t end = std::min(text_.find_first_of("=\r\n", at_), text_.size());
        if (end == text_.size() || text_[end] != '=')
            fail(start, "this line of the .env file has no `=`", "write KEY=VALUE, or # before a comment");
        const std::string_view name = trim(text_.substr(start, end - start));
        if (!is_variable_name(name))
            fail(start, "this is no name for an environment variable", "use letters, digits and _, and no digit first");
        at_ = end + 1;
        return name;
    }

    std::string read_value() {
        skip_blanks();
        if (peek() != '"' && peek() != '\'') return read_plain();
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
        while (!is_line_end(peek()) && !(peek() == '#' && (at_ == start || is_blank(text_[at_ - 1])))) ++at_;
        const std::string_view value = text_.substr(start, at_ - start);
        skip_line();
        return std::string(trim(value));
    }

    std::string read_quoted() {
        const std::size_t start = at_;
        const char quote = text_[at_++];
        std::string value;
        while (at_ < text_.size() && text_[at_] != quote) {
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
};

}  // namespace

std::map<std::string, std::string> parse_dotenv(const SourceText& source) { return Parser(source).parse(); }

bool is_variable_name(std::string_view name) noexcept {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), is_word);
}

}  // namespace rev::config
