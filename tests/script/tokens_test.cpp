// Reading SQL by its tokens.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sql/nested_tokens.hpp"
#include "sql/sql_cursor.hpp"
#include "sql/token_text.hpp"

namespace {

using rev::Dialect;
using rev::sql::SqlCursor;
using rev::sql::TokenText;
using Lines = std::vector<std::string>;

/// The tokens, with blanks between them.
std::string nested(std::string_view sql) {
    std::string text;
    for (const auto& token : rev::sql::nested_tokens(sql, Dialect::postgresql)) text += token.text + " ";
    return text;
}

/// Texts of the `--` comments.
Lines line_comments(std::string_view sql, Dialect dialect) {
    std::vector<std::size_t> offsets;
    rev::sql::SqlScanner scanner(sql, dialect);
    scanner.note_line_comments(offsets);
    while (scanner.next().kind != rev::sql::SqlToken::Kind::end) continue;
    Lines comments;
    for (const auto begin : offsets)
        comments.emplace_back(sql.substr(begin, rev::sql::line_comment_end(sql, begin, dialect) - begin));
    return comments;
}

}  // namespace

TEST_CASE("a lone carriage return ends a line comment of PostgreSQL, but not one of SQLite") {
    CHECK(line_comments("-- a\rSELECT 1 -- b\r\n-- c", Dialect::postgresql) == Lines{"-- a", "-- b", "-- c"});
    CHECK(line_comments("-- a\rSELECT 1 -- b\r\n-- c", Dialect::sqlite) == Lines{"-- a\rSELECT 1 -- b\r", "-- c"});
    CHECK(line_comments("/* -- a /* -- b */ -- c\n */ -- d", Dialect::postgresql) == Lines{"-- d"});
    CHECK(line_comments("/* -- a /* -- b */ -- c\n */ -- d", Dialect::sqlite) == Lines{"-- c", "-- d"});
    CHECK(line_comments("SELECT '-- a', $$ -- b $$, \"-- c\" -- d", Dialect::postgresql) == Lines{"-- d"});
}

TEST_CASE("tokens are looked at from both sides") {
    const TokenText text =
        rev::sql::tokens_of("CREATE /* x */ TABLE App.\"a\"\"b\" (x int, y f(1, 2)); -- end", Dialect::postgresql);
    CHECK(text.is(0, "CREATE"));
    CHECK(text.is(1, "TABLE"));
    CHECK(text.text(2) == "App");
    CHECK(text.name(2) == "app");
    CHECK(text.name(4) == "a\"b");
    CHECK(text.behind_name(2) == 5);
    CHECK(text.text({2, 5}) == "App.\"a\"\"b\"");
    CHECK(text.is(5, "("));
    CHECK(text.behind_parentheses(5) == text.tokens.size() - 1);
    CHECK(text.text(text.tokens.size() - 1) == ";");
    CHECK(has_name(text, text.all_from(0), "y"));
    CHECK_FALSE(has_name(text, text.all_from(0), "end"));
    // Behind the last one.
    CHECK(text.text(1000).empty());
    CHECK_FALSE(text.is(1000, "("));
    CHECK_FALSE(text.is_name(1000));
    CHECK(rev::sql::tokens_of("a.", Dialect::postgresql).behind_name(0) == 2);
    CHECK(rev::sql::tokens_of("(a, (b)", Dialect::postgresql).behind_parentheses(0) == 6);
}

TEST_CASE("a string may be a name in SQLite only") {
    CHECK(rev::sql::tokens_of("'a'", Dialect::sqlite).is_name(0));
    CHECK_FALSE(rev::sql::tokens_of("x'1f'", Dialect::sqlite).is_name(0));
    CHECK_FALSE(rev::sql::tokens_of("'a'", Dialect::postgresql).is_name(0));
    CHECK(rev::sql::tokens_of("E'it\\'s'", Dialect::postgresql).name(0) == "it's");
    CHECK(rev::sql::tokens_of("[Größe X]", Dialect::sqlite).folded_name(0) == "größe x");
}

TEST_CASE("a list is cut at its own commas") {
    const auto parts = [](std::string_view list) { return rev::sql::split_sql_list(list, Dialect::postgresql); };
    CHECK(parts("") == Lines{});
    CHECK(parts(" a ,b") == Lines{"a", "b"});
    CHECK(parts("x numeric(10, 2), f(a, (b, c)), y") == Lines{"x numeric(10, 2)", "f(a, (b, c))", "y"});
    CHECK(parts("'a,b', 'it''s, x', \"c,d\", \"e\"\",f\"") == Lines{"'a,b'", "'it''s, x'", "\"c,d\"", "\"e\"\",f\""});
    CHECK(parts("E'it\\'s, x', $$a, b$$, $t$c, $$ d$t$") == Lines{"E'it\\'s, x'", "$$a, b$$", "$t$c, $$ d$t$"});
    CHECK(parts("a /* , /* , */ , */, b -- , c\n, d") == Lines{"a /* , /* , */ , */", "b -- , c", "d"});
    CHECK(parts("a, 'open, b") == Lines{"a", "'open, b"});
    CHECK(parts("a, (b, c") == Lines{"a", "(b, c"});
    CHECK(parts("a,,b,") == Lines{"a", "", "b"});
    CHECK(parts("fillfactor=70, autovacuum_enabled=-1") == Lines{"fillfactor=70", "autovacuum_enabled=-1"});
    CHECK(parts("größe, \"Maß,e\"") == Lines{"größe", "\"Maß,e\""});
}

TEST_CASE("a word outside parentheses is no word within them") {
    const auto has = [](std::string_view sql, std::string_view word) {
        return rev::sql::has_outer_word(sql, Dialect::postgresql, word);
    };
    CHECK(has("CREATE TABLE t AS SELECT 1", "AS"));
    CHECK(has("btree (a) where (b > 0)", "WHERE"));
    CHECK_FALSE(has("CREATE TABLE t (a int GENERATED ALWAYS AS (1) STORED)", "AS"));
    CHECK_FALSE(has("btree (f('x) where ')) -- where", "WHERE"));
    CHECK_FALSE(has("btree (a) \"where\"", "WHERE"));
}

TEST_CASE("the tokens of strings take their place") {
    CHECK(nested("SELECT 'a b', 'it''s'") == "SELECT a b , it s ");
    CHECK(nested("DO $x$ BEGIN /* y */ EXECUTE 'CREATE' -- z\n || $$ ROLE r $$; END $x$") ==
          "DO BEGIN EXECUTE CREATE || ROLE r ; END ");
    CHECK(nested("E'CREATE\\nROLE'") == "CREATE ROLE ");
    CHECK(nested("$a$ $b$ 'it''s' \"A b\" $b$ $a$") == "it s \"A b\" ");
    CHECK(nested("''") == "");
    CHECK(nested("'") == "");
    CHECK(nested("'open $x$ more") == "open more ");
    // It ends, however deep.
    std::string deep = "x";
    for (int level = 0; level < 200; ++level)
        deep = "$a" + std::to_string(level) + "$" + deep + "$a" + std::to_string(level) + "$";
    CHECK(rev::sql::nested_tokens(deep, Dialect::postgresql).size() == 1);
}

TEST_CASE("a cursor knows names, places and IF EXISTS") {
    SqlCursor cursor("DROP TABLE IF EXISTS \"A\".b, 'c'", Dialect::postgresql);
    CHECK(cursor.accept({"DROP", "TABLE"}));
    CHECK(cursor.accept_if_exists());
    CHECK_FALSE(cursor.accept_if_exists());
    CHECK(cursor.at_name());
    CHECK(cursor.offset() == 21);
    CHECK(cursor.take_name() == "\"A\".b");
    CHECK(cursor.accept_symbol(","));
    CHECK_FALSE(cursor.at_name());
    CHECK(cursor.at_string());
    cursor.advance();
    CHECK(cursor.at_end());
    CHECK(cursor.offset() == 31);
    SqlCursor create("IF NOT EXISTS t", Dialect::sqlite);
    CHECK(create.accept_if_exists());
    CHECK(create.text() == "t");
}
