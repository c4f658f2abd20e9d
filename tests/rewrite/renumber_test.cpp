// Numbers that two branches have taken.
#include "rewrite/renumber.hpp"

#include <doctest/doctest.h>

namespace rev::rewrite {
namespace {

Revision numbered(const std::string& id, const std::string& revises, const std::string& name) {
    Revision revision;
    revision.id = id;
    if (!revises.empty()) revision.revises = {revises};
    revision.message = name;
    revision.path = "versions/" + id + "_" + name + ".sql";
    return revision;
}

BaseFiles base_of(const std::vector<Revision>& revisions) {
    std::vector<BaseRevision> files;
    for (const auto& revision : revisions) {
        auto& file = files.emplace_back();
        file.header.revision = revision;
    }
    return BaseFiles("main", std::move(files));
}

std::string text_of(const std::vector<Renumbered>& renumbering) {
    std::string text;
    for (const auto& each : renumbering) text += each.from + ">" + each.to + " ";
    return text;
}

const auto theirs = std::vector{numbered("001", "", "first"), numbered("002", "001", "theirs")};

TEST_CASE("mine follow theirs, in the order in which they stand on each other") {
    auto all = theirs;
    all.push_back(numbered("002", "001", "mine"));
    all.push_back(numbered("003", "002", "more"));
    const auto plan = plan_renumbering(all, base_of(theirs));
    CHECK(text_of(plan) == "002>003 003>004 ");
    const auto after = renumbered(all, plan, base_of(theirs));
    CHECK(after[1].id == "002");
    CHECK(after[1].revises == std::vector<RevisionId>{"001"});
    CHECK(after[2].id == "003");
    CHECK(after[3].id == "004");
    CHECK(after[3].revises == std::vector<RevisionId>{"003"});
    CHECK(plan_renumbering(after, base_of(theirs)).empty());
}

TEST_CASE("what stands right, and ids that are no numbers, stay") {
    auto all = theirs;
    all.push_back(numbered("003", "002", "mine"));
    all.push_back(numbered("ab12", "003", "other"));
    CHECK(plan_renumbering(all, base_of(theirs)).empty());
}

TEST_CASE("the width is that of the longest number") {
    auto base = std::vector{numbered("8", "", "a"), numbered("9", "8", "b")};
    auto all = base;
    all.push_back(numbered("9", "8", "mine"));
    CHECK(text_of(plan_renumbering(all, base_of(base))) == "9>10 ");
    base = {numbered("0999", "", "a")};
    all = base;
    all.push_back(numbered("999", "0999", "mine"));
    CHECK(text_of(plan_renumbering(all, base_of(base))) == "999>1000 ");
}

TEST_CASE("a file whose name has the number gets the new one") {
    CHECK(renamed_file("002_mine.sql", "002", "003") == "003_mine.sql");
    CHECK(renamed_file("2024_1002_002_x.sql", "002", "003") == "2024_1002_003_x.sql");
    CHECK(renamed_file("mine.sql", "002", "003") == "mine.sql");
    CHECK(renamed_file("1002.sql", "002", "003") == "1002.sql");
}

}  // namespace
}  // namespace rev::rewrite
