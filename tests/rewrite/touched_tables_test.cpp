// Which tables SQL changes, and which it only names.
#include "rewrite/touched_tables.hpp"

#include <doctest/doctest.h>

namespace rev::rewrite {
namespace {

std::string joined(const std::set<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += name + " ";
    return text;
}

struct Case {
    const char* sql;
    const char* changed;
    const char* used;
};

void check_all(Dialect dialect, const std::vector<Case>& cases) {
    for (const auto& each : cases) {
        CAPTURE(each.sql);
        const auto tables = touched_tables(each.sql, dialect);
        CHECK(joined(tables.changed) == each.changed);
        CHECK(joined(tables.used) == each.used);
    }
}

TEST_CASE("PostgreSQL's parse trees say it") {
    check_all(Dialect::postgresql,
              {
                  {"CREATE TABLE account (id int, owner int REFERENCES person)", "account ", "person "},
                  {"ALTER TABLE ONLY app.\"Account\" ADD COLUMN x int", "app.Account ", ""},
                  {"ALTER TABLE a RENAME TO b", "a b ", ""},
                  {"ALTER TABLE a RENAME COLUMN x TO y", "a ", ""},
                  {"CREATE INDEX ON ACCOUNT (name)", "account ", ""},
                  {"CREATE UNIQUE INDEX CONCURRENTLY i ON public.account (name)", "account ", ""},
                  {"DROP TABLE IF EXISTS a, s.b CASCADE", "a s.b ", ""},
                  {"DROP VIEW v; DROP TRIGGER t ON a; DROP INDEX i", "a v ", ""},
                  {"COMMENT ON COLUMN app.account.x IS 'table other'", "app.account ", ""},
                  {"INSERT INTO a SELECT * FROM b JOIN c USING (id)", "a ", "b c "},
                  {"UPDATE a SET x = 1 FROM b; DELETE FROM d USING e", "a d ", "b e "},
                  {"WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone", "a b ", "gone "},
                  {"TRUNCATE a, b", "a b ", ""},
                  {"CREATE VIEW v AS SELECT * FROM account", "v ", "account "},
                  {"CREATE MATERIALIZED VIEW m AS SELECT 1 FROM a", "m ", "a "},
                  {"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()", "a ", ""},
                  {"GRANT SELECT ON a TO app", "a ", ""},
                  {"CREATE POLICY p ON a USING (true)", "a ", ""},
                  {"SELECT 'DROP TABLE x'; -- DROP TABLE y", "", ""},
                  {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM a $$", "", ""},
                  {"ALTER TABLE a NO SUCH GRAMMAR", "a ", ""},
                  {"ALTER TABLE app.\"A.b\"\"c\" NO SUCH GRAMMAR", "app.A.b\"c ", ""},
              });
}

TEST_CASE("SQLite's tokens say it") {
    check_all(Dialect::sqlite,
              {
                  {"CREATE TABLE IF NOT EXISTS Account (id INTEGER, p REFERENCES person)", "account ", "person "},
                  {"ALTER TABLE \"account\" ADD COLUMN x", "account ", ""},
                  {"ALTER TABLE account_new RENAME TO account", "account account_new ", ""},
                  {"CREATE UNIQUE INDEX i ON [account] (name)", "account ", ""},
                  {"CREATE TEMP TABLE t AS SELECT * FROM main.a", "t ", "a "},
                  {"DROP TABLE IF EXISTS `a`", "a ", ""},
                  {"INSERT OR REPLACE INTO a SELECT * FROM b", "a ", "b "},
                  {"UPDATE OR IGNORE a SET x = 'FROM z'", "a ", ""},
                  {"DELETE FROM a WHERE id IN (SELECT id FROM b)", "a ", "b "},
                  {"CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END", "a ", "b "},
                  {"CREATE VIEW v AS SELECT 1 FROM a JOIN b", "v ", "a b "},
                  {"SELECT 1 -- FROM x", "", ""},
                  {"INSERT INTO \"A.b\"\"c\" SELECT * FROM main.[D.e]", "a.b\"c ", "d.e "},
                  {"UPDATE 'a' SET x = 1", "a ", ""},
              });
}

TEST_CASE("what is dropped is named as the database names it") {
    using Names = std::vector<std::string>;
    CHECK(dropped_by("DROP TABLE IF EXISTS \"A.b\", app.C; ALTER TABLE ONLY t DROP COLUMN IF EXISTS \"x\"\"Y\"",
                     Dialect::postgresql) == Names{"table A.b", "table app.c", "column t.x\"Y"});
    CHECK(dropped_by("DROP TABLE [A.b]; DELETE FROM `C``d`", Dialect::sqlite) == Names{"table a.b", "rows of c`d"});
}

TEST_CASE("any text gives an answer") {
    for (const std::string text :
         {"", ";", "DROP TABLE", "ALTER TABLE \"", "CREATE", "INSERT INTO 'a", "FROM FROM FROM"})
        for (const auto dialect : {Dialect::postgresql, Dialect::sqlite})
            CHECK_NOTHROW((void)touched_tables(text, dialect));
}

}  // namespace
}  // namespace rev::rewrite
