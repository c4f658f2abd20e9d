#include "import/compose.hpp"

#include <doctest/doctest.h>

#include <random>

using rev::SectionKind;

namespace {

rev::RevisionHeader header() {
    rev::RevisionHeader header;
    header.revision.id = "a1";
    header.revision.message = "make it";
    return header;
}

std::string section(const rev::RevisionFile& file, SectionKind kind) {
    const auto* found = file.find_section(kind, rev::Dialect::sqlite);
    REQUIRE(found != nullptr);
    return std::string(file.text_of(*found));
}

/// Pieces that may be read as markers, as their ends, or as what surrounds them.
const std::vector<std::string> pieces{"-- rev:upgrade\n",
                                      "-- rev:downgrade sqlite\n",
                                      "-- rev:verify empty\n",
                                      "-- rev:todo\n",
                                      "  -- rev:todo: x\n",
                                      "-- rev:end\n",
                                      "-- rev:end abcd1234\n",
                                      "--rev:upgrade\n",
                                      "-- +goose Up\n",
                                      "-- migrate:down\n",
                                      "-- revision: b\n",
                                      "SELECT 1;\n",
                                      "'",
                                      "\r\n",
                                      "\n",
                                      "<<<<<<< HEAD\n",
                                      "-- rev:upgrade until x\n",
                                      "$$",
                                      "-- up",
                                      "\xEF\xBB\xBF"};

std::string random_text(std::minstd_rand& random) {
    std::string text;
    const auto count = random() % 7;
    for (unsigned at = 0; at < count; ++at) text += pieces[random() % pieces.size()];
    return text;
}

bool is_same(const std::string& read, const std::string& written) { return read == written || read == written + "\n"; }

}  // namespace

TEST_CASE("sections without markers are written as they are") {
    const auto text = rev::foreign::compose_revision(header(), {"SELECT 1;\n", "SELECT 2;", {}, {}}, "f.sql");
    CHECK(text.ends_with("-- rev:upgrade\nSELECT 1;\n-- rev:downgrade\nSELECT 2;\n"));
}

TEST_CASE("a section that holds a marker goes on until a word of its own") {
    const std::string sql = "INSERT INTO t VALUES ('\n-- rev:downgrade\n');\n";
    const auto text = rev::foreign::compose_revision(header(), {sql, {}, {}, {}}, "f.sql");
    CHECK(text.find("-- rev:upgrade until ") != std::string::npos);
    const auto file = rev::parse_revision_file(text, "f.sql");
    CHECK(file.sections.size() == 1);
    CHECK(section(file, SectionKind::upgrade) == sql);
}

TEST_CASE("whatever the sections hold, they read back byte for byte") {
    std::minstd_rand random(20261127);
    for (int round = 0; round < 5000; ++round) {
        const rev::foreign::Sections sections{random_text(random), random_text(random), random_text(random), {}};
        const auto text = rev::foreign::compose_revision(header(), sections, "f.sql");
        CAPTURE(text);
        const auto file = rev::parse_revision_file(text, "f.sql");
        REQUIRE(file.sections.size() == 3);
        REQUIRE(is_same(section(file, SectionKind::upgrade), sections.up));
        REQUIRE(is_same(section(file, SectionKind::downgrade), *sections.down));
        REQUIRE(is_same(section(file, SectionKind::verify), *sections.check));
    }
}

TEST_CASE("what a person has to write does not run") {
    const auto text = rev::foreign::compose_revision(header(), {{}, {}, {}, "2.go is a program in Go"}, "f.sql");
    const auto file = rev::parse_revision_file(text, "f.sql");
    CHECK(file.sections.size() == 2);
    CHECK(file.sections.front().todo);
    CHECK(file.sections.back().todo);
}

TEST_CASE("what is another text in each database has a section for each, and a plain one where they agree") {
    std::minstd_rand random(20261128);
    for (int round = 0; round < 2000; ++round) {
        rev::foreign::Sections sections;
        const auto up = random_text(random);
        const auto down = random_text(random);
        sections.by_dialect = {{rev::Dialect::sqlite, up, down},
                               {rev::Dialect::postgresql, random() % 2 == 0 ? up : random_text(random),
                                random() % 3 == 0 ? std::nullopt : std::optional(down)}};
        const auto text = rev::foreign::compose_revision(header(), sections, "f.sql");
        CAPTURE(text);
        const auto file = rev::parse_revision_file(text, "f.sql");
        for (const auto& each : sections.by_dialect) {
            const auto* upgrade = file.find_section(SectionKind::upgrade, each.dialect);
            REQUIRE(upgrade != nullptr);
            REQUIRE(is_same(std::string(file.text_of(*upgrade)), each.up));
            const auto* downgrade = file.find_section(SectionKind::downgrade, each.dialect);
            REQUIRE((downgrade != nullptr) == each.down.has_value());
            if (downgrade != nullptr) REQUIRE(is_same(std::string(file.text_of(*downgrade)), *each.down));
        }
        const bool agree = sections.by_dialect[0].up == sections.by_dialect[1].up;
        CHECK((file.find_section(SectionKind::upgrade, rev::Dialect::sqlite) ==
               file.find_section(SectionKind::upgrade, rev::Dialect::postgresql)) == agree);
    }
}
