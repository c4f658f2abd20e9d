#include "import/schema_trail.hpp"

#include <doctest/doctest.h>

#include <random>

#include "import/differences.hpp"

using rev::schema::Fact;
using rev::schema::Kind;
using rev::schema::Model;

namespace {

Fact table(const std::string& name) {
    Fact fact;
    fact.id = {Kind::table, {name}};
    return fact;
}

Fact column(const std::string& of, const std::string& name, const std::string& type) {
    Fact fact;
    fact.id = {Kind::column, {of, name}};
    fact.parent = {Kind::table, {of}};
    fact.attributes["type"] = type;
    return fact;
}

Model model_of(std::vector<Fact> facts) { return Model(rev::Dialect::sqlite, 3'040'000, std::move(facts)); }

/// Some of five tables, each with some of three columns of one of two types.
Model random_model(std::mt19937& random) {
    std::vector<Fact> facts;
    for (const auto* name : {"a", "b", "c", "d", "e"}) {
        if (random() % 2 == 0) continue;
        facts.push_back(table(name));
        for (const auto* part : {"x", "y", "z"})
            if (random() % 2 == 0) facts.push_back(column(name, part, random() % 2 == 0 ? "TEXT" : "INTEGER"));
    }
    return model_of(std::move(facts));
}

}  // namespace

TEST_CASE("a trail gives back each model that it was given") {
    for (unsigned seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        rev::foreign::SchemaTrail trail;
        std::vector<Model> models;
        for (int step = 0; step < 12; ++step) {
            models.push_back(random_model(random));
            trail.add(std::to_string(step), models.back());
        }
        rev::foreign::SchemaTrailReader reader(trail);
        for (int step = 0; step < 12; ++step) {
            if (random() % 3 == 0) continue;
            const auto model = reader.model_behind(std::to_string(step));
            REQUIRE(model);
            CHECK(*model == models[static_cast<std::size_t>(step)]);
            CHECK(rev::foreign::differences(*model, models[static_cast<std::size_t>(step)]).empty());
        }
        CHECK_FALSE(reader.model_behind("unknown"));
    }
}

TEST_CASE("differences name what lacks, what is too much and what is another, and no part of what is named") {
    const auto expected = model_of({table("a"), column("a", "x", "TEXT"), table("b"), column("b", "x", "TEXT")});
    const auto there = model_of({table("b"), column("b", "x", "INTEGER"), column("b", "y", "TEXT")});
    const auto found = rev::foreign::differences(expected, there);
    CHECK(found == std::vector<std::string>{"lacks table a", "has column b.x with type INTEGER and not TEXT",
                                            "has column b.y too"});
    std::vector<Fact> many;
    for (int number = 0; number < 15; ++number) many.push_back(table("t" + std::to_string(number)));
    const auto all = rev::foreign::differences(model_of({}), model_of(many));
    REQUIRE(all.size() == 11);
    CHECK(all.back() == "and 5 more");
}
