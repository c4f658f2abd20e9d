#include "db/postgres/backup.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include "base/process.hpp"
#include "base/text.hpp"
#include "db/postgres/session.hpp"

namespace rev::db {
namespace {

using Environment = std::map<std::string, std::optional<std::string>>;

/// The connection's own parameters as libpq's variables, so that none, above all the password, is an argument that
/// `ps` shows. The service and several hosts are resolved already.
Environment environment_of(PGconn* connection) {
    Environment environment;
    const ConnectionParameters options(PQconninfo(connection));
    if (!options) throw std::bad_alloc();
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        // Parameters without a variable cannot be handed on so; pg_dump then uses their defaults.
        if (option->envvar == nullptr) continue;
        const bool is_set = option->val != nullptr && *option->val != '\0';
        // nullopt unsets: a variable of rev's own environment must not overrule what the URL said.
        environment[option->envvar] = is_set ? std::optional<std::string>(option->val) : std::nullopt;
    }
    // A service would be read again and could name another host. With PGHOSTADDR, several hosts would be tried anew,
    // while the backup has to come from the server that this connection has reached.
    environment["PGSERVICE"] = std::nullopt;
    environment["PGHOSTADDR"] = std::nullopt;
    environment["PGHOST"] = PQhost(connection);
    environment["PGPORT"] = PQport(connection);
    environment["PGAPPNAME"] = "rev backup";
    return environment;
}

Error no_pg_dump(const std::string& reason) {
    return Error(ExitCode::database, error_codes::no_pg_dump,
                 fmt::format("pg_dump, which makes the backup, did not start: {}", reason))
        .with_hint("install PostgreSQL's client programs (Debian: postgresql-client), or put pg_dump on PATH");
}

base::ProcessResult run_pg_dump(const std::vector<std::string>& arguments, const base::ProcessOptions& options = {}) {
    try {
        return base::run_process(arguments, options);
    } catch (const std::system_error& error) {
        throw no_pg_dump(error.code().message());
    }
}

/// pg_dump refuses a newer server, too, but after it has connected and in other words.
void check_version(PGconn* connection) {
    const auto told = run_pg_dump({"pg_dump", "--version"});
    const int client = major_version_in(told.output);
    if (told.exit_code != 0 || client == 0) throw no_pg_dump(base::printable(base::trim(told.output)));
    // Since PostgreSQL 10 the number is major * 10000 + minor.
    const int server = PQserverVersion(connection) / 10000;
    if (client >= server) return;
    throw Error(ExitCode::database, error_codes::pg_dump_too_old,
                fmt::format("pg_dump is of PostgreSQL {} and cannot back up a server of version {}", client, server))
        .with_hint(
            fmt::format("install the client programs of PostgreSQL {} (Debian: postgresql-client-{}) and put them "
                        "first on PATH",
                        server, server));
}

}  // namespace

int major_version_in(std::string_view text) noexcept {
    const auto digit = text.find_first_of("0123456789");
    int number = 0;
    if (digit != std::string_view::npos) std::from_chars(text.data() + digit, text.data() + text.size(), number);
    return number;
}

void dump_postgres(PGconn* connection, const DatabaseUrl& url, const std::filesystem::path& file,
                   const std::function<bool()>& interrupted,
                   const std::function<void(const std::string& message)>& on_warning) {
    check_version(connection);
    // --no-password: without a terminal to ask at, pg_dump would wait for ever where it lacks one.
    const auto result = run_pg_dump({"pg_dump", "--format=custom", "--no-password", "--file=" + file.string()},
                                    {environment_of(connection), interrupted});
    const auto said = clean_message(result.output.c_str(), url);
    // Before the exit code: a pg_dump that was stopped fails, too, and that is not what is to be told.
    if (interrupted && interrupted())
        throw Error(ExitCode::database, error_codes::interrupted, "the backup was interrupted");
    if (result.exit_code != 0) {
        throw Error(ExitCode::database, error_codes::backup_failed,
                    fmt::format("pg_dump failed with exit code {}", result.exit_code))
            .with_detail(said)
            .with_hint("nothing was run and no backup was kept");
    }
    // pg_dump warns and exits with 0, for instance of circular foreign keys; whoever restores needs to know.
    if (!said.empty() && on_warning) on_warning(said);
}

}  // namespace rev::db
