#include "import/ids.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "script/revision_file.hpp"

using rev::foreign::Migration;
using rev::foreign::Numbering;
using Ids = std::vector<std::string>;

namespace {

Ids ids_of(const Ids& names) {
    std::vector<Migration> migrations;
    for (const auto& name : names) {
        Migration migration;
        migration.id = name;
        migration.version = name;
        migrations.push_back(std::move(migration));
    }
    return rev::foreign::ids_of(migrations);
}

}  // namespace

TEST_CASE("a name that fits is the id") {
    CHECK(ids_of({"001", "1.2", "add_users"}) == Ids{"001", "1.2", "add_users"});
}

TEST_CASE("characters that do not fit become _, one for each") {
    CHECK(ids_of({"add-users", "users@v1", "über"}) == Ids{"add_users", "users_v1", "_ber"});
    // The file of an id that begins with a dot would be a hidden one.
    CHECK(ids_of({".x", "a.x"}) == Ids{"_x", "a.x"});
}

TEST_CASE("what clashes, is too long or a word of targets ends with its hash") {
    const auto ids = ids_of({"a-b", "a_b", "head", "a_name_that_is_longer_than_thirty_two_letters"});
    CHECK(ids[0] == "a_b");
    CHECK(ids[1].starts_with("a_b_"));
    CHECK(ids[1].size() == 12);
    CHECK(ids[2].starts_with("head_"));
    CHECK(ids[3].size() == 32);
    CHECK(ids[3].starts_with("a_name_that_is_longer_t_"));
}

TEST_CASE("any names give ids that are valid and unlike, and more names change none of them") {
    std::minstd_rand random(1);
    const std::string letters = "aA0_.-@ /ü#head";
    for (int round = 0; round < 500; ++round) {
        std::set<std::string> names;
        for (int count = 0; count < 8; ++count) {
            std::string name;
            for (auto length = random() % 40; length > 0; --length) name += letters[random() % letters.size()];
            names.insert(name);
        }
        const Ids all(names.begin(), names.end());
        const auto ids = ids_of(all);
        CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
        for (const auto& id : ids) CHECK(rev::is_valid_revision_id(id));
        const Ids fewer(all.begin(), all.begin() + static_cast<long>(all.size() / 2));
        const auto ids_of_fewer = ids_of(fewer);
        CHECK(std::equal(ids_of_fewer.begin(), ids_of_fewer.end(), ids.begin()));
    }
}

TEST_CASE("numbers go on as numbers, times as times") {
    const auto numbering = [](const Ids& ids) { return rev::foreign::numbering_of(ids); };
    CHECK(numbering({"001", "002"}) == Numbering::sequential);
    CHECK(numbering({"20240101000000", "20240102000000"}) == Numbering::timestamp);
    CHECK(numbering({"20240101000000_init"}) == Numbering::timestamp);
    CHECK(numbering({"001", "b"}) == Numbering::random);
    CHECK(numbering({"1.1"}) == Numbering::random);
    CHECK(numbering({}) == Numbering::random);
}
