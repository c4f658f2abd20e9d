#include "db/sql_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace rev::test {
namespace {

std::vector<std::string> split(std::string_view text, Dialect dialect = Dialect::postgresql) {
    std::vector<std::string> statements;
    sql::StatementScanner scanner(text, dialect);
    while (scanner.next()) statements.emplace_back(text.substr(scanner.begin(), scanner.end() - scanner.begin()));
    return statements;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("statements end at semicolons outside quotes, comments and parentheses") {
    CHECK(split("").empty());
    CHECK(split(" ;; -- a;\n /* ; /* ; */ */ ;").empty());
    CHECK(split("a; b") == Texts{"a;", "b"});
    CHECK(split("a ';' \";\" b; c -- ;\n;") == Texts{"a ';' \";\" b;", "c -- ;\n;"});
    CHECK(split("a $$;$$; b $x$;$$;$x$; c") == Texts{"a $$;$$;", "b $x$;$$;$x$;", "c"});
    CHECK(split("a E'\\';' ; b") == Texts{"a E'\\';' ;", "b"});
    CHECK(split("a E'x''\\';' ; b") == Texts{"a E'x''\\';' ;", "b"});
    CHECK(split("CREATE RULE r AS ON UPDATE TO t DO (a; b); c") ==
          Texts{"CREATE RULE r AS ON UPDATE TO t DO (a; b);", "c"});
    CHECK(split("SELECT $1; SELECT a$b; c") == Texts{"SELECT $1;", "SELECT a$b;", "c"});
}

TEST_CASE("the body of a function in SQL notation is one statement") {
    const std::string function =
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;";
    CHECK(split(function + " SELECT 2") == Texts{function, "SELECT 2"});
}

TEST_CASE("SQLite has its own quotes and no dollar quotes") {
    CHECK(split("a `;` [;] \";\"; b $x$; c", Dialect::sqlite) == Texts{"a `;` [;] \";\";", "b $x$;", "c"});
}

TEST_CASE("a text that ends inside a quote or comment is told apart") {
    const auto is_closed = [](std::string_view text, Backslash backslash) {
        sql::StatementScanner scanner(text, Dialect::postgresql, backslash);
        while (scanner.next()) continue;
        return scanner.certain();
    };
    for (const auto* text : {"", "a", "a;", "a; -- b", "a 'b'';'", "a $$ ' $$", "a 'b\\'", "E'a'\n'\\''"}) {
        CAPTURE(text);
        CHECK(is_closed(text, Backslash::ordinary));
    }
    for (const auto* text : {"a 'b", "a \"b", "a $$ b", "a $x$ b $$", "/* a", "/* /* */", "E'a' -- b\n'\\'"}) {
        CAPTURE(text);
        CHECK_FALSE(is_closed(text, Backslash::ordinary));
    }
    CHECK_FALSE(is_closed("a 'b\\'", Backslash::escape));
    CHECK(is_closed("a 'b\\''", Backslash::escape));
    // N'...' is an ordinary string behind a word.
    CHECK(is_closed("N'b\\'", Backslash::ordinary));
    CHECK_FALSE(is_closed("N'b\\'", Backslash::escape));
}

TEST_CASE("statements that begin or end a transaction are known, comments or not") {
    const auto control = [](std::string_view text) { return sql::transaction_control(text, Dialect::postgresql); };
    CHECK(control("commit") == "COMMIT");
    CHECK(control("/* a */ COMMIT") == "COMMIT");
    CHECK(control("-- a\rCOMMIT") == "COMMIT");
    CHECK(control("START /* a */ TRANSACTION") == "START TRANSACTION");
    CHECK(control("PREPARE TRANSACTION 'x'") == "PREPARE TRANSACTION");
    CHECK(control("ROLLBACK WORK") == "ROLLBACK");
    for (const auto* text : {"ROLLBACK TO a", "ROLLBACK WORK TO SAVEPOINT a", "PREPARE a AS SELECT 1",
                             "PREPARE transaction AS SELECT 1", "CREATE TABLE begin_x ()", "SAVEPOINT a", ""}) {
        CAPTURE(text);
        CHECK(control(text).empty());
    }
}

TEST_CASE("text whose meaning a setting decides is told apart") {
    for (const auto* text : {"SELECT 'a\\n'", "SELECT 'ä'", "SELECT u&'a'"}) CHECK(sql::depends_on_settings(text));
    for (const auto* text : {"SELECT 'a', 1 & 2", "SELECT $$;$$"}) CHECK_FALSE(sql::depends_on_settings(text));
}

TEST_CASE("statements are found by index and by byte") {
    const std::string_view text = " a;\n-- x\n b; c";
    CHECK(sql::statement_offset(text, 0, Dialect::postgresql) == 1);
    CHECK(sql::statement_offset(text, 1, Dialect::postgresql) == 10);
    CHECK(sql::statement_offset(text, 9, Dialect::postgresql) == 13);
    CHECK(sql::statement_index(text, 1, Dialect::postgresql) == 0);
    CHECK(sql::statement_index(text, 10, Dialect::postgresql) == 1);
    CHECK(sql::statement_index(text, 13, Dialect::postgresql) == 2);
}

TEST_CASE("placeholders are replaced outside quotes only") {
    const auto numbered = [](std::size_t index) { return "$" + std::to_string(index + 1); };
    CHECK(db::replace_placeholders("a ? '?' \"?\" ?", numbered) == "a $1 '?' \"?\" $2");
}

}  // namespace rev::test
