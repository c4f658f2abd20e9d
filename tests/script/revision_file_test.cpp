#include "script/revision_file.hpp"

#include <doctest/doctest.h>

#include "script/revision_file_support.hpp"

using rev::Dialect;
using rev::SectionKind;
using rev::test::error_in;
using rev::test::error_of;
using rev::test::header;
using rev::test::summary;
using namespace std::string_literals;
using Texts = std::vector<std::string>;

namespace {

const std::string full_text =
    "-- add account table\n"
    "--\n"
    "-- A longer explanation may follow,\n"
    "--   over several lines.\n"
    "--\n"
    "-- And paragraphs.\n"
    "--\n"
    "-- revision: 1975ea83b712\n"
    "-- revises: ae1027a6acf4, be1027a6acf4\n"
    "-- depends_on: 27c6a30d7c24\n"
    "-- branch_labels: accounts, team/core-2\n"
    "-- created: 2026-11-21 03:47:11Z\n"
    "-- transaction: false\n"
    "-- sqlite_foreign_keys: true\n"
    "-- variables: owner, schema\n"
    "-- statement_lock_timeout: 500ms\n"
    "-- statement_timeout: 2m\n"
    "-- lock_retries: 3\n"
    "\n"
    "-- rev:upgrade\n"
    "CREATE TABLE account (id INTEGER);\n"
    "\n"
    "-- rev:downgrade\n"
    "DROP TABLE account;\n";

/// What is wrong with a file of this text: "code f.sql:line:column".
std::string fault(const std::string& text) {
    return summary(error_of([&] { static_cast<void>(rev::parse_revision_file(text, "f.sql")); }));
}

std::string with_carriage_returns(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, 1, '\r');
    return text;
}

}  // namespace

TEST_CASE("a header gives every key, the message and the description") {
    const auto parsed = rev::parse_header(full_text, "versions/a.sql");
    CHECK(parsed.revision.id == "1975ea83b712");
    CHECK(parsed.revision.revises == Texts{"ae1027a6acf4", "be1027a6acf4"});
    CHECK(parsed.revision.depends_on == Texts{"27c6a30d7c24"});
    CHECK(parsed.revision.branch_labels == Texts{"accounts", "team/core-2"});
    CHECK(parsed.revision.message == "add account table");
    CHECK(parsed.revision.created == "2026-11-21 03:47:11Z");
    CHECK(parsed.revision.path == "versions/a.sql");
    CHECK(parsed.description == "A longer explanation may follow,\n  over several lines.\n\nAnd paragraphs.");
    CHECK(parsed.transaction == false);
    CHECK(parsed.sqlite_foreign_keys == true);
    CHECK(parsed.variables == Texts{"owner", "schema"});
    CHECK(parsed.statement_lock_timeout == "500ms");
    CHECK(parsed.statement_timeout == "2m");
    CHECK(parsed.lock_retries == 3);
    CHECK(parsed.revision_line == 8);
}

TEST_CASE("sections run from the line after their marker to the next marker, byte for byte") {
    const auto file = rev::parse_revision_file(full_text, "f.sql");
    REQUIRE(file.sections.size() == 2);
    const auto& upgrade = file.sections[0];
    CHECK(upgrade.marker_line == 20);
    CHECK(upgrade.first_line == 21);
    CHECK(file.text_of(upgrade) == "CREATE TABLE account (id INTEGER);\n\n");
    CHECK(file.text_of(file.sections[1]) == "DROP TABLE account;\n");
    CHECK(file.sections[1].marker_line == 23);
}

TEST_CASE("CRLF and a byte order mark change nothing but the sections' own bytes") {
    const auto plain = rev::parse_revision_file(full_text, "f.sql");
    const auto file = rev::parse_revision_file("\xEF\xBB\xBF" + with_carriage_returns(full_text), "f.sql");
    CHECK(rev::format_header(file.header) == rev::format_header(plain.header));
    CHECK(file.header.revision_line == plain.header.revision_line);
    REQUIRE(file.sections.size() == 2);
    CHECK(file.text_of(file.sections[1]) == "DROP TABLE account;\r\n");
    CHECK(file.text_of(file.sections[0]) == "CREATE TABLE account (id INTEGER);\r\n\r\n");
}

TEST_CASE("a file may lack message, sections and final line end") {
    const auto file = rev::parse_revision_file("-- revision: a1\n-- revises:", "f.sql");
    CHECK(file.header.revision.id == "a1");
    CHECK(file.header.revision.revises.empty());
    CHECK(file.header.revision.message.empty());
    CHECK(file.sections.empty());
    const auto marked = rev::parse_revision_file(header + "-- rev:upgrade", "f.sql");
    REQUIRE(marked.sections.size() == 1);
    CHECK(marked.text_of(marked.sections[0]).empty());
}

TEST_CASE("blank lines and comments around the header are welcome") {
    const auto parsed = rev::parse_header(
        "\n\n-- m\n\n-- more: text\n\n-- revision: a1\n-- revises: \n\n-- a note: here\n-- rev:upgrade", "f.sql");
    CHECK(parsed.revision.message == "m");
    CHECK(parsed.description == "more: text");
    CHECK(parsed.revision.id == "a1");
}

TEST_CASE("a section for the dialect wins over the one without") {
    const auto file = rev::parse_revision_file(header +
                                                   "-- rev:upgrade\ngeneral\n-- rev:upgrade sqlite\nlite\n"
                                                   "-- rev:downgrade postgres\nback\n",
                                               "f.sql");
    CHECK(file.text_of(*file.find_section(SectionKind::upgrade, Dialect::sqlite)) == "lite\n");
    CHECK(file.text_of(*file.find_section(SectionKind::upgrade, Dialect::postgresql)) == "general\n");
    CHECK(file.text_of(*file.find_section(SectionKind::downgrade, Dialect::postgresql)) == "back\n");
    CHECK(file.find_section(SectionKind::downgrade, Dialect::sqlite) == nullptr);
}

TEST_CASE("plain and empty verify sections stand beside each other") {
    const auto file = rev::parse_revision_file(header +
                                                   "-- rev:verify empty\nnone\n-- rev:verify\nany\n"
                                                   "-- rev:verify sqlite empty\nlite none\n",
                                               "f.sql");
    const auto lite = file.verify_sections(Dialect::sqlite);
    REQUIRE(lite.size() == 2);
    CHECK(file.text_of(*lite[0]) == "any\n");
    CHECK(file.text_of(*lite[1]) == "lite none\n");
    CHECK(lite[1]->expect_empty);
    const auto postgresql = file.verify_sections(Dialect::postgresql);
    REQUIRE(postgresql.size() == 2);
    CHECK(file.text_of(*postgresql[0]) == "none\n");
    CHECK(rev::parse_revision_file(header, "f.sql").verify_sections(Dialect::sqlite).empty());
}

TEST_CASE("only a line that begins with the marker is one") {
    const auto file = rev::parse_revision_file(
        header + "-- rev:upgrade\nSELECT '\n -- rev:downgrade\n'; -- rev:downgrade\n--- rev:verify\n-- revert\n",
        "f.sql");
    CHECK(file.sections.size() == 1);
}

TEST_CASE("an empty file, or one without a header, is refused") {
    CHECK(fault("") == "empty_file f.sql:1:1");
    CHECK(fault("\xEF\xBB\xBF") == "empty_file f.sql:1:1");
    CHECK(fault("\n \n") == "no_header f.sql:1:1");
    CHECK(fault("CREATE TABLE x (id INT);\n") == "no_header f.sql:1:1");
    CHECK(fault("-- rev:upgrade\nSELECT 1;\n") == "no_header f.sql:1:1");
    CHECK(fault("-- m\n--\n-- revises: a1\n") == "no_header f.sql:1:1");
}

TEST_CASE("a second header is refused where it begins") {
    CHECK(fault(header + "-- m\n--\n-- revision: b1\n-- revises:\n") == "two_headers f.sql:8:1");
    CHECK(fault("-- revision: a1\n-- revision: a2\n-- revises:\n") == "two_headers f.sql:2:1");
}

TEST_CASE("an unknown key is refused with the nearest known one") {
    const auto error = error_in("-- m\n--\n-- revision: a1\n-- revises:\n-- depend_on: b1\n");
    CHECK(summary(error) == "unknown_key f.sql:5:4");
    CHECK(error.hint() == "did you mean `depends_on`?");
    CHECK(error.location().line_text == "-- depend_on: b1");
    CHECK(error.exit_code() == rev::ExitCode::graph);
    CHECK(fault("-- revision: a1\n-- revises:\n-- zzzzzzzzzz: b1\n") == "unknown_key f.sql:3:4");
}

TEST_CASE("a key twice, none at all or apart from the header is refused") {
    CHECK(fault("-- revision: a1\n-- revises:\n-- revises: b1\n") == "duplicate_key f.sql:3:4");
    CHECK(fault("-- m\n--\n-- revision: a1\n-- created: x\n") == "missing_key f.sql:4:1");
    CHECK(fault("-- m\n-- revision: a1\n-- revises:\n") == "bad_header f.sql:1:4");
    CHECK(fault("-- revision: a1\n-- revises:\n\n-- depends_on: b1\n") == "bad_header f.sql:4:4");
    CHECK(fault("-- revision: a1\n-- revises:\n--\n-- transaction: false\n") == "bad_header f.sql:4:4");
}

TEST_CASE("a bad revision id is refused") {
    const auto with_id = [](const std::string& id) { return "-- revision: " + id + "\n-- revises:\n"; };
    CHECK(fault(with_id("")) == "bad_id f.sql:1:13");
    CHECK(fault(with_id("a b")) == "bad_id f.sql:1:14");
    CHECK(fault(with_id("a@b")) == "bad_id f.sql:1:14");
    CHECK(fault(with_id("ü")) == "bad_id f.sql:1:14");
    CHECK(fault(with_id("../x")) == "bad_id f.sql:1:14");
    for (const auto* word : {"head", "heads", "base", "current"}) CHECK(fault(with_id(word)) == "bad_id f.sql:1:14");
    CHECK(fault(with_id(std::string(33, 'a'))) == "bad_id f.sql:1:14");
    CHECK(rev::parse_header(with_id(std::string(32, 'a')), "f.sql").revision.id.size() == 32);
    CHECK(std::string(error_in(with_id(std::string(33, 'a'))).what()).find("33 characters") != std::string::npos);
}

TEST_CASE("bad entries of lists are refused where they stand") {
    const auto with = [](const std::string& line) { return "-- revision: a1\n-- revises:\n" + line + "\n"; };
    CHECK(fault("-- revision: a1\n-- revises: b1, c-1\n") == "bad_id f.sql:2:17");
    CHECK(fault("-- revision: a1\n-- revises: b1, b1\n") == "bad_value f.sql:2:17");
    CHECK(fault("-- revision: a1\n-- revises: b1,,c1\n") == "bad_value f.sql:2:16");
    CHECK(fault("-- revision: a1\n-- revises: b1,\n") == "bad_value f.sql:2:16");
    CHECK(fault(with("-- branch_labels: x, a b")) == "bad_label f.sql:3:22");
    CHECK(fault(with("-- branch_labels: head")) == "bad_label f.sql:3:19");
    CHECK(fault(with("-- depends_on: a@b")) == "bad_label f.sql:3:16");
    CHECK(fault(with("-- variables: owner, 1x")) == "bad_value f.sql:3:22");
}

TEST_CASE("bad values are refused") {
    const auto with = [](const std::string& line) { return "-- revision: a1\n-- revises:\n" + line + "\n"; };
    CHECK(fault(with("-- transaction: no")) == "bad_value f.sql:3:17");
    CHECK(fault(with("-- sqlite_foreign_keys:")) == "bad_value f.sql:3:24");
    CHECK(fault(with("-- statement_timeout: soon")) == "bad_value f.sql:3:23");
    CHECK(fault(with("-- lock_retries: -1")) == "bad_value f.sql:3:18");
    CHECK(fault(with("-- lock_retries: 1001")) == "bad_value f.sql:3:18");
    CHECK(fault(with("-- lock_retries: 3x")) == "bad_value f.sql:3:18");
}

TEST_CASE("text before the first marker that is no comment is refused") {
    CHECK(fault("CREATE TABLE x (id INT);\n" + header) == "stray_text f.sql:1:1");
    CHECK(fault(header + "SELECT 1;\n-- rev:upgrade\n") == "stray_text f.sql:6:1");
    CHECK(fault("-- revision: a1\n  -- revises:\n") == "stray_text f.sql:2:1");
}

TEST_CASE("a marker twice is refused, naming the first") {
    const auto error = error_in(header + "-- rev:upgrade\nSELECT 1;\n-- rev:upgrade\n");
    CHECK(summary(error) == "duplicate_section f.sql:8:1");
    CHECK(std::string(error.what()).find("line 6") != std::string::npos);
    CHECK(fault(header + "-- rev:verify sqlite empty\n-- rev:verify sqlite empty\n") == "duplicate_section f.sql:7:1");
    CHECK(fault(header + "-- rev:upgrade postgres\n-- rev:upgrade postgresql\n") == "duplicate_section f.sql:7:1");
}

TEST_CASE("a marker for an unknown dialect or section is refused with the nearest name") {
    const auto dialect = error_in(header + "-- rev:upgrade sqlit\n");
    CHECK(summary(dialect) == "unknown_dialect f.sql:6:16");
    CHECK(dialect.hint() == "did you mean `sqlite`?");
    CHECK(fault(header + "-- rev:upgrade mysql\n") == "unknown_dialect f.sql:6:16");
    const auto section = error_in(header + "-- rev:upgrad\n");
    CHECK(summary(section) == "bad_marker f.sql:6:8");
    CHECK(section.hint() == "did you mean `upgrade`?");
    CHECK(fault(header + "-- rev:\n") == "bad_marker f.sql:6:8");
    CHECK(fault(header + "-- rev: upgrade\n") == "bad_marker f.sql:6:8");
    CHECK(fault(header + "-- rev:upgrade empty\n") == "bad_marker f.sql:6:16");
    CHECK(fault(header + "-- rev:upgrade sqlite now\n") == "bad_marker f.sql:6:23");
}

TEST_CASE("a line that was surely meant as a marker is refused, not taken for a comment") {
    CHECK(fault(header + "-- rev:upgrade\nSELECT 1;\n--rev:downgrade\nDROP TABLE x;\n") == "bad_marker f.sql:8:1");
    CHECK(fault(header + "-- rev:upgrade\n--  rev:downgrade\n") == "bad_marker f.sql:7:1");
    CHECK(fault(header + "-- rev:upgrade\n-- REV: Verify\n") == "bad_marker f.sql:7:1");
    CHECK(rev::parse_revision_file(header + "-- rev:upgrade\n-- review this\n-- see rev:upgrade\n", "f.sql")
              .sections.size() == 1);
}

TEST_CASE("NUL bytes and bytes that are no UTF-8 are refused where they stand") {
    CHECK(fault("-- m\0x\n--\n-- revision: a1\n-- revises:\n"s) == "nul_byte f.sql:1:5");
    CHECK(fault("-- é\xff\n--\n-- revision: a1\n-- revises:\n") == "not_utf8 f.sql:1:5");
    CHECK(fault(header + "-- rev:upgrade\nSELECT '\0';\n"s) == "nul_byte f.sql:7:9");
    CHECK(fault(header + "-- rev:upgrade\nSELECT '\xe9';\n") == "not_utf8 f.sql:7:9");
}

TEST_CASE("the header can be read although the sections are damaged") {
    CHECK(rev::parse_header(header + "-- rev:upgrad\n\xff\0"s, "f.sql").revision.id == "a1");
}

TEST_CASE("ids and labels hold few characters and no reserved word") {
    CHECK(rev::is_valid_revision_id("1975ea83b712"));
    CHECK(rev::is_valid_revision_id("V1.2_x"));
    CHECK_FALSE(rev::is_valid_revision_id(""));
    CHECK_FALSE(rev::is_valid_revision_id("a-b"));
    CHECK_FALSE(rev::is_valid_revision_id("base"));
    CHECK(rev::is_valid_branch_label("team/core-2"));
    CHECK(rev::is_valid_branch_label(std::string(100, 'a')));
    CHECK_FALSE(rev::is_valid_branch_label("a+b"));
    CHECK_FALSE(rev::is_valid_branch_label("heads"));
    CHECK_FALSE(rev::is_valid_branch_label(""));
}

TEST_CASE("a line -- rev:todo marks its section as one to write, and no other") {
    const auto file = rev::parse_revision_file(header +
                                                   "-- rev:upgrade\nCREATE TABLE a (b int);\n"
                                                   "-- rev:downgrade\n-- rev:todo: write it\n-- rev:todo\n",
                                               "f.sql");
    REQUIRE(file.sections.size() == 2);
    CHECK_FALSE(file.sections[0].todo);
    REQUIRE(file.sections[1].todo);
    const auto error = rev::unwritten_section(file, file.sections[1]);
    CHECK(summary(error) == "unwritten_section f.sql:9:1");
    CHECK(error.location().line_text == "-- rev:todo: write it");
}

TEST_CASE("what follows -- rev:todo is free") {
    for (const auto* rest : {"", ":", ": write it", " write it", "\twrite it", "\r", ": écris-le"}) {
        CAPTURE(rest);
        const auto file =
            rev::parse_revision_file(header + "-- rev:upgrade\n\n-- rev:todo" + rest + "\nSELECT 1;\n", "f.sql");
        CHECK(file.sections.at(0).todo);
    }
}

TEST_CASE("what was meant as a todo and is none is an error, as it would be a comment") {
    const auto upgrade = header + "-- rev:upgrade\n";
    for (const auto* line : {"--rev:todo", "-- REV:todo", "-- rev: todo", "-- rev:todos", "-- rev:todo-later",
                             "-- rev:TODO", "--  rev:todo", "-- rev:tood", "  -- rev:todo", "\t--rev:todo: x"}) {
        CAPTURE(line);
        CHECK(fault(upgrade + line + "\n").starts_with("bad_marker f.sql:7:"));
    }
    CHECK(fault(header + "-- rev:todo\n-- rev:upgrade\n") == "bad_marker f.sql:6:1");
}

TEST_CASE("a todo within SQL and in other comments is text") {
    const auto upgrade = header + "-- rev:upgrade\n";
    for (const auto* line : {"SELECT 'rev:todo';", "SELECT 1; -- rev:todo", "-- see rev:todo", "-- TODO: later",
                             "/* -- rev:todo */", "-- revtodo"}) {
        CAPTURE(line);
        CHECK_FALSE(rev::parse_revision_file(upgrade + line + "\n", "f.sql").sections.at(0).todo);
    }
}

TEST_CASE("a section with `until` goes on to the end marker with its word, whatever stands between") {
    const auto file = rev::parse_revision_file(header +
                                                   "-- rev:upgrade until w1\nSELECT '\n-- rev:downgrade\n-- rev:todo\n"
                                                   "-- rev:end w2\n--rev:upgrade\n';\n\n-- rev:end w1\n-- note\n"
                                                   "-- rev:downgrade\nSELECT 2;\n",
                                               "f.sql");
    REQUIRE(file.sections.size() == 2);
    CHECK(file.text_of(file.sections[0]) ==
          "SELECT '\n-- rev:downgrade\n-- rev:todo\n-- rev:end w2\n--rev:upgrade\n';\n");
    CHECK_FALSE(file.sections[0].todo);
    CHECK(file.text_of(file.sections[1]) == "SELECT 2;\n");
    CHECK(file.sections[1].marker_line == 16);
}

TEST_CASE("a section with `until` may be empty and have a dialect") {
    const auto file = rev::parse_revision_file(header + "-- rev:verify sqlite empty until x\n-- rev:end x\n", "f.sql");
    REQUIRE(file.sections.size() == 1);
    CHECK(file.sections[0].length == 0);
    CHECK(file.sections[0].expect_empty);
    CHECK(file.sections[0].dialect == Dialect::sqlite);
}

TEST_CASE("ends of sections that fit nothing are refused") {
    CHECK(fault(header + "-- rev:upgrade until\n") == "bad_marker f.sql:6:16");
    CHECK(fault(header + "-- rev:upgrade until a\n-- rev:end b\n") == "bad_marker f.sql:6:1");
    CHECK(fault(header + "-- rev:end a\n") == "bad_marker f.sql:6:8");
    CHECK(fault(header + "-- rev:upgrade until a\n-- rev:end a\nSELECT 1;\n") == "stray_text f.sql:8:1");
    CHECK(fault(header + "-- rev:upgrade until a\n-- rev:end a\n-- rev:todo\n") == "bad_marker f.sql:8:1");
}
