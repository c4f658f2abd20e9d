#include "config/interpolation.hpp"

#include <fmt/format.h>

#include "config/dotenv.hpp"

namespace rev::config {
namespace {

/// A text of a megabyte of `${A:-` would otherwise use up the stack.
constexpr int deepest = 20;  // defaults within defaults

/// The offset of the `}` for the `${` at `start`; npos if there is none.
std::size_t find_closing_brace(std::string_view text, std::size_t start) {
    int depth = 0;
    for (std::size_t i = start; i < text.size(); ++i) {
        if (text.substr(i).starts_with("${")) {
            ++depth;
            ++i;
        } else if (text[i] == '}' && --depth == 0) {
            return i;
        }
    }
    return std::string_view::npos;
}

std::string interpolate_to_depth(std::string_view text, const Lookup& lookup, int depth);

InterpolationError syntax_error(const std::string& message) { return {InterpolationError::Kind::syntax, message, ""}; }

/// inside: what stands between `${` and `}`.
std::string value_of(std::string_view inside, const Lookup& lookup, int depth) {
    // The first one: a default may itself hold `:-` in a `${...}`.
    const auto separator = inside.find(":-");
    const std::string_view name = inside.substr(0, separator);
    if (!is_variable_name(name)) throw syntax_error("this ${...} is neither ${NAME} nor ${NAME:-default}");
    auto value = lookup(name);
    if (separator == std::string_view::npos) {
        if (value) return *std::move(value);
        throw InterpolationError(InterpolationError::Kind::missing,
                                 fmt::format("environment variable {} is not set", name), std::string(name));
    }
    // Set but empty takes the default, as `:-` does in a shell.
    if (value && !value->empty()) return *std::move(value);
    return interpolate_to_depth(inside.substr(separator + 2), lookup, depth + 1);
}

std::string interpolate_to_depth(std::string_view text, const Lookup& lookup, int depth) {
    if (depth > deepest) throw syntax_error("too many ${...} within one another");
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        if (text.substr(i).starts_with("$${")) {
            result += "${";
            i += 3;
        } else if (text.substr(i).starts_with("${")) {
            const auto end = find_closing_brace(text, i);
            if (end == std::string_view::npos) throw syntax_error("a ${ is not closed by a }");
            result += value_of(text.substr(i + 2, end - i - 2), lookup, depth);
            i = end + 1;
        } else {
            result += text[i++];
        }
    }
    return result;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Before variables are filled in, so that what they hold can never become several words, or a quote.
class WordSplitter {
public:
    explicit WordSplitter(std::string_view text) : text_(text) {}

    std::optional<std::vector<std::string>> split() {
        while (at_ < text_.size()) {
            if (is_space(text_[at_])) {
                end_word();
                ++at_;
            } else if (!read_piece()) {
                return std::nullopt;
            }
        }
        end_word();
        return std::move(words_);
    }

private:
    void end_word() {
        // Not by its length: '' is a word that is empty.
        if (in_word_) words_.push_back(std::move(word_));
        word_.clear();
        in_word_ = false;
    }

    bool read_piece() {
        in_word_ = true;
        const char c = text_[at_];
        if (c == '\'') return read_single_quotes();
        if (c == '"') return read_double_quotes();
        if (c == '\\') {
            if (at_ + 1 == text_.size()) return false;
            word_ += text_[at_ + 1];
            at_ += 2;
            return true;
        }
        if (!read_variable()) word_ += text_[at_++];
        return true;
    }

    bool read_single_quotes() {
        const auto end = text_.find('\'', at_ + 1);
        if (end == std::string_view::npos) return false;
        word_ += text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return true;
    }

    bool read_double_quotes() {
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            // The four characters that POSIX lets a backslash escape within double quotes; before any other it stands
            // for itself.
            const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                                 std::string_view("\"\\$`").find(text_[at_ + 1]) != std::string_view::npos;
            if (escaped) ++at_;
            if (escaped || !read_variable()) word_ += text_[at_++];
        }
        return at_++ < text_.size();
    }

    /// A whole `${...}`, whose default may hold spaces.
    bool read_variable() {
        if (!text_.substr(at_).starts_with("${")) return false;
        const auto end = find_closing_brace(text_, at_);
        if (end == std::string_view::npos) return false;
        word_ += text_.substr(at_, end + 1 - at_);
        at_ = end + 1;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;
};

}  // namespace

std::string interpolate(std::string_view text, const Lookup& lookup) { return interpolate_to_depth(text, lookup, 0); }

std::optional<std::vector<std::string>> split_words(std::string_view text) { return WordSplitter(text).split(); }

}  // namespace rev::config
