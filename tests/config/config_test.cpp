#include "rev/config.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config_project.hpp"

namespace {

using namespace std::chrono_literals;
using rev::Config;
using rev::Error;

using Project = rev::test::ConfigProject;

Config config_of(const std::string& yaml) { return Project(yaml).load(); }
Error error_of(const std::string& yaml) { return Project(yaml).failure(); }

}  // namespace

TEST_CASE("a file without settings gives the defaults") {
    Project project("version_table:\n");
    const Config config = project.load();
    CHECK(config.file == project.folder / "alembic.yaml");
    CHECK(config.directory == project.folder);
    CHECK(config.script_location == project.folder);
    CHECK(config.version_locations == std::vector{project.folder / "versions"});
    CHECK_FALSE(config.recursive_version_locations);
    CHECK(config.file_template == "{rev}_{slug}");
    CHECK(config.truncate_slug_length == 40);
    CHECK(config.timezone == "UTC");
    CHECK(config.url.empty());
    CHECK(config.version_table == "alembic_version");
    CHECK(config.version_table_schema.empty());
    CHECK(config.transaction == rev::TransactionMode::per_revision);
    CHECK(config.lock_timeout == 60s);
    CHECK_FALSE(config.limits.lock_timeout.has_value());
    CHECK_FALSE(config.limits.statement_timeout.has_value());
    CHECK(config.limits.lock_retries == 3);
    CHECK(config.post_write_hooks.empty());
    CHECK_FALSE(config.sqlite_foreign_keys);
    CHECK(config.on_changed == rev::OnChanged::error);
    CHECK(config.variables.empty());
}

TEST_CASE("every key is read") {
    Project project(R"(
script_location: db
version_locations: [db/versions/, ../shared, /srv/versions]
recursive_version_locations: yes
file_template: "{year}{month}{day}_{rev}_{slug}"
truncate_slug_length: 20
timezone: Europe/Berlin
url: sqlite:///rev.db
version_table: "my versions"
version_table_schema: app
create_version_table_schema: true
transaction: all
lock_timeout: 2m
statement_lock_timeout: 500ms
statement_timeout: 1h
lock_retries: 0
sqlite_foreign_keys: true
on_changed: ignore
post_write_hooks:
  - command: sqlfluff format "{file}" --dialect 'ansi x'
  - command: [tool, "a b", "{file}"]
variables: { owner: app, n: 5 }
)");
    const Config config = project.load();
    CHECK(config.script_location == project.folder / "db");
    CHECK(config.version_locations == std::vector<std::filesystem::path>{project.folder / "db/versions",
                                                                         project.folder.parent_path() / "shared",
                                                                         "/srv/versions"});
    CHECK(config.recursive_version_locations);
    CHECK(config.file_template == "{year}{month}{day}_{rev}_{slug}");
    CHECK(config.truncate_slug_length == 20);
    CHECK(config.timezone == "Europe/Berlin");
    CHECK(config.url == "sqlite:///rev.db");
    CHECK(config.url_source == "url");
    CHECK(config.version_table == "my versions");
    CHECK(config.version_table_schema == "app");
    CHECK(config.create_version_table_schema);
    CHECK(config.transaction == rev::TransactionMode::all);
    CHECK(config.lock_timeout == 2min);
    CHECK(config.limits.lock_timeout == 500ms);
    CHECK(config.limits.statement_timeout == 1h);
    CHECK(config.limits.lock_retries == 0);
    CHECK(config.sqlite_foreign_keys);
    CHECK(config.on_changed == rev::OnChanged::ignore);
    REQUIRE(config.post_write_hooks.size() == 2);
    CHECK(config.post_write_hooks[0].command ==
          std::vector<std::string>{"sqlfluff", "format", "{file}", "--dialect", "ansi x"});
    CHECK(config.post_write_hooks[1].command == std::vector<std::string>{"tool", "a b", "{file}"});
    CHECK(config.variables == std::map<std::string, std::string>{{"n", "5"}, {"owner", "app"}});
}

TEST_CASE("one version location may be written without a list") {
    Project project("version_locations: revisions\n");
    CHECK(project.load().version_locations == std::vector{project.folder / "revisions"});
}

TEST_CASE("a wrong file is an error with its code and place") {
    struct Case {
        std::string yaml;
        std::string code;
        std::size_t line;
        std::size_t column;
        std::string hint;
    };
    const std::vector<Case> cases = {
        {"version_tabel: x\n", "unknown_key", 1, 1, "did you mean `version_table`?"},
        {"url: x\n\nquux: 1\n", "unknown_key", 3, 1, "the keys of the configuration file are"},
        {"<<: {url: x}\n", "unknown_key", 1, 1, ""},
        {"url: x\nurl: y\n", "duplicate_key", 2, 1, "keep one"},
        {"url: [x]\n", "wrong_type", 1, 6, ""},
        {"url: {x: y}\n", "wrong_type", 1, 6, ""},
        {"- url\n", "wrong_type", 1, 1, ""},
        {"just text\n", "wrong_type", 1, 1, ""},
        {"? [a]\n: b\n", "wrong_type", 1, 3, ""},
        {"", "empty_config", 1, 1, "rev init"},
        {"# nothing\n", "empty_config", 1, 1, "rev init"},
        {"---\nurl: x\n---\nurl: y\n", "bad_yaml", 3, 1, "---"},
        {"url: 'open\n", "bad_yaml", 1, 11, ""},
        {"url: 'open\nversion_table: x\n\n", "bad_yaml", 2, 17, ""},
        {",t", "bad_yaml", 1, 1, ""},
        {"url: x\n---\n,t", "bad_yaml", 2, 1, ""},
        {"a: b: c\n", "bad_yaml", 1, 5, ""},
        {"url: x\n\tbad: tab\n", "bad_yaml", 2, 1, ""},
        {std::string("url: x\0y\n", 9), "bad_config", 1, 7, ""},
        {"url: \x04x\n", "bad_yaml", 1, 6, ""},
        {"url: x\ntimezone: \xff\n", "bad_config", 2, 11, "UTF-8"},
        {"recursive_version_locations: maybe\n", "bad_value", 1, 30, ""},
        {"truncate_slug_length: 0\n", "bad_value", 1, 23, ""},
        {"truncate_slug_length: ten\n", "bad_value", 1, 23, ""},
        {"truncate_slug_length: [1]\n", "wrong_type", 1, 23, ""},
        {"lock_timeout: soon\n", "bad_value", 1, 15, ""},
        {"lock_timeout: -1s\n", "bad_value", 1, 15, ""},
        {"transaction: none\n", "bad_value", 1, 14, ""},
        {"on_changed: warning\n", "bad_value", 1, 13, ""},
        {"statement_timeout: soon\n", "bad_value", 1, 20, ""},
        {"lock_retries: 1001\n", "bad_value", 1, 15, ""},
        {"lock_retries: 1.5\n", "bad_value", 1, 15, ""},
        {"version_locations: []\n", "bad_value", 1, 20, ""},
        {"version_locations: [a, ./a/]\n", "bad_value", 1, 24, ""},
        {"version_locations: {a: b}\n", "wrong_type", 1, 20, ""},
        {"version_locations: [[a]]\n", "wrong_type", 1, 21, ""},
        {"file_template: '{rev}_{slog}'\n", "bad_value", 1, 16, "did you mean `{slug}`?"},
        {"file_template: '{rev'\n", "bad_value", 1, 16, ""},
        {"file_template: 'rev}'\n", "bad_value", 1, 16, ""},
        {"file_template: '../{rev}'\n", "bad_value", 1, 16, ""},
        {"post_write_hooks: black\n", "wrong_type", 1, 19, ""},
        {"post_write_hooks:\n  - comand: x\n", "unknown_key", 2, 5, "did you mean `command`?"},
        {"post_write_hooks:\n  - command: 'x \"'\n", "bad_value", 2, 14, ""},
        {"post_write_hooks:\n  - command: []\n", "bad_value", 2, 14, ""},
        {"post_write_hooks:\n  - command:\n", "bad_value", 2, 5, "command:"},
        {"variables: [a]\n", "wrong_type", 1, 12, ""},
        {"variables:\n  a b: c\n", "bad_value", 2, 8, ""},
        {"environments: [a]\n", "wrong_type", 1, 15, ""},
        {"environments:\n  dev: x\n", "wrong_type", 2, 8, ""},
        {"environments:\n  dev:\n    urll: x\n", "unknown_key", 3, 5, "did you mean `url`?"},
        {"environments:\n  dev:\n    timezone: UTC\n", "unknown_key", 3, 15, "top level"},
        {"timezone: ${NOWHERE}\n", "missing_variable", 1, 11, "set NOWHERE in the environment"},
        {"timezone: ${nowhere\n", "bad_value", 1, 11, "${NAME}"},
        {"timezone: ${}\n", "bad_value", 1, 11, "${NAME}"},
        {"timezone: ''\n", "bad_value", 1, 11, ""},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.yaml);
        const Error error = error_of(expected.yaml);
        CHECK(error.exit_code() == rev::ExitCode::usage);
        CHECK(error.code() == expected.code);
        CHECK(error.location().file == "alembic.yaml");
        CHECK(error.location().line == expected.line);
        CHECK(error.location().column == expected.column);
        CHECK(error.hint().find(expected.hint) != std::string::npos);
    }
}

TEST_CASE("columns count characters, and a BOM and CRLF do not") {
    // Of a line with variables nothing is shown, as their values may be secrets.
    const Error error = error_of("\xEF\xBB\xBF# \xC3\xA9\r\nenvironments: { \xC3\xA9\xC3\xA9: x }\r\n");
    CHECK(error.location().line == 2);
    CHECK(error.location().column == 21);
    CHECK(error.location().line_text == "environments: { \xC3\xA9\xC3\xA9: x }");
}

TEST_CASE("deep nesting and a large file are refused") {
    CHECK(error_of("url: " + std::string(100'000, '[')).code() == "bad_yaml");
    CHECK(error_of("url: " + std::string(100'000, '{')).code() == "bad_yaml");
    CHECK(error_of(std::string(100'000, '-')).code() == "wrong_type");
    CHECK(error_of("url: " + std::string(2'000'000, 'x')).code() == "unreadable_config");
}

TEST_CASE("a password in the shown line is hidden") {
    const Error error = error_of("urll: postgresql://app:se@cret@host/db?password=other\n");
    CHECK(error.location().line_text == "urll: postgresql://app:***@host/db?password=***");
}

TEST_CASE("the file is searched in parent folders, and named as seen from here") {
    Project project("quux: 1\n");
    project.write("a/b/x.txt", "");
    project.request.working_directory = project.folder / "a/b";
    CHECK(project.failure().location().file == "../../alembic.yaml");

    project.write("a/alembic.yaml", "timezone: Asia/Tokyo\n");
    CHECK(project.load().timezone == "Asia/Tokyo");
    CHECK(project.load().directory == project.folder / "a");
}

TEST_CASE("a folder named alembic.yaml is passed over by the search, and refused by name") {
    Project project("timezone: Asia/Tokyo\n");
    project.write("a/alembic.yaml/x", "");
    project.request.working_directory = project.folder / "a";
    CHECK(project.load().timezone == "Asia/Tokyo");
    project.request.file = "alembic.yaml";
    CHECK(project.failure().code() == "unreadable_config");
}

TEST_CASE("-c wins over REV_CONFIG, which wins over the search") {
    Project project("timezone: Asia/Tokyo\n");
    project.write("one.yaml", "timezone: Europe/Paris\n");
    project.write("two.yaml", "timezone: Europe/Rome\n");
    project.request.process_environment["REV_CONFIG"] = "one.yaml";
    CHECK(project.load().timezone == "Europe/Paris");
    project.request.file = project.folder / "two.yaml";
    CHECK(project.load().timezone == "Europe/Rome");
    project.request.file = "three.yaml";
    CHECK(project.failure().code() == "no_config");
}

TEST_CASE("no file at all is an error that says what to do") {
    Project project("");
    std::filesystem::remove(project.folder / "alembic.yaml");
    const Error error = project.failure();
    CHECK(error.code() == "no_config");
    CHECK(error.exit_code() == rev::ExitCode::usage);
    CHECK(error.hint().find("rev init") != std::string::npos);
}

TEST_CASE("the URL comes from --url, then the environment, then url, then DATABASE_URL") {
    Project project("url: sqlite:///top.db\nenvironments:\n  dev: {url: 'sqlite:///dev.db'}\n  bare:\n");
    project.request.process_environment["DATABASE_URL"] = "sqlite:///variable.db";
    CHECK(project.load().url == "sqlite:///top.db");
    CHECK(project.load().url_source == "url");
    project.request.environment = "bare";
    CHECK(project.load().url == "sqlite:///top.db");
    project.request.environment = "dev";
    CHECK(project.load().url == "sqlite:///dev.db");
    CHECK(project.load().url_source == "environment dev");
    project.request.url = "sqlite:///given.db";
    CHECK(project.load().url == "sqlite:///given.db");
    CHECK(project.load().url_source == "--url");

    project.request.url.reset();
    project.request.environment.reset();
    project.write("alembic.yaml", "url:\n");
    CHECK(project.load().url == "sqlite:///variable.db");
    CHECK(project.load().url_source == "DATABASE_URL");
    CHECK(rev::require_url(project.load()) == "sqlite:///variable.db");
}

TEST_CASE("an empty --url is refused, not replaced by another database") {
    Project project("url: sqlite:///top.db\n");
    project.request.url = "";
    CHECK(project.failure().code() == "bad_url");
}

TEST_CASE("without a URL the configuration still loads, and require_url says how to give one") {
    const Config config = config_of("timezone: UTC\n");
    CHECK(config.url.empty());
    CHECK(config.url_source.empty());
    CHECK_THROWS_WITH_AS((void)rev::require_url(config), "no database URL is given", Error);
}

TEST_CASE("a variable that is not set matters only where its setting is used") {
    Project project("url: ${MISSING_URL}\nenvironments:\n  production: {url: '${ALSO_MISSING}'}\n  empty: {url: ''}\n");
    Config config = project.load();
    CHECK(config.url.empty());
    REQUIRE(config.unresolved.contains("url"));
    CHECK(config.unresolved.at("url").code() == "missing_variable");
    CHECK(config.unresolved.at("url").location().line == 1);
    CHECK_THROWS_WITH_AS((void)rev::require_url(config), "url: environment variable MISSING_URL is not set", Error);

    // A chosen environment never falls back to another database.
    project.request.process_environment["DATABASE_URL"] = "sqlite:///other.db";
    project.request.environment = "production";
    CHECK_THROWS_WITH_AS((void)rev::require_url(project.load()), "url: environment variable ALSO_MISSING is not set",
                         Error);
    project.request.environment = "empty";
    CHECK_THROWS_WITH_AS((void)rev::require_url(project.load()), "the url of environment empty is empty", Error);

    project.request.url = "sqlite://";
    CHECK(project.load().unresolved.empty());
}

TEST_CASE("an unknown environment lists the known ones") {
    Project project("environments:\n  staging:\n  production:\n");
    CHECK(project.load().environments == std::vector<std::string>{"production", "staging"});
    project.request.environment = "producton";
    const Error error = project.failure();
    CHECK(error.code() == "unknown_environment");
    CHECK(error.hint() == "did you mean `production`? the environments are production, staging");
    project.write("alembic.yaml", "timezone: UTC\n");
    CHECK(project.failure().hint() == "alembic.yaml has no environments");
}

TEST_CASE("an environment's settings win over the file's") {
    Project project(R"(
version_table: top
version_table_schema: one
lock_timeout: 1s
environments:
  dev:
    version_table: other
    version_table_schema: ""
    transaction: all
    lock_timeout: 2s
    statement_lock_timeout: 3s
    statement_timeout: 4s
    lock_retries: 7
    sqlite_foreign_keys: true
    on_changed: warn
)");
    CHECK(project.load().version_table == "top");
    project.request.environment = "dev";
    const Config config = project.load();
    CHECK(config.environment == "dev");
    CHECK(config.version_table == "other");
    CHECK(config.version_table_schema.empty());
    CHECK(config.transaction == rev::TransactionMode::all);
    CHECK(config.lock_timeout == 2s);
    CHECK(config.limits.lock_timeout == 3s);
    CHECK(config.limits.statement_timeout == 4s);
    CHECK(config.limits.lock_retries == 7);
    CHECK(config.sqlite_foreign_keys);
    CHECK(config.on_changed == rev::OnChanged::warn);
}

TEST_CASE("variables: -x wins over the environment, which wins over the file") {
    Project project(R"(
variables: {a: file, b: file, c: file, d: "${UNSET_D}", e: "${UNSET_E}", f: }
environments:
  dev: {variables: {b: environment, c: environment}}
)");
    project.request.environment = "dev";
    project.request.variables = {{"c", "given"}, {"d", "given"}, {"other-key", "${NOT_TOUCHED}"}};
    const Config config = project.load();
    CHECK(config.variables ==
          std::map<std::string, std::string>{
              {"a", "file"}, {"b", "environment"}, {"c", "given"}, {"d", "given"}, {"other-key", "${NOT_TOUCHED}"}});
    REQUIRE(config.unresolved.size() == 1);
    CHECK(config.unresolved.at("variables.e").location().line == 2);
}

TEST_CASE(".env fills in what the process environment does not set") {
    Project project("url: ${DATABASE_URL:-sqlite:///rev.db}\nversion_table: ${TABLE:-versions}\n");
    CHECK(project.load().url == "sqlite:///rev.db");
    project.write(".env", "DATABASE_URL='postgresql://u:p%40%25@h/d'\nTABLE=from_file\n");
    CHECK(project.load().url == "postgresql://u:p%40%25@h/d");
    project.request.process_environment["DATABASE_URL"] = "postgresql://u:${x}%@h/d";
    CHECK(project.load().url == "postgresql://u:${x}%@h/d");
    CHECK(project.load().version_table == "from_file");
    project.request.process_environment["TABLE"] = "";
    CHECK(project.load().version_table == "versions");
}

TEST_CASE("a line of .env that cannot be read is located, without its text, where its variable is needed") {
    Project project("url: ${SECRET}\n");
    project.write(".env", "A=1\nnonsense\nSECRET 'hunter2'\n");
    const auto config = project.load();
    try {
        (void)rev::require_url(config);
        FAIL("there is no URL");
    } catch (const Error& error) {
        CHECK(error.code() == "bad_dotenv");
        CHECK(error.location().file == ".env");
        CHECK(error.location().line == 3);
        CHECK(error.location().line_text.empty());
    }
    project.request.process_environment["SECRET"] = "sqlite:///a.db";
    CHECK(rev::require_url(project.load()) == "sqlite:///a.db");
}

TEST_CASE("a default does not stand in for a variable that .env sets in a way that cannot be read") {
    Project project("url: ${DATABASE_URL:-sqlite:///rev.db}\n");
    project.write(".env", "DATABASE_URL: postgresql://production\n");
    CHECK_THROWS_AS((void)rev::require_url(project.load()), Error);
    project.write("alembic.yaml", "timezone: UTC\n");
    CHECK_THROWS_AS((void)rev::require_url(project.load()), Error);
}

TEST_CASE("the nearest .env up to the repository's root is read, outside a repository only the one beside") {
    Project project("timezone: UTC\n");
    project.write("app/db/alembic.yaml", "url: ${URL:-none}\n");
    project.request.file = project.folder / "app/db/alembic.yaml";
    project.write(".env", "URL=root\n");
    CHECK(project.load().url == "none");
    SUBCASE("a folder .git") { project.write(".git/HEAD", "x"); }
    SUBCASE("a file .git, as of a worktree") { project.write(".git", "gitdir: elsewhere\n"); }
    CHECK(project.load().url == "root");
    project.write("app/.env", "URL=nearer\n");
    CHECK(project.load().url == "nearer");
    project.write("app/db/.env/bin/python", "");
    CHECK(project.load().url == "nearer");
    // The nearest file stands alone.
    project.write("app/.env", "OTHER=1\n");
    CHECK(project.load().url == "none");
    project.write("app/.git", "gitdir: a submodule\n");
    std::filesystem::remove(project.folder / "app/.env");
    CHECK(project.load().url == "none");
}

TEST_CASE("a line that cannot be read in a .env above is shown with its path") {
    Project project("timezone: UTC\n");
    project.write(".git", "x");
    project.write(".env", "URL 1\n");
    project.write("db/alembic.yaml", "url: ${URL}\n");
    project.request.working_directory = project.folder / "db";
    try {
        (void)rev::require_url(project.load());
        FAIL("there is no URL");
    } catch (const Error& error) {
        CHECK(error.location().file == "../.env");
    }
}

TEST_CASE("a folder named .env is a Python environment, not ours") {
    Project project("timezone: UTC\n");
    project.write(".env/bin/python", "");
    CHECK(project.load().timezone == "UTC");
}

TEST_CASE("a variable in a hook never becomes several words") {
    Project project("post_write_hooks:\n  - command: '${TOOL:-my tool} --to \"${WHERE}\" {file}'\n");
    project.request.process_environment["WHERE"] = "a b'; rm -rf";
    CHECK(project.load().post_write_hooks.at(0).command ==
          std::vector<std::string>{"my tool", "--to", "a b'; rm -rf", "{file}"});
}

TEST_CASE("the process's environment is read as it is") {
    ::setenv("REV_TEST_VARIABLE", "a=b=c", 1);
    CHECK(rev::process_environment().at("REV_TEST_VARIABLE") == "a=b=c");
}

TEST_CASE("durations have units") {
    CHECK(rev::parse_duration("60s") == 60s);
    CHECK(rev::parse_duration("500ms") == 500ms);
    CHECK(rev::parse_duration("2m") == 2min);
    CHECK(rev::parse_duration("1h") == 1h);
    CHECK(rev::parse_duration("7") == 7s);
    CHECK(rev::parse_duration("0") == 0s);
    CHECK(rev::parse_duration(" 3 s ") == 3s);
    for (const char* text : {"", "s", "-1", "+1", "1.5s", "1d", "1 s s", "99999999999999999999", "597h", "0x10", "1S"})
        CHECK_MESSAGE(!rev::parse_duration(text), text);
}
