#include "fleet/member.hpp"

#include <doctest/doctest.h>

#include <random>

#include "base/text.hpp"

using rev::fleet::divide;
using rev::fleet::Member;

namespace {

bool fits(std::string_view name, std::string_view pattern) {
    return rev::base::fits(name, pattern, rev::base::Wildcards::stars_and_marks);
}

std::vector<Member> members_named(const std::vector<std::string>& names) {
    std::vector<Member> members;
    for (const auto& name : names) members.push_back({.name = name, .url = {}});
    return members;
}

/// "canary: a; all: b c".
std::string text_of(const std::vector<rev::fleet::Wave>& waves) {
    std::string text;
    for (const auto& wave : waves) {
        text += (text.empty() ? "" : "; ") + wave.ring + ":";
        for (const auto* member : wave.members) text += " " + member->name;
    }
    return text;
}

/// The plain rule: try every length that a `*` may have.
bool fits_by_trying(std::string_view name, std::string_view pattern) {
    if (pattern.empty()) return name.empty();
    if (pattern.front() == '*') {
        for (std::size_t taken = 0; taken <= name.size(); ++taken)
            if (fits_by_trying(name.substr(taken), pattern.substr(1))) return true;
        return false;
    }
    if (name.empty() || (pattern.front() != '?' && pattern.front() != name.front())) return false;
    return fits_by_trying(name.substr(1), pattern.substr(1));
}

}  // namespace

TEST_CASE("a pattern's star stands for any characters, its question mark for one") {
    CHECK(fits("tenant_7", "tenant_*"));
    CHECK(fits("tenant_", "tenant_*"));
    CHECK_FALSE(fits("a_tenant_7", "tenant_*"));
    CHECK(fits("t7", "t?"));
    CHECK_FALSE(fits("t77", "t?"));
    CHECK(rev::base::fits("t?", "t?", rev::base::Wildcards::stars));
    CHECK_FALSE(rev::base::fits("t7", "t?", rev::base::Wildcards::stars));
    std::mt19937 random(7);
    const auto word = [&](std::string_view letters, int longest) {
        std::string text;
        for (auto left = std::uniform_int_distribution<int>(0, longest)(random); left > 0; --left)
            text += letters[std::uniform_int_distribution<std::size_t>(0, letters.size() - 1)(random)];
        return text;
    };
    int fitting = 0;
    for (int round = 0; round < 5000; ++round) {
        const auto name = word("ab", 6);
        const auto pattern = word("ab*?", 6);
        CAPTURE(name);
        CAPTURE(pattern);
        CHECK(fits(name, pattern) == fits_by_trying(name, pattern));
        fitting += fits(name, pattern) ? 1 : 0;
    }
    CHECK(fitting > 500);
}

TEST_CASE("each member is in the first ring that takes it, and a share is rounded up") {
    const auto members = members_named({"a", "b", "c", "d", "e"});
    CHECK(text_of(divide(members, {})) == ": a b c d e");
    const std::vector<rev::FleetRing> rings = {{.name = "canary", .members = {"d"}, .share = {}},
                                               {.name = "early", .members = {}, .share = 25},
                                               {.name = "all", .members = {}, .share = {}}};
    CHECK(text_of(divide(members, rings)) == "canary: d; early: a b; all: c e");
    const std::vector<rev::FleetRing> nobody = {{.name = "canary", .members = {"x*"}, .share = {}},
                                                {.name = "all", .members = {}, .share = {}}};
    CHECK(text_of(divide(members, nobody)) == "all: a b c d e");
}

TEST_CASE("a pattern that fits no member is an error with the nearest name") {
    const std::vector<std::string> patterns = {"tenant_x"};
    try {
        (void)rev::fleet::select_members(members_named({"tenant_a", "other"}), patterns);
        FAIL("it was accepted");
    } catch (const rev::Error& error) {
        CHECK(error.code() == "no_such_member");
        CHECK(error.hint() == "did you mean `tenant_a`?");
    }
}

TEST_CASE("the search_path of a schema member quotes its name") {
    rev::Config config;
    const Member member{.name = "x", .url = {}, .schema = "we\"ird.x"};
    CHECK(rev::fleet::search_path_of(member, config) == "\"we\"\"ird.x\", public");
}
