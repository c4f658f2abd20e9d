#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "db/postgres_session.hpp"

namespace rev {
namespace {

using Parameters = std::map<std::string, std::string>;

/// libpq's names of connection parameters, in its order.
std::vector<std::string> known_parameters() {
    const ConnectionParameters options(PQconndefaults());
    std::vector<std::string> names;
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        names.emplace_back(option->keyword);
    }
    return names;
}

/// asyncpg writes ssl=require (or true) for libpq's sslmode=require.
void translate_ssl(Parameters& parameters) {
    const auto ssl = parameters.find("ssl");
    if (ssl == parameters.end()) return;
    const auto& value = ssl->second;
    parameters["sslmode"] = value == "true" || value == "1" ? "require" : value;
    parameters.erase(ssl);
}

void refuse_unknown(const Parameters& parameters) {
    const auto known = known_parameters();
    for (const auto& [name, value] : parameters) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto near = closest(name, known);
        throw Error(ExitCode::usage, "bad_url",
                    fmt::format("the database URL has an unknown parameter: {}", printable(name)))
            .with_hint(near.empty() ? "remove it; libpq's connection parameters are known" : did_you_mean(near));
    }
}

Parameters parameters_of(const DatabaseUrl& url) {
    Parameters parameters = {{"user", url.user},
                             {"password", url.password},
                             {"host", url.host},
                             {"port", url.port},
                             {"dbname", url.database}};
    for (const auto& [name, value] : url.query) parameters[name] = value;
    std::erase_if(parameters, [](const auto& parameter) { return parameter.second.empty(); });
    translate_ssl(parameters);
    refuse_unknown(parameters);
    parameters.emplace("fallback_application_name", "rev");
    if (std::getenv("PGCONNECT_TIMEOUT") == nullptr) parameters.emplace("connect_timeout", "10");
    // A server that is gone without a word is noticed after two minutes, not after the system's two hours.
    parameters.emplace("keepalives_idle", "60");
    parameters.emplace("keepalives_interval", "10");
    parameters.emplace("keepalives_count", "6");
    // As start-up parameters, these are what RESET ALL returns to.
    parameters["client_encoding"] = "UTF8";
    return parameters;
}

struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using RawConnection = std::unique_ptr<PGconn, Finish>;

RawConnection start(const Parameters& parameters) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : parameters) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    RawConnection connection(PQconnectdbParams(names.data(), values.data(), 0));
    if (!connection) throw std::bad_alloc();
    return connection;
}

/// A failure to connect as libpq words it. libpq 15 does not tell the SQLSTATE then.
struct ConnectFailure {
    std::string_view text;
    const char* code;
    const char* message;
    const char* hint;
    const char* sqlstate;
};

constexpr ConnectFailure failures[] = {
    {"could not translate host name", "host_not_found", "the database host was not found",
     "check the host name in the URL, and the network", ""},
    {"password authentication failed", "login_failed", "the database refused the user or the password",
     "check user and password in the URL (or PGPASSWORD, or the password file)", "28P01"},
    {"no password supplied", "login_failed", "the database asks for a password and none was given",
     "put the password into the URL, PGPASSWORD or the password file", "28P01"},
    {"authentication failed", "login_failed", "the database refused the user",
     "check the user in the URL and the server's pg_hba.conf", "28000"},
    {"no pg_hba.conf entry", "login_failed", "the database does not let this user connect from here",
     "check user, database and sslmode in the URL, and the server's pg_hba.conf", "28000"},
    {"too many clients", "too_many_connections", "the database has no connection left",
     "try again later, or raise max_connections", "53300"},
    {"remaining connection slots", "too_many_connections", "the database has no connection left",
     "try again later, or raise max_connections", "53300"},
    {"the database system is", "server_not_ready", "the database server is starting up or shutting down",
     "try again in a moment", "57P03"},
    {"timeout expired", "connection_timeout", "the database did not answer in time",
     "check host and port in the URL, and firewalls; connect_timeout=SECONDS in the URL waits longer", ""},
    {"Connection refused", "connection_refused", "no database server answers there",
     "check that the server runs, and host and port in the URL", ""},
    {"No such file or directory\n\tIs the server running", "connection_refused", "no database server answers there",
     "check that the server runs, and the socket folder in the URL", ""},
    {"No route to host", "host_unreachable", "the database host cannot be reached",
     "check host and port in the URL, and the network", ""},
    {"Network is unreachable", "host_unreachable", "the database host cannot be reached",
     "check host and port in the URL, and the network", ""},
    {"server closed the connection unexpectedly", "server_not_ready", "the database server closed the connection",
     "it may be starting up or shutting down: try again in a moment", ""},
    {"SSL", "ssl_failed", "the encrypted connection to the database failed",
     "check sslmode and the certificates named in the URL", ""},
    {"certificate", "ssl_failed", "the encrypted connection to the database failed",
     "check sslmode and the certificates named in the URL", ""},
};

constexpr ConnectFailure no_database = {"", "no_such_database", "the database does not exist",
                                        "create it (createdb), or correct the database name in the URL", "3D000"};
constexpr ConnectFailure no_role = {"", "login_failed", "the database user does not exist",
                                    "correct the user in the URL, or create the role", "28000"};
constexpr ConnectFailure other = {"", "connection_failed", "cannot connect to the database",
                                  "check the URL, and that the server runs", ""};

const ConnectFailure& classify(std::string_view message) {
    const auto has = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
    if (has("database \"") && has("does not exist")) return no_database;
    if (has("role \"") && has("does not exist")) return no_role;
    for (const auto& failure : failures) {
        if (has(failure.text)) return failure;
    }
    return other;
}

Error connect_error(const char* raw_message, const DatabaseUrl& url) {
    const auto& failure = classify(raw_message);
    return Error(ExitCode::database, failure.code, fmt::format("{}: {}", failure.message, url.display()))
        .with_detail(clean_message(raw_message, url))
        .with_hint(failure.hint)
        .with_sqlstate(failure.sqlstate);
}

}  // namespace

std::string clean_message(const char* message, const DatabaseUrl& url) {
    auto text = hide_secrets(trim(message));
    const auto hide = [&](const std::string& secret) {
        // Where it is a name that is shown anyway, its place does not tell that it is a password.
        if (secret != url.user && secret != url.database && secret != url.host)
            text = hide_secret(std::move(text), secret);
    };
    hide(url.password);
    for (const auto* name : {"password", "sslpassword"})
        if (const auto found = url.query.find(name); found != url.query.end()) hide(found->second);
    if (const char* secret = std::getenv("PGPASSWORD")) hide(secret);
    return printable(text);
}

PostgresSession connect_postgres(const DatabaseUrl& url) {
    auto raw = start(parameters_of(url));
    if (PQstatus(raw.get()) != CONNECTION_OK) throw connect_error(PQerrorMessage(raw.get()), url);
    PostgresSession session;
    session.raw = raw.get();
    session.connection = adopt(raw.release());
    return session;
}

}  // namespace rev
