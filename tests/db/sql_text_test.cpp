#include "db/sql_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace rev {
namespace {

std::vector<std::string> split(std::string_view text, Dialect dialect = Dialect::postgresql) {
    std::vector<std::string> statements;
    StatementScanner scanner(text, dialect);
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

TEST_CASE("a text that ends inside a quote or comment, or may end a transaction, is not joined with others") {
    for (const auto* text : {"", "a", "a;", "a; -- b", "a 'b'';'", "a $$ ' $$", "CREATE TABLE begin_x ()"}) {
        CAPTURE(text);
        CHECK(can_be_joined(text, Dialect::postgresql));
    }
    for (const auto* text : {"a 'b", "a \"b", "a $$ b", "a $x$ b $$", "/* a", "/* /* */", "a 'b\\'", "COMMIT",
                             "a; rollback", "BEGIN;", "end", "PREPARE TRANSACTION 'x'"}) {
        CAPTURE(text);
        CHECK_FALSE(can_be_joined(text, Dialect::postgresql));
    }
}

TEST_CASE("statements are found by index and by byte") {
    const std::string_view text = " a;\n-- x\n b; c";
    CHECK(statement_offset(text, 0, Dialect::postgresql) == 1);
    CHECK(statement_offset(text, 1, Dialect::postgresql) == 10);
    CHECK(statement_offset(text, 9, Dialect::postgresql) == 13);
    CHECK(statement_index(text, 1, Dialect::postgresql) == 0);
    CHECK(statement_index(text, 10, Dialect::postgresql) == 1);
    CHECK(statement_index(text, 13, Dialect::postgresql) == 2);
}

TEST_CASE("a long text is cut behind whole statements") {
    const std::string text = "aaaa; bbbb; 'cc;cc'; d";
    CHECK(cut_after_statement(text, 0, 11, Dialect::postgresql) == 11);
    CHECK(cut_after_statement(text, 0, 10, Dialect::postgresql) == 5);
    CHECK(cut_after_statement(text, 0, 1, Dialect::postgresql) == 5);
    CHECK(cut_after_statement(text, 11, 3, Dialect::postgresql) == 20);
    CHECK(cut_after_statement(text, 20, 1, Dialect::postgresql) == text.size());
}

TEST_CASE("placeholders are replaced outside quotes only") {
    const auto numbered = [](std::size_t index) { return "$" + std::to_string(index + 1); };
    CHECK(replace_placeholders("a ? '?' \"?\" ?", numbered) == "a $1 '?' \"?\" $2");
}

}  // namespace rev
