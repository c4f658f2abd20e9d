#include "sql/nested_tokens.hpp"

#include <memory>

#include "sql/literals.hpp"

namespace rev::sql {
namespace {

/// What is being read, and the string that holds it.
struct OpenText {
    OpenText(std::string value, Dialect dialect) : text(std::move(value)), scanner(text, dialect) {}

    std::string text;
    SqlScanner scanner;  // has a view of `text`, which must not move
};

}  // namespace

bool NestedToken::is(std::string_view upper) const {
    return (kind == SqlToken::Kind::word || kind == SqlToken::Kind::symbol) && is_word(text, upper);
}

std::vector<NestedToken> nested_tokens(std::string_view sql, Dialect dialect) {
    // Each level is read once more: dollar quotes in one another would take as long as a text is deep.
    constexpr std::size_t deepest = 64;
    std::vector<NestedToken> tokens;
    std::vector<std::unique_ptr<OpenText>> open;
    open.push_back(std::make_unique<OpenText>(std::string(sql), dialect));
    while (!open.empty()) {
        auto& scanner = open.back()->scanner;
        const auto token = scanner.next();
        const auto text = scanner.text_of(token);
        if (token.kind == SqlToken::Kind::end)
            open.pop_back();
        else if (token.kind == SqlToken::Kind::string && open.size() < deepest)
            open.push_back(std::make_unique<OpenText>(unquoted(text, dialect), dialect));
        else
            tokens.push_back({token.kind, std::string(text)});
    }
    return tokens;
}

}  // namespace rev::sql
