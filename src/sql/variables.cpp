#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"
#include "sql/literals.hpp"
#include "sql/sql_scanner.hpp"
#include "sql/statements.hpp"

namespace rev::sql {
namespace {

using Kind = SqlToken::Kind;

bool is_variable_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view leading_name(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_variable_part(text[length])) ++length;
    return text.substr(0, length);
}

/// As libpq does: a backslash in a literal means itself whatever standard_conforming_strings is.
std::string quoted_literal(std::string_view value, Dialect dialect) {
    auto literal = text_literal(value, dialect);
    // The blank keeps the E from joining a word before the colon.
    return literal.starts_with('E') ? ' ' + literal : literal;
}

std::map<std::string, std::string, std::less<>> values_by_name(const std::vector<Variable>& variables) {
    std::map<std::string, std::string, std::less<>> values;
    for (const Variable& variable : variables) {
        if (variable.value.find('\0') != std::string::npos)
            throw Error(ExitCode::usage, error_codes::bad_variable,
                        fmt::format("the value of variable {} holds a zero byte", base::printable(variable.name)));
        values.insert_or_assign(variable.name, variable.value);
    }
    return values;
}

/// What takes the place of a variable, and how many bytes after the colon it replaces.
struct Replacement {
    std::string text;
    std::size_t length = 0;  ///< 0: there is no variable
};

/// Text between quotes is never looked into: the scanner gives a string as one token, and a `:` only where it stands
/// alone.
class Substitution {
public:
    Substitution(const base::SourceSpan& written, const std::vector<Variable>& variables, Dialect dialect,
                 Backslash backslash)
        : written_(written),
          text_(written.text),
          dialect_(dialect),
          backslash_(backslash),
          values_(values_by_name(variables)) {}

    FilledText run() {
        FilledText filled;
        auto& result = filled.text;
        result.reserve(text_.size());
        std::size_t copied = 0;
        SqlScanner scanner(text_, dialect_, backslash_);
        for (SqlToken token = scanner.next(); token.kind != Kind::end; token = scanner.next()) {
            if (token.kind != Kind::symbol || scanner.text_of(token) != ":") continue;
            const Replacement replacement = replacement_at(token.end);
            if (replacement.length == 0) continue;
            result += text_.substr(copied, token.begin - copied);
            copied = token.end + replacement.length;
            filled.variables.push_back({.written_offset = token.begin,
                                        .written_length = copied - token.begin,
                                        .offset = result.size(),
                                        .length = replacement.text.size()});
            result += replacement.text;
        }
        result += text_.substr(copied);
        return filled;
    }

private:
    /// offset: just after the colon.
    [[nodiscard]] Replacement replacement_at(std::size_t offset) const {
        const std::string_view rest = text_.substr(offset);
        if (rest.empty()) return {};
        const char quote = rest.front();
        if (quote == '\'' || quote == '"') return quoted_replacement(rest.substr(1), quote, offset);
        const std::string_view name = leading_name(rest);
        const auto found = values_.find(name);
        // As it is, unquoted: that is what `:name` is for, and psql does the same.
        return found == values_.end() ? Replacement() : Replacement{found->second, name.size()};
    }

    [[nodiscard]] Replacement quoted_replacement(std::string_view rest, char quote, std::size_t offset) const {
        const std::string_view name = leading_name(rest);
        const auto found = values_.find(name);
        if (found == values_.end()) return {};
        if (name.size() == rest.size()) throw unclosed(offset, name);
        // `:'a b'` is no variable, but a `:` and a string, to psql as well.
        if (rest[name.size()] != quote) return {};
        return {quote == '"' ? base::in_quotes(found->second, '"') : quoted_literal(found->second, dialect_),
                name.size() + 2};
    }

    [[nodiscard]] Error unclosed(std::size_t offset, std::string_view name) const {
        return Error(ExitCode::graph, error_codes::unclosed_variable,
                     fmt::format("the quote around variable {} is not closed", name))
            .with_location(written_.at(offset));
    }

    const base::SourceSpan& written_;
    std::string_view text_;
    Dialect dialect_;
    Backslash backslash_;
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace

std::string substitute_variables(std::string_view text, const std::vector<Variable>& variables, Dialect dialect,
                                 Backslash backslash) {
    if (variables.empty()) return std::string(text);
    return fill_in_variables({.text = text}, variables, dialect, backslash).text;
}

FilledText fill_in_variables(const base::SourceSpan& written, const std::vector<Variable>& variables, Dialect dialect,
                             Backslash backslash) {
    return Substitution(written, variables, dialect, backslash).run();
}

}  // namespace rev::sql
