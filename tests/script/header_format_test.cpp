#include <doctest/doctest.h>

#include <random>

#include "script/header_format.hpp"
#include "script/revision_file.hpp"

namespace {

rev::RevisionHeader header_with(std::string message, std::string description = "") {
    rev::RevisionHeader header;
    header.revision.id = "a1";
    header.revision.revises = {"b1", "c1"};
    header.revision.created = "2026-11-21 03:47:11Z";
    header.revision.message = std::move(message);
    header.description = std::move(description);
    return header;
}

/// Reads back what is written, with sections below as a real file has them.
rev::RevisionHeader read_back(const rev::RevisionHeader& header) {
    return rev::parse_revision_file(rev::format_header(header) + "\n-- rev:upgrade\nSELECT 1;\n", "f.sql").header;
}

void check_same_header(const rev::RevisionHeader& left, const rev::RevisionHeader& right) {
    CHECK(left.revision.id == right.revision.id);
    CHECK(left.revision.revises == right.revision.revises);
    CHECK(left.revision.depends_on == right.revision.depends_on);
    CHECK(left.revision.branch_labels == right.revision.branch_labels);
    CHECK(left.revision.created == right.revision.created);
    CHECK(left.revision.message == right.revision.message);
    CHECK(left.description == right.description);
    CHECK(left.transaction == right.transaction);
    CHECK(left.sqlite_foreign_keys == right.sqlite_foreign_keys);
    CHECK(left.variables == right.variables);
    CHECK(left.statement_lock_timeout == right.statement_lock_timeout);
    CHECK(left.statement_timeout == right.statement_timeout);
    CHECK(left.lock_retries == right.lock_retries);
}

std::string random_message(std::mt19937& random) {
    static const std::vector<std::string> pieces = {"\n",
                                                    "\r\n",
                                                    "\r",
                                                    " ",
                                                    "\t",
                                                    "--",
                                                    "-- ",
                                                    "rev:",
                                                    "-- rev:upgrade",
                                                    "revision: x",
                                                    "'",
                                                    "\"",
                                                    "*/",
                                                    "/*",
                                                    "revises:",
                                                    "depends_on: q",
                                                    "a",
                                                    "é",
                                                    "日本",
                                                    "\U0001F600",
                                                    "\x1b",
                                                    "\x7f",
                                                    "\xc2\x9b",
                                                    "${message}",
                                                    ";",
                                                    "$$",
                                                    "\\",
                                                    "\xff",
                                                    std::string(1, '\0'),
                                                    ":",
                                                    "rev:downgrade",
                                                    "-- revision: z",
                                                    "\xEF\xBB\xBF"};
    std::string message;
    for (auto count = random() % 12; count > 0; --count) message += pieces[random() % pieces.size()];
    return message;
}

}  // namespace

TEST_CASE("every key of a header reads back") {
    auto header = header_with("add account table", "Why.\n\n  How.");
    header.revision.depends_on = {"core", "d1"};
    header.revision.branch_labels = {"x", "y/z"};
    header.transaction = false;
    header.sqlite_foreign_keys = true;
    header.variables = {"owner", "schema"};
    header.statement_lock_timeout = "5s";
    header.statement_timeout = "1h";
    header.lock_retries = 0;
    check_same_header(read_back(header), header);
}

TEST_CASE("a header is written as people write it") {
    CHECK(rev::format_header(header_with("add account table", "Why.")) ==
          "-- add account table\n--\n-- Why.\n--\n-- revision: a1\n-- revises: b1, c1\n"
          "-- created: 2026-11-21 03:47:11Z\n");
    rev::RevisionHeader bare;
    bare.revision.id = "a1";
    CHECK(rev::format_header(bare) == "-- revision: a1\n-- revises:\n");
}

TEST_CASE("a one-line message reads back whatever it holds") {
    for (const std::string message :
         {"it's \"quoted\"", "*/ DROP TABLE x; /*", "-- x", "--", "rev:upgrade", "-- rev:upgrade", "revision: x",
          "revises: y", "key: value", "日本語 \U0001F600", "${message}", "a\tb", "$$ \\ ; %s {0}"}) {
        CAPTURE(message);
        check_same_header(read_back(header_with(message)), header_with(message));
    }
    check_same_header(read_back(header_with(std::string(10'000, 'x'))), header_with(std::string(10'000, 'x')));
}

TEST_CASE("further lines of a message become the description") {
    const auto back = read_back(header_with("\n first\r\nrev:upgrade\r\rrevision: x\n\n", "more"));
    CHECK(back.revision.message == "first");
    CHECK(back.description == "rev:upgrade\n\nrevision: x\n\n\n\nmore");
}

TEST_CASE("control characters become spaces, bytes that are no UTF-8 the replacement character") {
    CHECK(read_back(header_with("a\x1b[31mb\x7f\xc2\x9b"
                                "c"))
              .revision.message == "a [31mb  c");
    CHECK(read_back(header_with("a\xff")).revision.message == "a\uFFFD");
    CHECK(read_back(header_with(std::string("a\0b", 3))).revision.message == "a b");
}

TEST_CASE("control characters at either end of a value are no part of it") {
    auto header = header_with("m");
    header.revision.created = "\x01 2026 \x02";
    CHECK(rev::format_header(header).ends_with("-- created: 2026\n"));
    header.revision.created = "\x01";
    CHECK(rev::format_header(header).ends_with("-- revises: b1, c1\n"));
}

TEST_CASE("an empty message takes the description's first line") {
    CHECK(read_back(header_with("", "x\ny")).revision.message == "x");
    CHECK(read_back(header_with("", "x\ny")).description == "y");
    CHECK(read_back(header_with(" \n ")).revision.message.empty());
}

TEST_CASE("any message gives a header that reads back, and once more the same") {
    std::mt19937 random(20261121);
    for (int round = 0; round < 20'000; ++round) {
        const auto message = random_message(random);
        const auto description = random_message(random);
        CAPTURE(message);
        CAPTURE(description);
        const auto once = read_back(header_with(message, description));
        const auto twice = read_back(once);
        REQUIRE(once.revision.id == "a1");
        REQUIRE(once.revision.revises == std::vector<std::string>{"b1", "c1"});
        REQUIRE(once.revision.message == rev::script::split_message(message + "\n\n" + description).message);
        REQUIRE(twice.revision.message == once.revision.message);
        REQUIRE(twice.description == once.description);
    }
}
