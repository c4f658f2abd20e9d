// A program that prints the desired schema.
#include "scratch/schema_command.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rev/error.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

Config config_in(const std::filesystem::path& folder) {
    Config config;
    config.directory = folder;
    config.url = "postgresql+asyncpg://app:secret@db.example.com/app";
    config.url_variables = {"APP_DB", "DB_PORT", "DB_HOST"};
    return config;
}

std::string output_of(const Config& config, const std::vector<std::string>& command, Dialect dialect = Dialect::sqlite) {
    SchemaSettings settings;
    settings.command = command;
    return scratch::run_schema_command(config, settings, dialect, {}).text;
}

TEST_CASE("what a program prints is the schema; it runs in the project's folder, without a shell") {
    const TemporaryFolder folder;
    const auto config = config_in(folder.path());
    CHECK(output_of(config, {"printf", "%s", "a; b $HOME *"}) == "a; b $HOME *");
    CHECK(output_of(config, {"pwd"}) == folder.path().string() + "\n");
    CHECK(output_of(config, {"sh", "-c", "echo ddl; echo noise >&2"}) == "ddl\n");
    CHECK(output_of(config, {"echo", "{dialect}"}, Dialect::postgresql) == "postgresql\n");
    CHECK(output_of(config, {"echo", "{schema_sources}/x"}).ends_with("share/rev/schema_sources/x\n"));
}

TEST_CASE("no variable leads it to the live database") {
    const std::map<std::string, std::string> environment = {
        {"APP_DB", "mysql+aio://me:secret@live/app"}, {"DB_PORT", "6543"},   {"DB_HOST", "live"},
        {"PGPASSWORD", "secret"},                     {"PGSERVICE", "live"}, {"HOME", "/home/me"}};
    const auto changes = scratch::variables_leading_nowhere(config_in("/"), environment);
    CHECK(changes.at("APP_DB") == "mysql+aio://nobody:nobody@nowhere.invalid:1/nowhere");
    CHECK(changes.at("DB_PORT") == "1");
    CHECK(changes.at("DB_HOST") == "nowhere.invalid");
    CHECK(changes.at("PGPASSWORD") == std::nullopt);
    CHECK(changes.at("PGSERVICE") == std::nullopt);
    CHECK(changes.at("PGHOST") == "nowhere.invalid");
    // Only a file .env may set it, which the program may read itself.
    CHECK(changes.at("DATABASE_URL") == "postgresql+asyncpg://nobody:nobody@nowhere.invalid:1/nowhere");
    CHECK_FALSE(changes.contains("HOME"));
    for (const auto& [name, value] : changes) CHECK(value.value_or("").find("live") == std::string::npos);
}

TEST_CASE("a program that fails, or is not there, is an error that shows what it said") {
    const TemporaryFolder folder;
    const auto config = config_in(folder.path());
    try {
        (void)output_of(config, {"sh", "-c", "echo half; echo no such model >&2; exit 3"});
        FAIL("half of a schema was taken");
    } catch (const Error& error) {
        CHECK(error.code() == "schema_command_failed");
        CHECK(error.exit_code() == ExitCode::graph);
        CHECK(error.detail() == "no such model");
        CHECK(std::string(error.what()).find("exit code 3") != std::string::npos);
    }
    CHECK_THROWS_WITH_AS((void)output_of(config, {"no-such-program"}), doctest::Contains("cannot be started"), Error);
}

}  // namespace
}  // namespace rev::test
