// Markers above statements in revision files: where they count, and what is said of those that do not.
#include <doctest/doctest.h>

#include "script/revision_file.hpp"
#include "script_support.hpp"
#include "sql/statement_markers.hpp"
#include "sql/statements.hpp"

namespace rev::test {
namespace {

const std::string upgrade_header = "-- m\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade\n";

Error error_in_section(const std::string& section) {
    return error_of([&] { static_cast<void>(parse_revision_file(upgrade_header + section, "f.sql")); });
}

/// What is wrong with a section that begins in line 7: "code f.sql:line:column".
std::string fault_in_section(const std::string& section) { return summary(error_in_section(section)); }

bool is_fine(const std::string& section) {
    return parse_revision_file(upgrade_header + section, "f.sql").sections.size() == 1;
}

/// "unless 0, if 1" of the markers of a text.
std::string markers_of(std::string_view text, Dialect dialect = Dialect::postgresql) {
    std::string all;
    const auto statements = split_statements(text, dialect);
    for (const auto& marker : sql::read_markers(text, dialect, statements, sql::UnknownMarkers::refused))
        all += (all.empty() ? "" : ", ") + std::string(marker.text.substr(4)) + " " + std::to_string(marker.statement);
    return all;
}

TEST_CASE("a marker holds for the statement below it") {
    CHECK(
        markers_of("-- rev:unless column t.c\nALTER TABLE t ADD c int;\nSELECT 1;\n-- rev:if table x\nDROP TABLE x;") ==
        "unless column t.c 0, if table x 2");
    CHECK(markers_of("-- rev:unless table a\n-- why\n\n/* so */\n-- rev:if table b\nSELECT 1; SELECT 2;") ==
          "unless table a 0, if table b 0");
    CHECK(markers_of("-- rev:repeat pause=100ms\r\nDELETE FROM t;\r\n") == "repeat pause=100ms 0");
    CHECK(markers_of("\xEF\xBB\xBF-- rev:if table t\nSELECT 1") == "if table t 0");
    CHECK(markers_of("SELECT 1; -- rev: nothing\n-- rev:if view \"a.b\".\"c\"\"d\"\nSELECT 2") ==
          "if view \"a.b\".\"c\"\"d\" 1");
    CHECK(
        markers_of("-- rev:unless SELECT 1 FROM t WHERE a = '; -- )' AND (b);\nSELECT 2").starts_with("unless SELECT"));
}

TEST_CASE("what stands in strings, bodies, block comments and data is no marker") {
    for (const std::string text :
         {"SELECT '\n-- rev:unless table t\n';", "SELECT $$\n-- rev:if nonsense\n  -- rev:repeat\n$$;",
          "/*\n-- rev:unless\n*/ SELECT 1;", "SELECT \"\n-- rev:repeat x\n\";",
          "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\nSELECT 1; END;", "COPY t FROM stdin;\n-- rev:repeat\n\\.\n"}) {
        INFO(text);
        CHECK(markers_of(text).empty());
    }
    CHECK(is_fine("SELECT $$\n-- rev:if nonsense\n  -- rev:upgrade\n$$;\n"));
}

TEST_CASE("what looks like a marker and is none is refused where it stands") {
    CHECK(fault_in_section("  -- rev:unless table t\nSELECT 1;") == "bad_marker f.sql:7:3");
    CHECK(fault_in_section("SELECT 1;\n\t--rev:if table t\nSELECT 1;") == "bad_marker f.sql:8:2");
    CHECK(fault_in_section("--rev:repeat\nDELETE FROM t;") == "bad_marker f.sql:7:1");
    CHECK(fault_in_section("-- rev: unless table t\nSELECT 1;") == "bad_marker f.sql:7:8");
    CHECK(fault_in_section("  -- rev:upgrade\nSELECT 1;") == "bad_marker f.sql:7:3");
    CHECK(fault_in_section("  -- rev: so it was\nSELECT 1;") == "bad_marker f.sql:7:3");
    CHECK(fault_in_section("  -- REV:if table t\nSELECT 1;") == "bad_marker f.sql:7:3");
    CHECK(fault_in_section("SELECT 1; -- rev:if table t\nSELECT 2;") == "bad_marker f.sql:7:11");
    CHECK(fault_in_section("/* a */ -- rev:repeat\nDELETE FROM t;") == "bad_marker f.sql:7:9");
    CHECK(fault_in_section("SELECT 1\n-- rev:if table t\n+ 2;") == "bad_marker f.sql:8:1");
    CHECK(error_in_section("-- rev:unles table t\nSELECT 1;").hint().find("unless") != std::string::npos);
    CHECK(is_fine("  -- rev:ignore drop-table x\n-- revert\n  -- reverse: x\nSELECT 1; -- rev:downgrade\n"));
}

TEST_CASE("a marker needs a statement, and what it says must make sense") {
    CHECK(fault_in_section("SELECT 1;\n-- rev:unless table t\n") == "bad_marker f.sql:8:1");
    CHECK(fault_in_section("-- rev:unless table t\n\n-- rev:downgrade\nSELECT 1;") == "bad_marker f.sql:7:1");
    CHECK(fault_in_section("-- rev:unless\nSELECT 1;") == "bad_marker f.sql:7:4");
    CHECK(fault_in_section("-- rev:unless tabel t\nSELECT 1;") == "bad_marker f.sql:7:15");
    CHECK(fault_in_section("-- rev:unless column t\nSELECT 1;") == "bad_marker f.sql:7:22");
    CHECK(fault_in_section("-- rev:unless column a.b.c.d\nSELECT 1;") == "bad_marker f.sql:7:22");
    CHECK(fault_in_section("-- rev:unless table t.\nSELECT 1;") == "bad_marker f.sql:7:21");
    CHECK(fault_in_section("-- rev:unless table 'x'\nSELECT 1;") == "bad_marker f.sql:7:21");
    CHECK(fault_in_section("-- rev:unless table \"\"\nSELECT 1;") == "bad_marker f.sql:7:21");
    CHECK(fault_in_section("-- rev:unless table t u\nSELECT 1;") == "bad_marker f.sql:7:23");
    CHECK(fault_in_section("-- rev:unless SELECT 1; SELECT 2\nSELECT 1;") == "bad_marker f.sql:7:25");
    CHECK(fault_in_section("-- rev:unless SELECT (1\nSELECT 1;") == "bad_marker f.sql:7:15");
    CHECK(fault_in_section("-- rev:unless SELECT 1) OR (true\nSELECT 1;") == "bad_marker f.sql:7:23");
    CHECK(fault_in_section("-- rev:unless SELECT 'x\nSELECT 1;") == "bad_marker f.sql:7:15");
    CHECK(fault_in_section("-- rev:repeat pause=soon\nDELETE FROM t;") == "bad_marker f.sql:7:21");
    CHECK(fault_in_section("-- rev:repeat 100ms\nDELETE FROM t;") == "bad_marker f.sql:7:15");
    CHECK(fault_in_section("-- rev:repeat\n-- rev:repeat\nDELETE FROM t;") == "bad_marker f.sql:8:1");
    CHECK(fault_in_section("SELECT 1;\n\n-- rev:verify\n-- rev:if table t\nSELECT 1;") == "bad_marker f.sql:10:1");
    CHECK(summary(error_of([] {
              static_cast<void>(
                  parse_revision_file("-- m\n--\n-- revision: a1\n-- revises:\n\n-- rev:if table t\n", "f.sql"));
          })) == "bad_marker f.sql:6:8");
}

TEST_CASE("within a section with until, a marker is text") {
    CHECK(parse_revision_file("-- m\n--\n-- revision: a1\n-- revises:\n\n-- rev:upgrade until x\n-- rev:unless table\n"
                              "  -- rev: so\nSELECT 1;\n-- rev:end x\n",
                              "f.sql")
              .sections.front()
              .verbatim);
}

TEST_CASE("a marker counts for the checksum, white space in it and other comments do not") {
    const auto sum = [](std::string_view text) { return normalized_sql(text, Dialect::sqlite); };
    const auto* marked = "-- rev:unless column t.c\nALTER TABLE t ADD c;";
    CHECK(sum(marked) != sum("ALTER TABLE t ADD c;"));
    CHECK(sum(marked) != sum("-- rev:if column t.c\nALTER TABLE t ADD c;"));
    CHECK(sum(marked) != sum("-- rev:unless column t.d\nALTER TABLE t ADD c;"));
    CHECK(sum(marked) == sum("-- why\r\n-- rev:unless   column  t . c\r\nALTER TABLE t ADD c"));
    CHECK(sum("-- rev:ignore x y\nSELECT 1") == sum("SELECT 1"));
    CHECK(sum("SELECT '\n-- rev:repeat\n'") == "SELECT '\n-- rev:repeat\n' ;\n");
    CHECK(sum("-- rev:repeat pause=1s\nDELETE FROM t") != sum("-- rev:repeat pause=2s\nDELETE FROM t"));
    CHECK(sum(sum(marked)) == sum(marked));
}

}  // namespace
}  // namespace rev::test
