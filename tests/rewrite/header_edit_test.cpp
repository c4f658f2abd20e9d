// One header line changes, and no byte beside it.
#include "rewrite/header_edit.hpp"

#include <doctest/doctest.h>

#include <string>

#include "rev/error.hpp"
#include "script/revision_file.hpp"

namespace rev::rewrite {
namespace {

const std::string sections = "\n-- rev:upgrade\n-- revises: not this\nSELECT 1;\n-- rev:downgrade\n";

std::string file_with(const std::string& line, const std::string& line_end = "\n") {
    std::string text = "-- message" + line_end + "--" + line_end + "-- revises: nothing; a description" + line_end +
                       "--" + line_end + "-- revision: b1" + line_end + line + line_end + "-- created: now" + line_end;
    return text + sections;
}

TEST_CASE("the value of a header line changes and all else stays") {
    struct Case {
        std::string before, after;
    };
    for (const auto& each : {
             Case{"-- revises: a1", "-- revises: c1"},
             Case{"-- revises:", "-- revises: c1"},
             Case{"-- revises:   ", "-- revises: c1   "},
             Case{"--revises:a1", "--revises:c1"},
             Case{"--   revises :   a1  ,b1  ", "--   revises :   c1  "},
             Case{"-- revises: a1\t", "-- revises: c1\t"},
         }) {
        for (const std::string line_end : {"\n", "\r\n"})
            for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
                CAPTURE(each.before);
                const auto text = mark + file_with(each.before, line_end);
                CHECK(with_header_value(text, "b1.sql", "revises", {"c1"}) == mark + file_with(each.after, line_end));
            }
    }
    CHECK(with_header_value(file_with("-- revises: a1"), "b1.sql", "revises", {}) == file_with("-- revises: "));
    CHECK(with_header_value(file_with("-- revises: a1"), "b1.sql", "revises", {"c1", "d1"}) ==
          file_with("-- revises: c1, d1"));
}

TEST_CASE("what was written reads back as it was meant, for a file that ends in its header too") {
    const std::string text = "-- revision: b1\n-- revises: a1";
    const auto changed = with_header_value(text, "b1.sql", "revises", {"c1"});
    CHECK(parse_header(changed, "b1.sql").revision.revises == std::vector<RevisionId>{"c1"});
    CHECK(with_header_value("-- revises:\n-- revision: b1", "", "revises", {"x"}) == "-- revises: x\n-- revision: b1");
    CHECK_THROWS_AS((void)with_header_value("-- revision: b1\n", "b1.sql", "revises", {"c1"}), Error);
}

TEST_CASE("an id in a list is renamed, and only where it stands as a whole") {
    const auto text = file_with("-- revises: 003,  0031, 30");
    CHECK(with_renamed_id(text, "revises", "0031", "7") == file_with("-- revises: 003,  7, 30"));
    CHECK(with_renamed_id(text, "revises", "003", "004") == file_with("-- revises: 004,  0031, 30"));
    CHECK(with_renamed_id(text, "revises", "31", "4") == text);
    CHECK(with_renamed_id(text, "depends_on", "003", "004") == text);
    CHECK(with_renamed_id(text, "revision", "b1", "b2") != text);
}

}  // namespace
}  // namespace rev::rewrite
