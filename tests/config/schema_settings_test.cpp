// Settings of the desired schema.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/config_project.hpp"
#include "schema/model.hpp"

namespace rev::test {
namespace {

Config config_of(const std::string& yaml) { return ConfigProject(yaml).load(); }
Error error_of(const std::string& yaml) { return ConfigProject(yaml).failure(); }

TEST_CASE("the short form names a file, a folder or a list of them, for every dialect") {
    ConfigProject project("schema: db/schema.sql\n");
    const auto config = project.load();
    for (const auto dialect : {Dialect::postgresql, Dialect::sqlite}) {
        REQUIRE(config.schema.find(dialect) != nullptr);
        CHECK(config.schema.find(dialect)->files == std::vector{project.folder / "db" / "schema.sql"});
        CHECK(config.schema.find(dialect)->has_source());
    }
    CHECK(config_of("schema: [a.sql, db/]\n").schema.plain->files.size() == 2);
    CHECK(config_of("url: sqlite://\n").schema.find(Dialect::sqlite) == nullptr);
}

TEST_CASE("the long form has files or a command, and what is compared") {
    const auto config = config_of(
        "schema:\n  command: python3 -m app.ddl --for '{dialect} x'\n  schemas: [public, audit]\n"
        "  exclude: [\"tmp_*\"]\n  ignore: [owner, enum_label]\n");
    const auto& settings = *config.schema.plain;
    CHECK(settings.command == std::vector<std::string>{"python3", "-m", "app.ddl", "--for", "{dialect} x"});
    CHECK(settings.schemas == std::vector<std::string>{"public", "audit"});
    CHECK(settings.exclude == std::vector<std::string>{"tmp_*"});
    CHECK(settings.ignore == std::vector<std::string>{"owner", "enum label"});
}

TEST_CASE("each dialect may have its own, with what stands beside them for both") {
    ConfigProject project(
        "schema:\n  postgresql: pg.sql\n  sqlite: { files: lite.sql, ignore: [view] }\n  exclude: [t]\n");
    const auto config = project.load();
    CHECK(config.schema.find(Dialect::postgresql)->files == std::vector{project.folder / "pg.sql"});
    CHECK(config.schema.find(Dialect::postgresql)->exclude == std::vector<std::string>{"t"});
    CHECK(config.schema.find(Dialect::sqlite)->exclude == std::vector<std::string>{"t"});
    CHECK(config.schema.find(Dialect::sqlite)->ignore == std::vector<std::string>{"view"});
    CHECK_FALSE(config.schema.plain);
    CHECK(config_of("schema: { postgresql: pg.sql }\n").schema.find(Dialect::sqlite) == nullptr);
}

TEST_CASE("an environment has its own schema, scratch and protection") {
    ConfigProject project(
        "schema: a.sql\nscratch_url: postgresql://one/x\n"
        "environments:\n  production:\n    schema: b.sql\n    protected: true\n    scratch_url: ${SCRATCH}\n"
        "    scratch_setup: [platform.sql]\n    dump: now.sql\n    autogenerate: {online: true}\n");
    auto config = project.load();
    CHECK_FALSE(config.is_protected);
    CHECK(config.scratch_url == "postgresql://one/x");
    CHECK(config.dump.empty());
    project.request.environment = "production";
    config = project.load();
    CHECK(config.is_protected);
    CHECK(config.autogenerate_online);
    CHECK(config.schema.plain->files == std::vector{project.folder / "b.sql"});
    CHECK(config.scratch_setup == std::vector{project.folder / "platform.sql"});
    CHECK(config.dump == project.folder / "now.sql");
    CHECK(config.scratch_url.empty());
    CHECK(config.unresolved.contains("scratch_url"));
}

TEST_CASE("every kind of object can be left out, by the name that reports give it") {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(schema::Kind::other); ++i) {
        const std::string name(to_string(static_cast<schema::Kind>(i)));
        CAPTURE(name);
        auto underscored = name;
        std::replace(underscored.begin(), underscored.end(), ' ', '_');
        CHECK(config_of("schema: { files: a.sql, ignore: [" + name + "] }\n").schema.plain->ignore.front() == name);
        CHECK(config_of("schema: { files: a.sql, ignore: [" + underscored + "] }\n").schema.plain->ignore.front() ==
              name);
    }
}

TEST_CASE("names of variables in any url of the file are known, whatever they hold") {
    const auto config = config_of(
        "url: ${ONE:-sqlite://${TWO}}\nenvironments:\n  production: { url: \"postgresql://${THREE}@$${not}/x\" }\n");
    CHECK(config.url_variables == std::set<std::string>{"ONE", "THREE", "TWO"});
}

TEST_CASE("mistakes are errors at their place") {
    struct Case {
        std::string yaml;
        std::string code;
        std::size_t line;
        std::size_t column;
        std::string hint;
    };
    const std::vector<Case> cases = {
        {"schema: { file: a.sql }\n", "unknown_key", 1, 11, "did you mean `files`?"},
        {"schema:\n  files: a.sql\n  command: x\n", "bad_value", 2, 3, "leave one of them out"},
        {"schema: []\n", "bad_value", 1, 9, ""},
        {"schema: { ignore: [ownr] }\n", "bad_value", 1, 20, "did you mean `owner`?"},
        {"schema: { sqlite: [] }\n", "bad_value", 1, 19, ""},
        {"schema: { files: a.sql, sqlite: b.sql }\n", "bad_value", 1, 9, "under each dialect"},
        {"schema: a.sql\ndump: a.sql\n", "bad_value", 2, 7, "file of its own"},
        {"schema: db/\ndump: db/now.sql\n", "bad_value", 2, 7, "file of its own"},
        {"autogenerate: { onlin: true }\n", "unknown_key", 1, 17, "did you mean `online`?"},
        {"protected: maybe\n", "bad_value", 1, 12, ""},
    };
    for (const auto& each : cases) {
        CAPTURE(each.yaml);
        const auto error = error_of(each.yaml);
        CHECK(error.code() == each.code);
        CHECK(error.exit_code() == ExitCode::usage);
        CHECK(error.location().line == each.line);
        CHECK(error.location().column == each.column);
        CHECK(error.hint().find(each.hint) != std::string::npos);
    }
}

}  // namespace
}  // namespace rev::test
