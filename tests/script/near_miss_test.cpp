// Lines that were meant as something else: what other tools, Alembic and Git write into a file.
#include "script/near_miss.hpp"

#include <doctest/doctest.h>

#include "script/revision_file_support.hpp"

using rev::script::Doubt;
using rev::script::meant_marker;
using rev::test::error_in;
using rev::test::header;

namespace {

/// "code line" and the hint.
void check(const std::string& text, const std::string& code, std::size_t line, const std::string& hint) {
    CAPTURE(text);
    const auto error = error_in(text);
    CHECK(error.code() == code);
    CHECK(error.location().line == line);
    CHECK_MESSAGE(error.hint().find(hint) != std::string::npos, error.hint());
}

}  // namespace

TEST_CASE("conflict markers of Git are called that, wherever in the header they stand") {
    const std::string sides =
        "-- m\n--\n<<<<<<< HEAD\n-- revision: a1\n||||||| base\n-- revision: a0\n=======\n-- revision: a2\n>>>>>>> b\n"
        "-- revises:\n\n-- rev:upgrade\n";
    check(sides, "conflict_marker", 3, "`<<<<<<<`, `=======` and `>>>>>>>`");
    for (const std::string mark : {"<<<<<<<", "=======", ">>>>>>>", "|||||||", "<<<<<<< ours"}) {
        check(header + mark + "\n-- rev:upgrade\n", "conflict_marker", 6, "`<<<<<<<`");
        check(mark + "\r\n" + header, "conflict_marker", 1, "`<<<<<<<`");
    }
    check("======== title\n" + header, "stray_text", 1, "");
    CHECK_THROWS_AS(static_cast<void>(rev::parse_header(sides, "f.sql")), rev::Error);
}

TEST_CASE("a conflict explains a section that stands twice") {
    check(header + "<<<<<<< HEAD\n-- rev:upgrade\nSELECT 1;\n=======\n-- rev:upgrade\nSELECT 2;\n>>>>>>> b\n",
          "conflict_marker", 6, "");
    check(header + "-- rev:upgrade\n<<<<<<< HEAD\nSELECT 1;\n-- rev:downgrade\n=======\n-- rev:downgrade\n>>>>>>> b\n",
          "conflict_marker", 7, "");
}

TEST_CASE("a key of Alembic or of another tool is answered with rev's, on its line") {
    const auto with = [](const std::string& line) {
        return "-- m\n--\n-- revision: b1\n" + line + "\n\n-- rev:upgrade\n";
    };
    check(with("-- down_revision: a1"), "unknown_key", 4, "did you mean `revises`?");
    check(with("-- Revises: a1"), "unknown_key", 4, "did you mean `revises`?");
    check(with("-- parent: a1"), "unknown_key", 4, "did you mean `revises`?");
    check(with("-- down_revision = 'a1'"), "bad_header", 4, "write `-- revises: ");
    check("-- m\n--\n-- revision: b1\n\n-- down_revision: a1\n-- rev:upgrade\n", "bad_header", 5,
          "write `-- revises: a1`");
}

TEST_CASE("a header written another way is pointed at") {
    check("-- m\n--\n-- revision = 'b1'\n-- revises: a1\n\n-- rev:upgrade\n", "bad_header", 3,
          "write `-- revision: b1`");
    check("-- m\n--\n--revision: b1\n-- revises:\n", "bad_header", 3, "write `-- revision: b1`");
    check("-- m\n--\n-- Revision ID: b1\n-- Revises: a1\n", "bad_header", 3, "write `-- revision: b1`");
    check("# m\n# revision: b1\n", "bad_header", 2, "write `-- revision: b1`");
    check("revision = \"b1\"\ndown_revision = None\n", "bad_header", 1, "write `-- revision: b1`");
}

TEST_CASE("a marker written another way is pointed at, with what to write") {
    const auto with = [](const std::string& line) { return header + line + "\nCREATE TABLE x (id int);\n"; };
    for (const std::string up :
         {"--rev:upgrade", "-- REV:upgrade", "--  rev: Upgrade", "-- up", "-- Up:", "-- upgrade", "-- +goose Up",
          "-- +migrate Up", "-- migrate:up", "-- migrate:up transaction:false", "-- !Ups", "-- rev upgrade"})
        check(with(up), "bad_marker", 6, "`-- rev:upgrade`");
    check(with("-- rev: upgrade"), "bad_marker", 6, "`-- rev:upgrade`");
    for (const std::string down : {"--rev:downgrade", "-- +goose Down", "-- migrate:down", "-- //@UNDO"})
        check(header + "-- rev:upgrade\nSELECT 1;\n" + down + "\nDROP TABLE x;\n", "bad_marker", 8,
              "`-- rev:downgrade`");
}

TEST_CASE("a comment stays a comment") {
    for (const std::string comment : {"-- up", "-- downgrade", "-- revert", "-- review this", "-- see rev:upgrade",
                                      "--- rev:verify", "-- upper case", "-- migrate: up to now all is well"}) {
        CAPTURE(comment);
        CHECK(rev::script::meant_marker(comment, Doubt::none).empty());
        CHECK(rev::parse_revision_file(header + comment + "\n-- rev:upgrade\n" + comment + "\nSELECT 1;\n", "f.sql")
                  .sections.size() == 1);
    }
    CHECK(
        rev::parse_revision_file("--rev:upgrade is what the message says\n--\n-- revision: a1\n-- revises:\n", "f.sql")
            .sections.empty());
    CHECK(rev::script::find_conflict_marker("SELECT '\n=======\n';\n", rev::script::ConflictIn::sql) ==
          rev::script::npos);
}
