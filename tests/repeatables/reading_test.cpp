// Files of repeatable objects: their headers, their sections, their order, and what is wrong with them.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "script/repeatables.hpp"
#include "script/revision_file.hpp"
#include "script/script_support.hpp"

namespace rev::test {
namespace {

RevisionFile parse(const std::string& text, const std::string& path = "o.sql") {
    return parse_revision_file(text, path, FileKind::repeatable);
}

/// A file of that name that needs those.
std::string object(const std::string& name, const std::string& needs = "", const std::string& more = "") {
    return "-- about " + name + "\n--\n-- repeatable: " + name + "\n" +
           (needs.empty() ? "" : "-- needs: " + needs + "\n") + more + "\n-- rev:apply\nSELECT 1;\n";
}

script::RepeatablesRead read(const std::vector<std::string>& texts) {
    std::vector<RevisionFile> files;
    for (std::size_t at = 0; at < texts.size(); ++at)
        files.push_back(parse(texts[at], "o" + std::to_string(at) + ".sql"));
    return script::read_repeatables(std::move(files));
}

std::string order_of(const script::Repeatables& repeatables) {
    std::string text;
    for (const auto& repeatable : repeatables.all()) text += (text.empty() ? "" : " ") + repeatable.name;
    return text;
}

std::string place_of(const Error& error) {
    const auto& place = error.location();
    return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

TEST_CASE("a file says what it makes, what it needs and how it is dropped") {
    const auto file = parse(
        "-- accounts in use\n--\n-- repeatable: shop.active-users\n-- needs: accounts_view, roles\n"
        "-- drop_before_upgrade: true\n-- variables: owner\n-- statement_timeout: 5s\n\n"
        "-- rev:apply\nCREATE VIEW a AS SELECT 1;\n-- rev:apply sqlite\nSELECT 2;\n-- rev:drop\nDROP VIEW a;\n");
    CHECK(file.header.kind == FileKind::repeatable);
    CHECK(file.header.revision.id == "shop.active-users");
    CHECK(file.header.revision.message == "accounts in use");
    CHECK(file.header.needs == std::vector<std::string>{"accounts_view", "roles"});
    CHECK(file.header.drop_before_upgrade);
    CHECK(file.header.variables == std::vector<std::string>{"owner"});
    CHECK(file.text_of(*file.find_section(SectionKind::apply, Dialect::postgresql)) == "CREATE VIEW a AS SELECT 1;\n");
    CHECK(file.text_of(*file.find_section(SectionKind::apply, Dialect::sqlite)) == "SELECT 2;\n");
    CHECK(file.text_of(*file.find_section(SectionKind::drop, Dialect::sqlite)) == "DROP VIEW a;\n");
    CHECK(file.find_section(SectionKind::upgrade, Dialect::sqlite) == nullptr);
    const auto again = parse(format_header(file.header) + "\n-- rev:apply\n");
    CHECK(again.header.needs == file.header.needs);
    CHECK(again.header.revision.id == file.header.revision.id);
    CHECK(again.header.drop_before_upgrade);
}

TEST_CASE("what is wrong with a file is told at its place") {
    const auto refused = [](const std::string& text) { return error_of([&] { static_cast<void>(parse(text)); }); };
    const auto check = [&](const std::string& text, const std::string& code, const std::string& place) {
        CAPTURE(text);
        const auto error = refused(text);
        CHECK(error.code() == code);
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(place_of(error) == place);
        CHECK(!error.hint().empty());
    };
    check("", "empty_file", "o.sql:1:1");
    check("-- a\n\n-- rev:apply\n", "no_header", "o.sql:1:1");
    check("-- repeatable:\n", "bad_name", "o.sql:1:15");
    check("-- repeatable: a b\n", "bad_name", "o.sql:1:16");
    check("-- repeatable: a\n-- needs: b,, c\n", "bad_value", "o.sql:2:13");
    check("-- repeatable: a\n-- needs: b, b\n", "bad_value", "o.sql:2:14");
    check("-- repeatable: a\n-- need: b\n", "unknown_key", "o.sql:2:4");
    check("-- repeatable: a\n-- transaction: false\n", "unknown_key", "o.sql:2:4");
    check("-- repeatable: a\n-- repeatable: b\n", "two_headers", "o.sql:2:1");
    check("-- repeatable: a\n\n-- rev:upgrade\n", "bad_marker", "o.sql:3:8");
    check("-- repeatable: a\n\n-- rev:apply mysql\n", "unknown_dialect", "o.sql:3:14");
    check("-- repeatable: a\n\n-- rev:apply\n-- rev:apply\n", "duplicate_section", "o.sql:4:1");
    check("-- repeatable: a\n\nSELECT 1;\n", "stray_text", "o.sql:3:1");
    check("-- repeatable: a\n\n--rev:apply\nSELECT 1;\n", "bad_marker", "o.sql:3:1");
    check("-- revision: a\n-- revises:\n\n-- rev:upgrade\n", "wrong_folder", "o.sql:1:1");
    const auto revision =
        error_of([] { static_cast<void>(parse_revision_file("-- repeatable: a\n\n-- rev:apply\n", "v.sql")); });
    CHECK(revision.code() == "wrong_folder");
    CHECK(revision.hint().find("repeatable_locations") != std::string::npos);
    CHECK(error_of([] {
              static_cast<void>(parse_revision_file("-- revision: a\n-- revises:\n\n-- rev:apply\n", "v.sql"));
          }).code() == "bad_marker");
}

TEST_CASE("needs come first, and ties are broken by name") {
    CHECK(order_of(read({object("c"), object("a"), object("b")}).repeatables) == "a b c");
    CHECK(order_of(read({object("a", "c"), object("b"), object("c", "d"), object("d")}).repeatables) == "b d c a");
    CHECK(order_of(read({object("x", "z, y"), object("y", "z"), object("z")}).repeatables) == "z y x");
}

TEST_CASE("problems of files together") {
    const auto problem = [](const std::vector<std::string>& texts) {
        const auto result = read(texts);
        REQUIRE(result.problems.size() == 1);
        return result.problems.front();
    };
    auto error = problem({object("a"), object("b"), object("a")});
    CHECK(error.code() == "duplicate_repeatable");
    CHECK(place_of(error) == "o2.sql:3:16");
    CHECK(std::string(error.what()).find("o0.sql") != std::string::npos);

    error = problem({object("views"), object("b", "views, view")});
    CHECK(error.code() == "unknown_need");
    CHECK(place_of(error) == "o1.sql:4:18");
    CHECK(error.hint() == "did you mean `views`?");

    error = problem({object("a", "b"), object("b", "c"), object("c", "b")});
    CHECK(error.code() == "repeatable_cycle");
    CHECK(error.what() == std::string("repeatables need each other: b needs c, c needs b"));
    CHECK(place_of(error) == "o1.sql:4:11");

    error = problem({object("a", "a")});
    CHECK(error.code() == "repeatable_cycle");
    CHECK(error.what() == std::string("repeatables need each other: a needs a"));

    error = problem({object("a", "", "-- drop_before_upgrade: true\n")});
    CHECK(error.code() == "no_drop_section");
    CHECK(place_of(error) == "o0.sql:4:25");

    error = problem({"-- repeatable: a\n\n-- rev:drop\nDROP VIEW a;\n"});
    CHECK(error.code() == "no_section");
    CHECK(place_of(error) == "o0.sql:1:16");

    // Two cycles are two problems, and what needs one of them is none.
    CHECK(read({object("a", "b"), object("b", "a"), object("c", "d"), object("d", "c"), object("e", "a")})
              .problems.size() == 2);
}

TEST_CASE("folders are read with their subfolders; a missing one is said") {
    const Folder folder;
    folder.write("objects/views/a.sql", object("a"));
    folder.write("objects/b.sql", object("b", "a"));
    folder.write("objects/.hidden.sql", "nothing");
    folder.write("objects/notes.txt", "nothing");
    Config config;
    config.directory = folder.path();
    config.version_locations = {folder / "versions"};
    config.repeatable_locations = {folder / "objects"};
    CHECK(order_of(script::load_repeatables(config)) == "a b");
    CHECK(script::read_repeatables(config).files == 2);
    folder.write("objects/c.sql", "SELECT 1;\n");
    folder.write("objects/d.sql", object("d", "e"));
    // What d needs may be what could not be read.
    CHECK(script::read_repeatables(config).problems.size() == 1);
    config.repeatable_locations = {folder / "views"};
    const auto error = error_of([&] { static_cast<void>(script::load_repeatables(config)); });
    CHECK(error.code() == "no_repeatable_location");
    CHECK(error.hint().find("repeatable_locations") != std::string::npos);
    config.repeatable_locations.clear();
    CHECK(script::load_repeatables(config).empty());
}

TEST_CASE("random needs: an order is found exactly where there is one, and keeps every need") {
    std::mt19937 random(5);
    for (int round = 0; round < 300; ++round) {
        const std::size_t size = 1 + random() % 9;
        std::vector<std::vector<bool>> needs(size, std::vector<bool>(size));
        std::vector<std::string> texts;
        for (std::size_t at = 0; at < size; ++at) {
            std::string list;
            for (std::size_t other = 0; other < size; ++other) {
                if (random() % 5 != 0 || (random() % 4 != 0 && other >= at)) continue;
                needs[at][other] = true;
                list += (list.empty() ? "n" : ", n") + std::to_string(other);
            }
            texts.push_back(object("n" + std::to_string(at), list));
        }
        auto reach = needs;
        for (std::size_t k = 0; k < size; ++k)
            for (std::size_t i = 0; i < size; ++i)
                for (std::size_t j = 0; j < size; ++j) reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
        bool has_cycle = false;
        for (std::size_t i = 0; i < size; ++i) has_cycle = has_cycle || reach[i][i];
        const auto result = read(texts);
        CAPTURE(round);
        CHECK(result.problems.empty() == !has_cycle);
        const auto all = result.repeatables.all();
        if (!has_cycle) CHECK(all.size() == size);
        for (std::size_t at = 0; at < all.size(); ++at)
            for (const auto& need : all[at].needs) CHECK(result.repeatables.find(need) < &all[at]);
    }
}

}  // namespace
}  // namespace rev::test
