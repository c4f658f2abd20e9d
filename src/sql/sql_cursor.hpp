#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "sql/sql_scanner.hpp"

namespace rev::sql {

/// Reads a statement token by token.
class SqlCursor {
public:
    /// At the first token. text: must outlive it.
    SqlCursor(std::string_view text, Dialect dialect, Backslash backslash = Backslash::ordinary)
        : scanner_(text, dialect, backslash) {
        advance();
    }

    /// Whether the statement has no more tokens: also at its `;`.
    [[nodiscard]] bool at_end() const {
        return token_.kind == SqlToken::Kind::end || token_.kind == SqlToken::Kind::terminator;
    }
    /// What the token at hand is. A word is a keyword or plain name, `upper` in capitals, whatever the case in the
    /// text.
    [[nodiscard]] bool at_string() const { return token_.kind == SqlToken::Kind::string; }
    [[nodiscard]] bool at_word() const { return token_.kind == SqlToken::Kind::word; }
    /// A word or a quoted name; what SQLite takes for one between '...' is a string.
    [[nodiscard]] bool at_name() const { return at_word() || token_.kind == SqlToken::Kind::quoted_name; }
    [[nodiscard]] bool at_word(std::string_view upper) const { return at_word() && is_word(text(), upper); }
    [[nodiscard]] bool at_symbol(std::string_view symbol) const {
        return token_.kind == SqlToken::Kind::symbol && text() == symbol;
    }
    /// The token as written, with its quotes; empty at the end of the text.
    [[nodiscard]] std::string_view text() const { return scanner_.text_of(token_); }
    /// Where it begins in the text; behind the last token the end of the text.
    [[nodiscard]] std::size_t offset() const { return token_.begin; }

    /// To the next token, also over a `;`.
    void advance() { token_ = scanner_.next(); }
    /// Goes on behind that word, or that symbol, if it is at hand; else stays. Whether it was.
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
        if (!at_word(*words.begin())) return false;
        SqlCursor ahead = *this;
        for (const std::string_view word : words)
            if (!ahead.accept(word)) return false;
        *this = ahead;
        return true;
    }
    /// Goes on behind IF EXISTS or IF NOT EXISTS. Whether one of them was at hand.
    bool accept_if_exists() { return accept({"IF", "EXISTS"}) || accept({"IF", "NOT", "EXISTS"}); }
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
    /// The same, and forgets it.
    void skip_name() { (void)take_name(); }

private:
    SqlScanner scanner_;
    SqlToken token_;
};

}  // namespace rev::sql
