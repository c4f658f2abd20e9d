// A history of the size and kind that real projects have: hundreds of revisions with functions, triggers, DO blocks,
// enums, views, partial indexes, COPY and data migrations, with side branches that are merged again.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace {

using rev::test::count;
using rev::test::expect;
using rev::test::has;
using rev::test::ScenarioDatabase;
using rev::test::TemporaryProject;

constexpr std::size_t groups = 24;

/// One of the ten revisions of a group. `@` in its texts is the group's number; parents are places in the group, and
/// `before` is the merge that ends the group before.
constexpr std::size_t before = 10;
struct Kind {
    std::string_view message;
    std::vector<std::size_t> parents;
    std::string_view sections;
};

const std::array<Kind, 10>& kinds() {
    static const std::array<Kind, 10> all = {{
        {"create items @", {before}, R"sql(
-- rev:upgrade postgresql
CREATE TYPE state@ AS ENUM ('new', 'it''s; done', '$$');
CREATE TABLE items@ (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL DEFAULT 'a;b',
    state state@ NOT NULL DEFAULT 'new'
);
COMMENT ON TABLE items@ IS 'group @; "quoted", and -- no comment';

-- rev:upgrade sqlite
CREATE TABLE items@ (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL DEFAULT 'a;b',
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'it''s; done', '$$'))
);

-- rev:downgrade postgresql
DROP TABLE items@;
DROP TYPE state@;

-- rev:downgrade sqlite
DROP TABLE items@;
)sql"},
        {"fill items @", {0}, R"sql(
-- rev:upgrade postgresql
INSERT INTO items@ (id, name) SELECT i, 'item ' || i FROM generate_series(1, 20) AS i;
COPY items@ (id, name, state) FROM stdin;
21	tab\tand; semicolon	it's; done
22	\N\\.	$$
\.
UPDATE items@ SET name = upper(name) WHERE id % 2 = 0;

-- rev:upgrade sqlite
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 22)
INSERT INTO items@ (id, name) SELECT i, 'item ' || i FROM n;
UPDATE items@ SET name = upper(name) WHERE id % 2 = 0;

-- rev:downgrade
DELETE FROM items@;
)sql"},
        {"touch items @ by trigger", {1}, R"sql(
-- rev:upgrade postgresql
ALTER TABLE items@ ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
CREATE FUNCTION touch@() RETURNS trigger LANGUAGE plpgsql AS $touch$
DECLARE
    note TEXT := 'semicolons; in $$ bodies; and ''quotes''';
BEGIN
    NEW.touched := OLD.touched + 1; -- don't stop here;
    RETURN NEW;
END;
$touch$;
CREATE TRIGGER touch@ BEFORE UPDATE ON items@ FOR EACH ROW EXECUTE FUNCTION touch@();

-- rev:upgrade sqlite
ALTER TABLE items@ ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER touch@ AFTER UPDATE OF name ON items@
BEGIN
    UPDATE items@ SET touched = CASE WHEN OLD.touched < 0 THEN 0 ELSE OLD.touched + 1 END WHERE id = NEW.id;
    SELECT 'the END; of it';
END;

-- rev:downgrade postgresql
DROP TRIGGER touch@ ON items@;
DROP FUNCTION touch@();
ALTER TABLE items@ DROP COLUMN touched;

-- rev:downgrade sqlite
DROP TRIGGER touch@;
ALTER TABLE items@ DROP COLUMN touched;
)sql"},
        {"view of items @", {2}, R"sql(
-- rev:upgrade
CREATE INDEX items@_fresh ON items@ (name) WHERE state = 'new';
CREATE VIEW fresh@ AS SELECT id, name FROM items@ WHERE state = 'new' /* ; */;
UPDATE items@ SET name = name || '!' WHERE id = 1;

-- rev:downgrade
DROP VIEW fresh@;
DROP INDEX items@_fresh;

-- rev:verify empty
SELECT id FROM fresh@ WHERE name IS NULL;
)sql"},
        {"weigh items @ where that is missing", {3}, R"sql(
-- rev:upgrade postgresql
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM information_schema.columns WHERE table_name = 'items@' AND column_name = 'weight'
    ) THEN
        EXECUTE $q$ALTER TABLE items@ ADD COLUMN weight NUMERIC(10, 2)$q$;
    END IF;
    UPDATE items@ SET weight = length(name) * 1.5;
END
$$;

-- rev:upgrade sqlite
ALTER TABLE items@ ADD COLUMN weight NUMERIC(10, 2);
UPDATE items@ SET weight = length(name) * 1.5;

-- rev:downgrade
ALTER TABLE items@ DROP COLUMN weight;
)sql"},
        {"audit items @", {0}, R"sql(
-- rev:upgrade
CREATE TABLE audit@ (item INTEGER REFERENCES items@ (id), line TEXT NOT NULL);

-- rev:downgrade
DROP TABLE audit@;
)sql"},
        {"audit: first lines @", {5}, R"sql(
-- rev:upgrade
-- A comment; with a semicolon, an unmatched ' and a :name
INSERT INTO audit@ (line) VALUES ('50% of :name; $1 -- not a comment'), ('C:\path\'), ('two
lines');

-- rev:downgrade
DELETE FROM audit@
)sql"},
        {"rename a column of items @", {4}, R"sql(
-- rev:upgrade
ALTER TABLE items@ RENAME COLUMN weight TO mass;

-- rev:downgrade
ALTER TABLE items@ RENAME COLUMN mass TO weight;
)sql"},
        {"audit reads the view @", {6}, R"sql(
-- rev:upgrade
CREATE VIEW audited@ AS SELECT fresh@.id, line FROM fresh@ LEFT JOIN audit@ ON item = fresh@.id;

-- rev:downgrade
DROP VIEW audited@;
)sql"},
        {"merge @", {7, 8}, "\n-- rev:upgrade\n\n-- rev:downgrade\n"},
    }};
    return all;
}

std::string filled(std::string_view text, std::size_t group) {
    std::string result;
    for (const char c : text) {
        if (c == '@') {
            result += std::to_string(group);
        } else {
            result += c;
        }
    }
    return result;
}

/// Looks random, so that the order of the files says nothing about the graph.
std::string id_of(std::size_t group, std::size_t place) {
    const auto mixed = ((group * 10 + place + 1) * 0x5deece66d1ULL) & 0xffffffffffffULL;
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%012llx", static_cast<unsigned long long>(mixed));
    return text.data();
}

std::string revises(std::size_t group, const Kind& kind) {
    std::string list;
    for (const auto parent : kind.parents) {
        if (parent == before && group == 0) continue;
        if (!list.empty()) list += ", ";
        list += parent == before ? id_of(group - 1, 9) : id_of(group, parent);
    }
    return list;
}

void write_revision(const TemporaryProject& project, std::size_t group, std::size_t place) {
    const auto& kind = kinds().at(place);
    auto text = "-- " + filled(kind.message, group) + "\n--\n-- revision: " + id_of(group, place) +
                "\n-- revises: " + revises(group, kind) + "\n";
    if (place == 8) text += "-- depends_on: " + id_of(group, 3) + "\n";
    project.write("versions/" + id_of(group, place) + ".sql", text + filled(kind.sections, group));
}

TemporaryProject& history() {
    static TemporaryProject project;
    static const bool written = [] {
        for (std::size_t group = 0; group < groups; ++group) {
            for (std::size_t place = 0; place < kinds().size(); ++place) write_revision(project, group, place);
        }
        return true;
    }();
    REQUIRE(written);
    return project;
}

std::string newest() { return id_of(groups - 1, 9); }

void run_up_down_up(const ScenarioDatabase& database) {
    auto& project = history();
    project.url = database.url();

    expect(project, "check --single-head");
    expect(project, "upgrade head");
    CHECK(database.versions() == newest());
    const auto state = database.state();
    CHECK(count(state, "it''s; done") == groups);
    CHECK(count(state, "50% of :name; $1 -- not a comment") == groups);
    CHECK(count(state, "|C:\\path\\\n") == groups);
    CHECK(database.query("SELECT count(*), sum(touched) > 0 FROM items17;") ==
          (database.is_postgres() ? "22|t" : "22|1"));

    expect(project, "downgrade --yes " + id_of(groups / 2, 9));
    CHECK(database.versions() == id_of(groups / 2, 9));
    expect(project, "downgrade base --yes");
    CHECK(database.versions().empty());
    CHECK_FALSE(has(database.schema(), "items"));

    expect(project, "upgrade " + id_of(groups / 2, 6));
    expect(project, "upgrade head");
    CHECK(database.versions() == newest());
    CHECK(database.state() == state);
}

}  // namespace

TEST_CASE("hundreds of revisions run up, down and up again on SQLite to the same state") {
    const rev::test::TemporaryFolder folder;
    run_up_down_up(*rev::test::sqlite_database(folder.path() / "import.db"));
}

TEST_CASE("hundreds of revisions run up, down and up again on PostgreSQL to the same state") {
    run_up_down_up(*rev::test::postgres_database());
}

TEST_CASE("the printed script of hundreds of revisions gives the state that the online run gives") {
    const rev::test::TemporaryFolder folder;
    for (const auto& online : rev::test::both_databases(folder.path())) {
        CAPTURE(online->is_postgres());
        const auto offline = online->is_postgres() ? rev::test::postgres_database()
                                                   : rev::test::sqlite_database(folder.path() / "offline.db");
        auto& project = history();
        project.url = online->url();
        expect(project, "upgrade head");
        offline->query(expect(project, "upgrade head --sql --psql").out);
        CHECK(offline->state() == online->state());
        offline->query(expect(project, "downgrade " + newest() + ":base --sql --psql").out);
        CHECK(offline->versions().empty());
        CHECK_FALSE(has(offline->schema(), "items"));
    }
}
