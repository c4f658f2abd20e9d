#include "import/flyway_names.hpp"

#include <doctest/doctest.h>

using rev::foreign::FlywayKind;

namespace {

/// "V 1.2 create users"; empty: no file of Flyway's.
std::string name(std::string_view file) {
    const auto parsed = rev::foreign::parse_flyway_name(file, {});
    if (!parsed) return {};
    const std::string_view kinds = "VRUBC";
    return std::string(1, kinds[static_cast<std::size_t>(parsed->kind)]) + " " + parsed->version + " " +
           parsed->description;
}

}  // namespace

TEST_CASE("names of files are taken apart as Flyway does") {
    CHECK(name("V1__create_users.sql") == "V 1 create users");
    CHECK(name("V1_2.3__x.SQL") == "V 1.2.3 x");
    CHECK(name("V1.sql") == "V 1 ");
    CHECK(name("V2__.sql") == "V 2 ");
    CHECK(name("V1__a__b.sql") == "V 1 a  b");
    CHECK(name("R__views.sql") == "R  views");
    CHECK(name("U1__x.sql") == "U 1 x");
    CHECK(name("B7__x.sql") == "B 7 x");
    CHECK(name("afterMigrate.sql") == "C  afterMigrate");
    CHECK(name("afterMigrate__views.sql") == "C  afterMigrate");
    for (const auto* other :
         {"v1__x.sql", "V1a__x.sql", "V__x.sql", "R1__x.sql", "x.sql", "V1__x.txt", "beforeClean.sql"})
        CHECK(name(other).empty());
}

TEST_CASE("versions are compared part by part, as numbers") {
    const auto compare = rev::foreign::compare_flyway_versions;
    CHECK(compare("1", "1.0") == 0);
    CHECK(compare("1.2", "1.10") < 0);
    CHECK(compare("2", "1.9.9") > 0);
    CHECK(compare("01", "1") == 0);
    CHECK(compare("20240101000000", "3") > 0);
}

// Of Flyway's own tests and of zlib's crc32 over the lines without their ends.
TEST_CASE("checksums do not see line ends") {
    const auto checksum = rev::foreign::flyway_checksum;
    CHECK(checksum("SELECT 1;\nSELECT 2;\n") == checksum("SELECT 1;\r\nSELECT 2;"));
    CHECK(checksum("123456789") == "-873187034");  // 0xCBF43926, the check value of CRC-32
    CHECK(checksum("") == "0");
}

TEST_CASE("placeholders are filled in everywhere, whatever their case") {
    rev::foreign::FlywayPlaceholders placeholders;
    placeholders.values = {{"name", "people"}};
    const auto filled = rev::foreign::fill_in_flyway("a ${NAME} '${name}' -- ${Name}", placeholders);
    CHECK(filled.text == "a people 'people' -- people");
    CHECK(filled.used == std::vector<std::string>{"name"});
    CHECK(rev::foreign::fill_in_flyway("x ${other}", placeholders).missing == 2);
    CHECK(rev::foreign::fill_in_flyway("x ${open", placeholders).missing == 2);
    CHECK(rev::foreign::fill_in_flyway("$${open}", placeholders).text == "$${open}");
}
