// Names and strings, between what is written and what is meant.
#include "sql/names.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/literals.hpp"
#include "sql/quotes.hpp"

namespace {

using rev::Backslash;
using rev::Dialect;

constexpr auto in_postgresql = Dialect::postgresql;
constexpr auto in_sqlite = Dialect::sqlite;

struct Meaning {
    std::string_view written;
    std::string meant;
};

void check_names(const std::vector<Meaning>& cases, Dialect dialect) {
    for (const auto& each : cases) {
        CAPTURE(each.written);
        CHECK(rev::sql::unquoted_name(each.written, dialect) == each.meant);
    }
}

void check_strings(const std::vector<Meaning>& cases, Dialect dialect, Backslash backslash = Backslash::ordinary) {
    for (const auto& each : cases) {
        CAPTURE(each.written);
        CHECK(rev::sql::unquoted(each.written, dialect, backslash) == each.meant);
    }
}

}  // namespace

TEST_CASE("PostgreSQL folds a bare name, and takes a quoted one as it is") {
    check_names(
        {
            {"account", "account"},
            {"Account", "account"},
            {"Größe", "größe"},
            {"GRÖSSE", "grÖsse"},  // what is not ASCII is left to the server
            {"\"Account\"", "Account"},
            {"\"a.b\"", "a.b"},
            {"\"a\"\"b\"", "a\"b"},
            {"\"\"\"\"", "\""},
            {"U&\"d\\0061t\\+000061\"", "data"},
            {"u&\"\\d83d\\de00 \\\\\"", "\U0001F600 \\"},
            {"U&\"\\zz\"", "\\zz"},
            {"\"open", "open"},
            {"\"", ""},
            {"", ""},
            {"a$b", "a$b"},
        },
        in_postgresql);
}

TEST_CASE("SQLite has four kinds of quotes for names, and folds none of them") {
    check_names(
        {
            {"Account", "Account"},
            {"\"a\"\"b\"", "a\"b"},
            {"`a``b`", "a`b"},
            {"[a.b]", "a.b"},
            {"[a[[b]", "a[[b"},  // there is no way to double a bracket
            {"'it''s'", "it's"},
            {"\"a\\b\"", "a\\b"},
            {"\"Größe\"", "Größe"},
            {"[open", "open"},
            {"`", ""},
            {"", ""},
        },
        in_sqlite);
    CHECK(rev::sql::folded_name("\"ACCOUNT Ä\"", in_sqlite) == "account Ä");
    CHECK(rev::sql::folded_name("\"ACCOUNT\"", in_postgresql) == "ACCOUNT");
    CHECK(rev::sql::folded_name("ACCOUNT", in_postgresql) == "account");
}

TEST_CASE("a dot within quotes separates no parts of a name") {
    using Parts = std::vector<std::string>;
    using rev::sql::name_parts;
    CHECK(name_parts("app.Account", in_postgresql) == Parts{"app", "account"});
    CHECK(name_parts("app . \"a.b\"\"c\"", in_postgresql) == Parts{"app", "a.b\"c"});
    CHECK(name_parts("app./* x */\"A\" -- y", in_postgresql) == Parts{"app", "A"});
    CHECK(name_parts("'ready to go'", in_postgresql) == Parts{"ready to go"});
    CHECK(name_parts("U&\"\\0041\".b", in_postgresql) == Parts{"A", "b"});
    CHECK(name_parts("main.[A.B]", in_sqlite) == Parts{"main", "a.b"});
    CHECK(name_parts("`x`.'Y'", in_sqlite) == Parts{"x", "y"});
    for (const auto* no_name : {"", ".", "a.", ".b", "a b", "a, b", "1", "a;", "a..b", "-- a"}) {
        CAPTURE(no_name);
        CHECK(name_parts(no_name, in_postgresql) == std::nullopt);
    }
}

TEST_CASE("a name is quoted where it would mean something else without quotes") {
    using rev::sql::quoted_name;
    for (const auto dialect : {in_postgresql, in_sqlite}) {
        CHECK(quoted_name("account_2", dialect) == "account_2");
        CHECK(quoted_name("_rev", dialect) == "_rev");
        for (const auto* name : {"select", "a b", "2nd", "", "größe", "a$b", "a.b", "a-b"})
            CHECK(quoted_name(name, dialect) == "\"" + std::string(name) + "\"");
        CHECK(quoted_name("a\"b", dialect) == "\"a\"\"b\"");
    }
    // Words of the one are none of the other.
    CHECK(quoted_name("user", in_postgresql) == "\"user\"");
    CHECK(quoted_name("user", in_sqlite) == "user");
    CHECK(quoted_name("key", in_postgresql) == "key");
    CHECK(quoted_name("key", in_sqlite) == "\"key\"");
    // As the server's quote_ident() does, although a column may be called so.
    CHECK(quoted_name("between", in_postgresql) == "\"between\"");
    // SQLite finds a name whatever its case; PostgreSQL would fold it.
    CHECK(quoted_name("Account", in_postgresql) == "\"Account\"");
    CHECK(quoted_name("Account", in_sqlite) == "Account");
    CHECK(quoted_name("Select", in_sqlite) == "\"Select\"");
}

TEST_CASE("a quoted name is what it was made of") {
    for (const auto* name : {"account", "Account", "a\"b", "a.b", "[a]", "a]b", "`", "größe", "U&", "\\0041", "'"})
        for (const auto dialect : {in_postgresql, in_sqlite})
            CHECK(rev::sql::unquoted_name(rev::sql::quoted_name(name, dialect), dialect) == name);
}

TEST_CASE("what PostgreSQL's strings say") {
    check_strings(
        {
            {"'it''s'", "it's"},
            {"'a\\nb'", "a\\nb"},
            {"E'a\\nb\\t\\\\\\'\\q'", "a\nb\t\\'q"},
            {"e'\\x41\\101\\u00e4\\U0001F600'", "AA\u00e4\U0001F600"},
            {"e'\\ud83d\\ude00'", "\U0001F600"},
            {"E'\\x4'", "\x04"},
            {"E'\\u12'", "u12"},
            {"E'it''s'\n  -- more\n  'and \\'more'", "it'sand 'more"},
            {"U&'d\\0061t\\+000061'", "data"},
            {"U&'it''s \\\\'", "it's \\"},
            {"N'x'", "x"},
            {"B'101'", "101"},
            {"X'1f'", "1f"},
            {"$$it's$$", "it's"},
            {"$tag$a $$ b$tag$", "a $$ b"},
            {"$tag$open", "open"},
            {"'open", "open"},
            {"'open''", "open'"},
            {"E'open\\", "open"},
            {"E'", ""},
            {"''", ""},
            {"$1", "$1"},
            {"word", "word"},
            {"a$b$c", "a$b$c"},
            {"", ""},
        },
        in_postgresql);
    check_strings({{"'a\\nb'", "a\nb"}, {"N'\\''", "'"}, {"X'1f'", "1f"}, {"$$\\n$$", "\\n"}}, in_postgresql,
                  Backslash::escape);
}

TEST_CASE("in SQLite a backslash is a letter, and a dollar quotes nothing") {
    check_strings({{"'a\\'", "a\\"}, {"x'1F'", "1F"}, {"$a$", "$a$"}, {"'it''s'", "it's"}, {"`a``b`", "a`b"}},
                  in_sqlite);
}

TEST_CASE("what stands between quotes is a part of the text") {
    using rev::sql::quoted_content;
    CHECK(quoted_content("'it''s'", in_postgresql) == "it''s");
    CHECK(quoted_content("E'a\\''", in_postgresql) == "a\\'");
    CHECK(quoted_content("$x$ a $x$", in_postgresql) == " a ");
    CHECK(quoted_content("\"a\"\"b\"", in_postgresql) == "a\"\"b");
    CHECK(quoted_content("'open", in_postgresql) == "open");
    CHECK(quoted_content("'''", in_postgresql) == "''");
    CHECK(quoted_content("app$x", in_postgresql) == "app$x");
    CHECK(quoted_content("[a b]", in_sqlite) == "a b");
    CHECK(quoted_content("[", in_postgresql) == "[");
}

TEST_CASE("a text as SQL says the text") {
    using rev::sql::text_literal;
    CHECK(text_literal("it's", in_postgresql) == "'it''s'");
    CHECK(text_literal("a\\'b", in_postgresql) == "E'a\\\\''b'");
    CHECK(text_literal("a\\'b", in_sqlite) == "'a\\''b'");
    for (const auto* text : {"", "'", "\\", "\\\\'", "a\nb", "$$", "größe"})
        for (const auto dialect : {in_postgresql, in_sqlite})
            CHECK(rev::sql::unquoted(text_literal(text, dialect), dialect) == text);
}

TEST_CASE("a string goes on behind a line end, with nothing but blanks and comments between") {
    using rev::sql::find_quote_continuation;
    CHECK(find_quote_continuation("'a'\n'b'", 3) == 4);
    CHECK(find_quote_continuation("'a' \r\n\t-- it's\n  'b'", 3) == 17);
    CHECK(find_quote_continuation("'a' -- x\r'b'", 3) == 9);
    CHECK(find_quote_continuation("'a' 'b'", 3) == 0);
    CHECK(find_quote_continuation("'a'\n/* x */'b'", 3) == 0);
    CHECK(find_quote_continuation("'a'\n", 3) == 0);
    CHECK(find_quote_continuation("'a'", 3) == 0);
}

TEST_CASE("the quote that closes is found, or that none does") {
    using rev::sql::find_closing_quote;
    CHECK(find_closing_quote("'a''b' c", 0, false) == 5);
    CHECK(find_closing_quote("'a\\'b'", 0, false) == 3);
    CHECK(find_closing_quote("'a\\'b'", 0, true) == 5);
    CHECK(find_closing_quote("x'a'\n'b'", 1, true) == 7);
    CHECK(find_closing_quote("'a''", 0, false) == std::string_view::npos);
    CHECK(find_closing_quote("'a\\", 0, true) == std::string_view::npos);
    CHECK(find_closing_quote("'", 0, false) == std::string_view::npos);
    CHECK(rev::sql::dollar_tag_end("$$x", 0) == 2);
    CHECK(rev::sql::dollar_tag_end("a$tag$", 1) == 6);
    CHECK(rev::sql::dollar_tag_end("$größe$", 0) == 9);
    CHECK(rev::sql::dollar_tag_end("$1", 0) == std::string_view::npos);
    CHECK(rev::sql::dollar_tag_end("$tag", 0) == std::string_view::npos);
}
