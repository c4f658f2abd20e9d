// Which ranges can be squashed, and what the file has.
#include "rewrite/squash.hpp"

#include <doctest/doctest.h>

#include <random>

#include "graph/invariants.hpp"
#include "rev/error.hpp"
#include "sql/statements.hpp"
#include "support/graph_of.hpp"
#include "support/program.hpp"
#include "support/small_graphs.hpp"

namespace rev::rewrite {
namespace {

using test::graph_of;
using test::RevisionSpec;

template <typename Ask>
std::string refusal(Ask ask) {
    try {
        ask();
    } catch (const Error& error) {
        CHECK_FALSE(error.hint().empty());
        return error.code() + ": " + error.what();
    }
    return "";
}

std::string refused_range(const std::string& graph, const std::string& range) {
    const auto built = graph_of(graph);
    return refusal([&] { (void)find_range(built, range); });
}

TEST_CASE("a range is one line, both ends included") {
    const auto graph = graph_of("a -> b, b -> c, c -> d");
    CHECK(test::text_of(find_range(graph, "b:c")) == "b c");
    CHECK(test::text_of(find_range(graph, ":c")) == "a b c");
    CHECK(test::text_of(find_range(graph, "base:head")) == "a b c d");
    CHECK(refused_range("a -> b, b -> c", "b:b") == "nothing_to_squash: the range is b alone");
    CHECK(refused_range("a -> b, b -> c", "c:a") == "not_a_line: c is not below a");
    CHECK(refused_range("a -> b, b -> c", "b").starts_with("bad_range"));
    CHECK(refused_range("a -> b, b -> c", "b:").starts_with("bad_range"));
    CHECK(refused_range("a -> b, b -> c", "a:zzz").starts_with("unknown_revision"));
}

TEST_CASE("what leads into the middle or out of it is named") {
    CHECK(refused_range("a -> b, b -> c, a -> x", "a:c") == "not_a_line: a is a branch point: x revises it too");
    CHECK(refused_range("a -> b, a -> c, b c -> d", "a:d") == "not_a_line: d joins branches: it revises b and c");
    CHECK(refused_range("a -> b, b -> c, b => x", "a:c") == "not_a_line: x depends on b");
    CHECK(refused_range("x, a -> b, b -> c, x => b", "a:c") == "not_a_line: b depends on x");
    CHECK(refused_range("a -> b[mid], b -> c", "a:c") == "not_a_line: b has the branch label mid");
    // At the ends all of that is fine.
    CHECK(refused_range("x, a -> b, b -> c, x => a, c => y, c -> d, c -> e", "a:c").empty());
    CHECK(refused_range("a[one] -> b, b -> c[two]", "a:c").empty());
    CHECK(refused_range("x -> m, y -> m, m -> n", "m:n").empty());
}

/// The first range of two or more that can be squashed, from a random place on; empty: there is none.
std::string find_squashable(const Graph& graph, std::mt19937& random) {
    const auto count = graph.size();
    const auto start = random() % count;
    for (std::size_t i = 0; i < count * count; ++i) {
        const auto& first = graph.revisions()[(start + i) % count];
        const auto& last = graph.revisions()[(start + i / count) % count];
        const auto range = first.id + ":" + last.id;
        if (refusal([&] { (void)find_range(graph, range); }).empty()) return range;
    }
    return {};
}

TEST_CASE("a graph with a squash keeps every invariant of the planner") {
    std::size_t squashed = 0;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        std::mt19937 random(seed);
        const auto before = test::random_graph(4 + seed % 14, seed);
        const Graph graph(before);
        const auto range = find_squashable(graph, random);
        if (range.empty()) continue;
        ++squashed;
        const auto line = find_range(graph, range);
        auto squash = *line.back();
        squash.revises = line.front()->revises;
        squash.depends_on = line.front()->depends_on;
        for (const auto* each : line) squash.squashes.push_back(each->id);
        const auto after = with_squash(graph, line, squash);
        CAPTURE(test::arrows_text(before));
        CAPTURE(range);
        CHECK(after.size() == before.size() - line.size() + 1);
        const test::Invariants invariants(after);
        for (const auto& revision : after) {
            CHECK(invariants.broken({Direction::upgrade, {}, {revision.id}}) == "");
            CHECK(invariants.broken({Direction::upgrade, {revision.id}, {"heads"}}) == "");
            CHECK(invariants.broken({Direction::downgrade, {revision.id}, {"base"}}) == "");
            CHECK(invariants.broken({Direction::stamp, {revision.id}, {"heads"}}) == "");
        }
    }
    CHECK(squashed > 200);
}

RevisionFile part(const RevisionSpec& spec) {
    return parse_revision_file(test::revision_text(spec), "versions/" + spec.id + ".sql");
}

RevisionSpec table(const std::string& id, const std::string& revises, const std::string& more = "") {
    return {.id = id,
            .revises = revises,
            .upgrade = "CREATE TABLE " + id + " (id int)" + more,
            .downgrade = "DROP TABLE " + id};
}

TEST_CASE("the squash has the last one's id, the first one's parents, and the SQL of all") {
    auto first = table("b1", "a1");
    first.header = "depends_on: x1\nbranch_labels: one";
    auto last = table("c1", "b1", "; SELECT 1");
    last.header = "created: today\nbranch_labels: two";
    last.sections = "\n-- rev:verify\nSELECT id FROM c1;\n";
    const std::vector parts{part(first), part(last)};
    const auto squash = make_squash(parts, "accounts");
    const auto file = parse_revision_file(squash.text, "squash.sql");
    const auto& revision = file.header.revision;
    CHECK(revision.id == "c1");
    CHECK(revision.message == "accounts");
    CHECK(revision.revises == std::vector<RevisionId>{"a1"});
    CHECK(revision.depends_on == std::vector<std::string>{"x1"});
    CHECK(revision.branch_labels == std::vector<std::string>{"one", "two"});
    CHECK(revision.squashes == std::vector<RevisionId>{"b1", "c1"});
    CHECK(file.header.description == "b1: make b1\nc1: make c1");
    CHECK_FALSE(file.header.squashed_checksums.empty());
    const auto& upgrade = *file.find_section(SectionKind::upgrade, Dialect::sqlite);
    CHECK(normalized_sql(file.text_of(upgrade), Dialect::sqlite) ==
          "CREATE TABLE b1 ( id int ) ;\nCREATE TABLE c1 ( id int ) ;\nSELECT 1 ;\n");
    const auto& downgrade = *file.find_section(SectionKind::downgrade, Dialect::sqlite);
    CHECK(normalized_sql(file.text_of(downgrade), Dialect::sqlite) == "DROP TABLE c1 ;\nDROP TABLE b1 ;\n");
    CHECK(file.verify_sections(Dialect::sqlite).size() == 1);

    // A squash of squashes keeps all.
    const std::vector again{part(table("a1", "")), file};
    const auto whole = make_squash(again, "");
    CHECK(whole.header.revision.squashes == std::vector<RevisionId>{"a1", "b1", "c1"});
    CHECK(whole.header.squashed_checksums.size() > file.header.squashed_checksums.size());
    CHECK(whole.header.revision.message == "squash a1 to c1");
}

TEST_CASE("one irreversible part makes the whole irreversible") {
    auto last = table("c1", "b1");
    last.downgrade = "-";
    const std::vector parts{part(table("b1", "a1")), part(last)};
    const auto file = parse_revision_file(make_squash(parts, "").text, "squash.sql");
    CHECK(file.find_section(SectionKind::downgrade, Dialect::sqlite) == nullptr);
}

std::string refused_part(const RevisionSpec& last) {
    const std::vector parts{part(table("b1", "a1")), part(last), part(table("d1", "c1"))};
    return refusal([&] { (void)make_squash(parts, ""); });
}

TEST_CASE("parts that cannot run as one are refused by name") {
    auto spec = table("c1", "b1");
    spec.header = "transaction: false";
    CHECK(refused_part(spec) == "not_squashable: c1 cannot be squashed: it runs outside a transaction");
    spec.header = "variables: owner";
    CHECK(refused_part(spec).find("its `variables` is another one than that of b1") != std::string::npos);
    spec.header = "sqlite_foreign_keys: false";
    CHECK(refused_part(spec).starts_with("not_squashable: c1"));
    spec = table("c1", "b1");
    spec.sections = "\n-- rev:upgrade sqlite\nSELECT 1;\n";
    CHECK(refused_part(spec).find("it has upgrade sections for every dialect, sqlite") != std::string::npos);
    spec = table("c1", "b1");
    spec.upgrade = "-- rev:todo";
    CHECK(refused_part(spec).starts_with("unwritten_section"));
    for (const std::string sql : {"PRAGMA legacy_alter_table = ON", "CREATE TEMP TABLE t (id)", "ATTACH 'x' AS y"}) {
        spec = table("c1", "b1");
        spec.upgrade = sql;
        CAPTURE(sql);
        CHECK(refused_part(spec).starts_with("not_squashable: c1 cannot be squashed:"));
    }
    spec.upgrade = "CREATE TABLE c1 (id int) /* open";
    CHECK(refused_part(spec).find("comment or a string") != std::string::npos);
}

std::string upgrade_for(const std::string& sql, const std::string& dialect) {
    const auto text = [&](const std::string& id, const std::string& body) {
        return parse_revision_file(
            "-- " + id + "\n--\n-- revision: " + id + "\n-- revises:\n\n-- rev:upgrade" + dialect + "\n" + body + "\n",
            id + ".sql");
    };
    const std::vector parts{text("a1", sql), text("b1", "CREATE TABLE b (id int);")};
    return make_squash(parts, "").text;
}

TEST_CASE("settings end between the parts") {
    const auto ends = [](const std::string& sql, const std::string& dialect = "") {
        const auto text = upgrade_for(sql, dialect);
        return text.find("RESET ALL") != std::string::npos;
    };
    CHECK(ends("SET search_path = app; CREATE TABLE a (id int);"));
    CHECK(ends("SELECT pg_catalog.set_config('search_path', '', false);"));
    CHECK(ends("SELECT anything();", " postgresql"));
    CHECK(ends("DO $$ BEGIN PERFORM 1; END $$;"));
    CHECK(ends("CREATE TEMP TABLE t (id int);", " postgresql"));
    CHECK_FALSE(ends("SELECT 1; CREATE TABLE a (id int);"));
    CHECK_FALSE(ends("CREATE TABLE a (id int); INSERT INTO a VALUES (1);", " postgresql"));
    CHECK(upgrade_for("PRAGMA defer_foreign_keys = ON;", "").find("PRAGMA defer_foreign_keys = OFF;") !=
          std::string::npos);
}

TEST_CASE("COPY's rows, and statements without an end, stay what they are") {
    const auto text = upgrade_for("COPY a FROM stdin;\n1\t;\n\\.\n", " postgresql");
    CHECK(text.find("\\.\n\n-- [b1]") != std::string::npos);
    CHECK(upgrade_for("-- nothing", "").find(";\n\n-- [b1]") == std::string::npos);
    CHECK(upgrade_for("SELECT 1 -- the end", "").find("-- the end\n;\n\n-- [b1]") != std::string::npos);
}

TEST_CASE("statements that a schema does not have are listed once, with file and line") {
    const std::vector<RevisionFile> parts = {
        part({.id = "a",
              .upgrade = "CREATE TABLE t (id int);\nINSERT INTO t\n  VALUES (1);\nCREATE TABLE u AS SELECT 1;\n"
                         "CREATE TABLE v (a int DEFAULT (cast(1 as int)));"}),
        part({.id = "b", .revises = "a", .upgrade = "SELECT f(); VACUUM; COMMENT ON TABLE t IS 'x';"})};
    const std::vector<Dialect> both = {Dialect::postgresql, Dialect::sqlite};
    std::string text;
    for (const auto& each : find_row_statements(parts, both))
        text += each.revision + " " + std::to_string(each.line) + " " + each.sql + "\n";
    CAPTURE(text);
    CHECK(text.find("INSERT INTO t VALUES (1)\n") != std::string::npos);
    CHECK(text.find("CREATE TABLE u AS SELECT 1\n") != std::string::npos);
    CHECK(text.find("SELECT f()\n") != std::string::npos);
    CHECK(std::ranges::count(text, '\n') == 3);
}

TEST_CASE("a squash of the schema lists what it leaves out below its first marker") {
    const std::vector<RevisionFile> parts = {part({.id = "a", .upgrade = "INSERT INTO t VALUES (1);"}),
                                             part({.id = "b", .revises = "a", .upgrade = "SELECT 1;"})};
    const std::vector<RowStatement> left_out = {{"a", "squashed/b/a.sql", 7, "-- rev:upgrade"}};
    const auto squash = make_schema_squash(parts, "", {"-- rev:upgrade sqlite\nCREATE TABLE t (id int);\n"}, left_out);
    const auto file = parse_revision_file(squash.text, "versions/b.sql");
    REQUIRE(file.sections.size() == 1);
    CHECK(file.text_of(file.sections[0]) ==
          "-- Not carried over, as it may change rows:\n-- a squashed/b/a.sql:7: -- rev:upgrade\n"
          "CREATE TABLE t (id int);\n");
    CHECK(file.header.revision.squashes == std::vector<std::string>{"a", "b"});
}

}  // namespace
}  // namespace rev::rewrite
