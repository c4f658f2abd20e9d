// Rows that are made up, for every rule that a generator can reasonably keep.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "scratch/place.hpp"
#include "scratch/row_maker.hpp"
#include "support/postgres.hpp"

namespace rev::test {
namespace {

class Filled {
public:
    Filled(Dialect dialect, const std::string& ddl) {
        scratch::PlaceRequest request;
        request.dialect = dialect;
        if (dialect == Dialect::postgresql) request.scratch_url = required_variable("REV_TEST_POSTGRES_URL");
        place_ = scratch::open_place(request);
        scratch_ = place_->make();
        const std::array commands = {Command{.kind = Command::Kind::sql, .sql = ddl}};
        scratch_->database().run(commands);
        maker_.fill_empty_tables(scratch_->database());
    }
    void run(const std::string& sql) {
        const std::array commands = {Command{.kind = Command::Kind::sql, .sql = sql}};
        scratch_->database().run(commands);
    }
    void fill() { maker_.fill_empty_tables(scratch_->database()); }
    std::string count(const std::string& table) { return query("SELECT count(*) FROM " + table); }
    std::string query(const std::string& sql) {
        return scratch_->database().query_in_session(sql).at(0).at(0).value_or("");
    }
    /// Their names and reasons.
    std::string failures() {
        std::string text;
        for (const auto& table : maker_.failures()) text += table.name + ": " + table.reason + "\n";
        return text;
    }

private:
    std::unique_ptr<scratch::Place> place_;
    std::unique_ptr<scratch::ScratchDatabase> scratch_;
    scratch::RowMaker maker_{{}};
};

const std::string rules_of_both = R"(
CREATE TABLE state (code varchar(2) PRIMARY KEY);
CREATE TABLE person (
    id integer PRIMARY KEY,
    email varchar(60) NOT NULL UNIQUE CHECK (email LIKE '%_@_%'),
    kind text NOT NULL CHECK (kind IN ('staff', 'guest')),
    age integer NOT NULL CHECK (age BETWEEN 18 AND 120),
    state varchar(2) NOT NULL REFERENCES state (code),
    boss integer REFERENCES person (id),
    born date CHECK (born < '2015-01-01'),
    left_at date, came_at date, CONSTRAINT stay CHECK (left_at > came_at)
);
CREATE TABLE visit (
    person integer NOT NULL REFERENCES person (id), day date NOT NULL, length integer CHECK (length % 15 = 0),
    PRIMARY KEY (person, day)
);
CREATE TABLE note (person integer NOT NULL, day date NOT NULL, body text NOT NULL CHECK (length(body) = 12),
    FOREIGN KEY (person, day) REFERENCES visit (person, day));
CREATE TABLE loop (id integer PRIMARY KEY, next integer NOT NULL REFERENCES loop (id));
CREATE TABLE money (amount numeric(12,2) NOT NULL CHECK (amount > 0), cut numeric(3,2) CHECK (cut >= 0 AND cut <= 1));
CREATE TABLE no_check (id integer CHECK (id <> id));
)";

TEST_CASE("types, NOT NULL, CHECK, unique and foreign keys, on both databases") {
    for (const auto dialect : {Dialect::sqlite, Dialect::postgresql}) {
        Filled filled(dialect, rules_of_both);
        CAPTURE(dialect_name(dialect));
        CAPTURE(filled.failures());
        for (const auto* table : {"state", "person", "visit", "note", "money"}) CHECK(filled.count(table) == "2");
        CHECK(filled.count("loop") != "0");
        CHECK(filled.count("no_check") == "2");  // NULL is not refused
    }
}

TEST_CASE("a table that takes no row is named with the reason") {
    for (const auto dialect : {Dialect::sqlite, Dialect::postgresql}) {
        Filled filled(dialect, "CREATE TABLE never (id integer NOT NULL CHECK (id <> id));");
        CHECK(filled.count("never") == "0");
        CHECK(filled.failures().find("never") != std::string::npos);
    }
}

TEST_CASE("PostgreSQL's types, domains, arrays, ranges, partitions, identity and generated columns") {
    Filled filled(Dialect::postgresql, R"(
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN code AS text NOT NULL CHECK (VALUE ~ '^[A-Z]{3}-[0-9]+$' OR VALUE = 'none');
CREATE DOMAIN share AS numeric(5,4) CHECK (VALUE >= 0 AND VALUE <= 1);
CREATE TABLE every (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial bigserial, m mood NOT NULL, p pair NOT NULL, c code,
    s share NOT NULL, a integer[] NOT NULL CHECK (cardinality(a) > 0), t text[] NOT NULL, j jsonb NOT NULL CHECK (jsonb_typeof(j) = 'array'),
    r int4range NOT NULL, d daterange NOT NULL, ts tsrange NOT NULL, mr int4multirange NOT NULL, u uuid NOT NULL UNIQUE, b bytea NOT NULL,
    i inet NOT NULL, k cidr NOT NULL, mac macaddr NOT NULL, x xml, bits bit(5) NOT NULL, vb bit varying(7) NOT NULL,
    iv interval NOT NULL, tm time NOT NULL, tz timestamptz NOT NULL, pt point NOT NULL, tv tsvector NOT NULL, ch "char" NOT NULL,
    n name NOT NULL, o oid NOT NULL, f double precision NOT NULL, sm smallint NOT NULL, bg bigint NOT NULL, mo money NOT NULL,
    c1 char(1) NOT NULL, doubled integer GENERATED ALWAYS AS (sm * 2) STORED,
    EXCLUDE USING gist (d WITH &&));
CREATE TABLE part (id integer NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE part_2031 PARTITION OF part FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
CREATE TABLE list (kind text NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE list_a PARTITION OF list FOR VALUES IN ('alpha');
)");
    CAPTURE(filled.failures());
    CHECK(filled.count("every") == "2");
    CHECK(filled.count("part") != "0");
    CHECK(filled.count("list") != "0");
}

TEST_CASE("SQLite's STRICT tables, tables without a type and without a rowid") {
    Filled filled(Dialect::sqlite, R"(
CREATE TABLE s (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c REAL NOT NULL, d BLOB NOT NULL, e ANY NOT NULL) STRICT;
CREATE TABLE u (a NOT NULL, b NOT NULL CHECK (typeof(b) = 'integer'), "odd ""name" NOT NULL);
CREATE TABLE w (k TEXT PRIMARY KEY, g INT GENERATED ALWAYS AS (1)) WITHOUT ROWID;
CREATE TABLE c (w REFERENCES w, hex TEXT NOT NULL CONSTRAINT is_hex CHECK (hex GLOB '[0-9a-f]*' AND length(hex) = 8));
)");
    CAPTURE(filled.failures());
    for (const auto* table : {"s", "u", "w", "c"}) CHECK(filled.count(table) != "0");
}

TEST_CASE("a table that had to wait for another one is filled again when both are emptied") {
    for (const auto dialect : {Dialect::sqlite, Dialect::postgresql}) {
        // The table that is referred to is the newer one.
        Filled filled(dialect,
                      dialect == Dialect::sqlite
                          ? "CREATE TABLE child (id integer PRIMARY KEY, p integer NOT NULL REFERENCES parent (id));"
                            "CREATE TABLE parent (id integer PRIMARY KEY);"
                          : "CREATE TABLE child (id integer PRIMARY KEY, p integer NOT NULL);"
                            "CREATE TABLE parent (id integer PRIMARY KEY);"
                            "ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES parent (id);");
        CHECK(filled.count("child") == "2");
        filled.run("DELETE FROM child; DELETE FROM parent;" +
                   std::string(dialect == Dialect::postgresql ? "TRUNCATE child, parent;" : ""));
        filled.fill();
        CHECK(filled.count("parent") == "2");
        CHECK(filled.count("child") == "2");
        CHECK(filled.failures().empty());
    }
}

}  // namespace
}  // namespace rev::test
