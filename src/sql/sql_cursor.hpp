#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sql/sql_scanner.hpp"

namespace rev::sql {

/// Reads a statement token by token.
class SqlCursor {
public:
    SqlCursor(std::string_view text, Dialect dialect) : scanner_(text, dialect) { advance(); }

    [[nodiscard]] bool at_end() const {
        return token_.kind == SqlToken::Kind::end || token_.kind == SqlToken::Kind::terminator;
    }
    [[nodiscard]] bool at_string() const { return token_.kind == SqlToken::Kind::string; }
    [[nodiscard]] bool at_word() const { return token_.kind == SqlToken::Kind::word; }
    [[nodiscard]] bool at_word(std::string_view upper) const { return at_word() && is_word(text(), upper); }
    [[nodiscard]] bool at_symbol(std::string_view symbol) const {
        return token_.kind == SqlToken::Kind::symbol && text() == symbol;
    }
    [[nodiscard]] std::string_view text() const { return scanner_.text_of(token_); }

    void advance() { token_ = scanner_.next(); }
    bool accept(std::string_view upper) {
        const bool found = at_word(upper);
        if (found) advance();
        return found;
    }
    bool accept_symbol(std::string_view symbol) {
        const bool found = at_symbol(symbol);
        if (found) advance();
        return found;
    }
    /// All of the words in this order; none is taken unless all are there.
    bool accept(std::initializer_list<std::string_view> words) {
        SqlCursor ahead = *this;
        for (const std::string_view word : words)
            if (!ahead.accept(word)) return false;
        *this = ahead;
        return true;
    }
    /// A name such as app."Account", as written.
    std::string take_name() {
        std::string name(text());
        advance();
        while (accept_symbol(".")) {
            name += '.';
            name += text();
            advance();
        }
        return name;
    }
    void skip_name() { (void)take_name(); }

private:
    SqlScanner scanner_;
    SqlToken token_;
};

}  // namespace rev::sql
