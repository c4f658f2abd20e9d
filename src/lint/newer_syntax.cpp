#include "lint/newer_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "rev/dialect.hpp"
#include "sql/sql_cursor.hpp"

// Token by token: what is not known is left as it is, and the parser has the last word.

namespace rev::lint {
namespace {

using sql::SqlCursor;

class Translation {
public:
    explicit Translation(std::string_view text) : text_(text), cursor_(text, Dialect::postgresql) {}

    std::optional<OlderWords> run() {
        while (!cursor_.at_end()) {
            const bool is_translated =
                translate_not_null() || translate_generated() || translate_enforcement() || translate_expression();
            if (!is_translated) keep();
        }
        if (since_ == 0) return std::nullopt;
        out_ += text_.substr(taken_);
        return OlderWords{out_, since_};
    }

private:
    [[nodiscard]] std::size_t position() const { return cursor_.offset(); }

    void keep() {
        before_before_ = std::exchange(before_, std::string(cursor_.text()));
        cursor_.advance();
    }

    /// What stands from `begin` up to the cursor becomes `words`.
    bool put(std::size_t begin, const std::string& words, int since) {
        out_ += text_.substr(taken_, begin - taken_);
        out_ += words;
        taken_ = cursor_.at_end() ? text_.size() : position();
        since_ = std::max(since_, since);
        return true;
    }

    [[nodiscard]] static bool is_word(const std::string& word, std::string_view upper) {
        return base::lower_case(word) == base::lower_case(upper);
    }

    /// `ADD [CONSTRAINT name] NOT NULL column [NO INHERIT] [NOT VALID]`: a check that no value is NULL.
    bool translate_not_null() {
        const bool is_named = is_word(before_before_, "CONSTRAINT");
        if (!is_named && !is_word(before_, "ADD")) return false;
        auto ahead = cursor_;
        const auto begin = position();
        if (!ahead.accept({"NOT", "NULL"}) || !ahead.at_word()) return false;
        const auto column = ahead.take_name();
        cursor_ = ahead;
        std::string words = fmt::format("CHECK ({} IS NOT NULL)", column);
        if (cursor_.accept({"NO", "INHERIT"})) words += " NO INHERIT";
        if (cursor_.accept({"NOT", "VALID"})) words += " NOT VALID";
        constexpr int since = 18;
        return put(begin, words + " ", since);
    }

    bool skip_parentheses(SqlCursor& ahead) {
        if (!ahead.at_symbol("(")) return false;
        int depth = 0;
        while (!ahead.at_end()) {
            if (ahead.at_symbol("(")) ++depth;
            if (ahead.at_symbol(")")) --depth;
            ahead.advance();
            if (depth == 0) return true;
        }
        return false;
    }

    /// `GENERATED ALWAYS AS (...) [VIRTUAL]`: no row has it, as none has a column without a default.
    bool translate_generated() {
        auto ahead = cursor_;
        const auto begin = position();
        if (!ahead.accept({"GENERATED", "ALWAYS", "AS"}) || !skip_parentheses(ahead) || ahead.at_word("STORED"))
            return false;
        (void)ahead.accept("VIRTUAL");
        cursor_ = ahead;
        constexpr int since = 18;
        return put(begin, "", since);
    }

    /// `NOT ENFORCED`: as little is read as for NOT VALID. `ENFORCED` is what all others are.
    bool translate_enforcement() {
        constexpr int since = 18;
        const auto begin = position();
        if (cursor_.accept({"NOT", "ENFORCED"})) return put(begin, "NOT VALID ", since);
        if (before_ == ")" && cursor_.accept("ENFORCED")) return put(begin, "", since);
        return false;
    }

    /// `ALTER [COLUMN] name SET EXPRESSION AS (...)`: all rows are written anew, as for a stored column that is added.
    bool translate_expression() {
        if (!is_word(before_, "ALTER") && !is_word(before_before_, "ALTER") && !is_word(before_, "COLUMN"))
            return false;
        auto ahead = cursor_;
        if (ahead.at_word("COLUMN") || !ahead.at_word()) return false;
        ahead.skip_name();
        if (!ahead.accept({"SET", "EXPRESSION", "AS"})) return false;
        const auto expression = ahead.offset();
        if (!skip_parentheses(ahead)) return false;
        const auto end = ahead.at_end() ? text_.size() : ahead.offset();
        const auto name = cursor_.take_name();
        cursor_ = ahead;
        constexpr int since = 17;
        // In place of ALTER: the name only has to be none that the table has.
        const auto alter = base::lower_case(std::string(text_.substr(0, expression))).rfind("alter");
        return put(alter,
                   fmt::format("ADD COLUMN \"expression of {}\" text GENERATED ALWAYS AS {} STORED ", name,
                               text_.substr(expression, end - expression)),
                   since);
    }

    std::string_view text_;
    SqlCursor cursor_;
    std::string out_;
    std::size_t taken_ = 0;  ///< what of text_ is in out_
    std::string before_;     ///< the token in front of the cursor
    std::string before_before_;
    int since_ = 0;
};

}  // namespace

std::optional<OlderWords> in_older_words(std::string_view statement) { return Translation(statement).run(); }

}  // namespace rev::lint
