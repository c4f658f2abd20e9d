#include "import/scratch.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <random>
#include <system_error>

#include "base/process.hpp"
#include "base/text.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view usual_port = "5432";

fs::path new_folder() {
    auto name = (fs::temp_directory_path() / "rev-scratch-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw Error(ExitCode::usage, "cannot_write",
                    fmt::format("cannot make a folder in {}", fs::temp_directory_path().string()));
    return name;
}

std::string random_name() {
    std::random_device device;
    return fmt::format("rev_scratch_{:08x}{:08x}", device(), device());
}

void run_alone(const DatabaseUrl& server, const std::string& sql) {
    const auto database = open_database(server, {});
    const std::vector<Command> commands{{.kind = Command::Kind::sql, .sql = sql}};
    database->run(commands);
}

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                           c == '.' || c == '-';
        if (plain) {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

std::string host_of(const DatabaseUrl& url) {
    if (!url.host.empty()) return url.host;
    const auto found = url.query.find("host");
    return found == url.query.end() ? std::string("localhost") : found->second;
}

std::string sqlalchemy_url(const DatabaseUrl& url) {
    auto text = std::string("postgresql://");
    if (!url.user.empty()) text += percent_encoded(url.user);
    if (!url.password.empty()) text += ":" + percent_encoded(url.password);
    if (!url.user.empty()) text += "@";
    text += url.host;
    if (!url.port.empty()) text += ":" + url.port;
    text += "/" + url.database;
    if (url.host.empty()) text += "?host=" + host_of(url);
    return text;
}

}  // namespace

ScratchDatabase::ScratchDatabase(Dialect dialect, const std::optional<DatabaseUrl>& server) {
    if (dialect == Dialect::sqlite) {
        folder_ = new_folder();
        url_.dialect = Dialect::sqlite;
        url_.database = (folder_ / "scratch.db").string();
        return;
    }
    if (!server || server->dialect != Dialect::postgresql)
        throw Error(ExitCode::usage, "no_scratch",
                    "there is no PostgreSQL server on which databases for trying may be made")
            .with_hint("name one, never the live one: --scratch postgresql://user@localhost/postgres");
    make_on(*server);
}

void ScratchDatabase::make_on(const DatabaseUrl& server) {
    server_ = server;
    url_ = server;
    url_.database = random_name();
    run_alone(server, "CREATE DATABASE " + url_.database + " TEMPLATE template0");
}

ScratchDatabase::~ScratchDatabase() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
    if (!server_) return;
    try {
        run_alone(*server_, "DROP DATABASE IF EXISTS " + url_.database + " WITH (FORCE)");
    } catch (const Error&) {  // its name says what it is
    }
}

std::string ScratchDatabase::python_url() const {
    return folder_.empty() ? sqlalchemy_url(url_) : "sqlite:///" + url_.database;
}

std::string ScratchDatabase::python_maintenance_url() const {
    return server_ ? sqlalchemy_url(*server_) : std::string();
}

fs::path ScratchDatabase::file() const { return folder_.empty() ? fs::path() : fs::path(url_.database); }

std::vector<std::pair<std::string, int>> ScratchDatabase::addresses() const {
    if (!folder_.empty()) return {};
    return {{host_of(url_), std::stoi(url_.port.empty() ? std::string(usual_port) : url_.port)}};
}

std::map<std::string, std::string> ScratchDatabase::libpq_variables() const {
    if (!folder_.empty()) return {};
    std::map<std::string, std::string> variables{{"PGHOST", host_of(url_)}, {"PGDATABASE", url_.database}};
    if (!url_.port.empty()) variables["PGPORT"] = url_.port;
    if (!url_.user.empty()) variables["PGUSER"] = url_.user;
    if (!url_.password.empty()) variables["PGPASSWORD"] = url_.password;
    return variables;
}

namespace {

/// pg_dump writes a random word behind \restrict.
std::string without_tokens(const std::string& dump) {
    std::string text;
    for (std::size_t at = 0; at < dump.size();) {
        const auto end = std::min(dump.find('\n', at), dump.size());
        const auto line = std::string_view(dump).substr(at, end - at);
        if (!line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")) text += std::string(line) + '\n';
        at = end + 1;
    }
    return text;
}

std::string dumped(const std::map<std::string, std::string>& libpq_variables, const std::string& without) {
    ProcessOptions options;
    for (const auto& [name, value] : libpq_variables) options.environment[name] = value;
    std::vector<std::string> command{"pg_dump", "--schema-only", "--no-owner"};
    if (!without.empty()) command.push_back("--exclude-table=" + without);
    try {
        const auto result = run_process(command, options);
        if (result.exit_code == 0) return without_tokens(result.output);
        throw Error(ExitCode::usage, "no_pg_dump", "pg_dump says: " + std::string(trim(result.output)));
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, "no_pg_dump", "pg_dump cannot be started: " + error.code().message());
    }
}

}  // namespace

std::string schema_text(Database& database, const std::map<std::string, std::string>& libpq_variables,
                        const std::string& without) {
    if (database.dialect() == Dialect::postgresql) return dumped(libpq_variables, without);
    std::string text;
    const std::vector<SqlValue> parameters{without};
    const auto rows = database.query(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name <> ? ORDER BY type, name, sql", parameters);
    for (const auto& row : rows)
        for (const auto& value : row) text += std::string(trim(value.value_or(""))) + '\n';
    return text;
}

}  // namespace rev::foreign
