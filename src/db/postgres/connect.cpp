// From a URL to a session: which parameters libpq gets, how long it is waited for, and what a failure is called.

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <regex>

#include "base/secrets.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "db/driver_parameters.hpp"
#include "db/postgres/session.hpp"

namespace rev::db {
namespace {

using Parameters = UrlParameters;

/// libpq's names of connection parameters, in its order.
/// Asked of the libpq that runs: a list of our own would refuse what a newer one can.
std::vector<std::string> known_parameters() {
    const ConnectionParameters options(PQconndefaults());
    std::vector<std::string> names;
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        names.emplace_back(option->keyword);
    }
    return names;
}

/// libpq would refuse it, too, but cannot say which word was meant.
void refuse_unknown(const Parameters& parameters) {
    const auto known = known_parameters();
    for (const auto& [name, value] : parameters) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto near = base::closest(name, known);
        throw Error(ExitCode::usage, error_codes::bad_url,
                    fmt::format("the database URL has an unknown parameter: {}", base::printable(name)))
            .with_hint(near.empty() ? "remove it; libpq's connection parameters are known, and those of drivers that "
                                      "docs/configuration.md lists"
                                    : base::did_you_mean(near));
    }
}

struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using RawConnection = std::unique_ptr<PGconn, Finish>;

/// libpq's parameter lists; the values are those of the map.
struct ParameterLists {
    explicit ParameterLists(const Parameters& parameters) {
        for (const auto& [name, value] : parameters) {
            names.push_back(name.c_str());
            values.push_back(value.c_str());
        }
        names.push_back(nullptr);
        values.push_back(nullptr);
    }
    std::vector<const char*> names;
    std::vector<const char*> values;
};

/// What a service file gives. Only libpq reads those files, and only when it connects: here to a host where there is
/// nothing, for which it asks no network.
Parameters service_parameters(const Parameters& given) {
    // Most have no service; they are spared the second connection object.
    if (!given.contains("service") && std::getenv("PGSERVICE") == nullptr) return {};
    auto nowhere = given;
    // A path that is no folder: libpq takes it for a socket's and fails at once, but keeps what it has read.
    nowhere["host"] = "/dev/null/no-such-folder";
    nowhere.erase("hostaddr");
    const ParameterLists lists(nowhere);
    const RawConnection probe(PQconnectStartParams(lists.names.data(), lists.values.data(), 0));
    const ConnectionParameters options(probe ? PQconninfo(probe.get()) : nullptr);
    Parameters found;
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (option->val != nullptr && *option->val != '\0') found[option->keyword] = option->val;
    }
    return found;
}

Parameters parameters_of(const DatabaseUrl& url) {
    // Without the empty ones: an empty parameter would overrule the PG* variable and the service file of the same name.
    Parameters parameters = {{"user", url.user},
                             {"password", url.password},
                             {"host", url.host},
                             {"port", url.port},
                             {"dbname", url.database}};
    // The query goes last, as it does for libpq's own URIs: ?host= is how a socket's folder is written.
    for (const auto& [name, value] : url.query) parameters[name] = value;
    std::erase_if(parameters, [](const auto& parameter) { return parameter.second.empty(); });
    translate_driver_parameters(parameters);
    refuse_unknown(parameters);
    // The fallback: application_name of the URL and PGAPPNAME are stronger.
    parameters.emplace("fallback_application_name", "rev");
    const auto of_service = service_parameters(parameters);
    const auto add_default = [&](const char* name, const char* value) {
        if (!of_service.contains(name)) parameters.emplace(name, value);
    };
    // libpq itself waits without a limit, which in a pipeline means until the job is killed without a word.
    if (std::getenv("PGCONNECT_TIMEOUT") == nullptr) add_default("connect_timeout", "10");
    // A server that is gone without a word is noticed after two minutes, not after the system's two hours.
    add_default("keepalives_idle", "60");
    add_default("keepalives_interval", "10");
    add_default("keepalives_count", "6");
    // As start-up parameters, these are what RESET ALL returns to.
    // Not emplace: files are UTF-8, so a URL that says otherwise would have them read wrongly.
    parameters["client_encoding"] = "UTF8";
    return parameters;
}

std::string option_of(PGconn* connection, std::string_view name) {
    const ConnectionParameters options(PQconninfo(connection));
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (name == option->keyword && option->val != nullptr) return option->val;
    }
    return {};
}

/// As libpq: seconds, at least two; absent, zero or less: no limit.
std::optional<std::chrono::seconds> connect_timeout(PGconn* connection) {
    const auto seconds = std::atoi(option_of(connection, "connect_timeout").c_str());
    if (seconds <= 0) return std::nullopt;
    return std::chrono::seconds(std::max(seconds, 2));
}

/// PQconnectdbParams does all this in one call, but under it the verbosity of messages cannot be set in time.
enum class Connecting { ended, timed_out };

/// Goes on with a connection that was started until it is made or has failed.
Connecting finish_connecting(PGconn* connection) {
    using Clock = std::chrono::steady_clock;
    using std::chrono::milliseconds;
    const auto timeout = connect_timeout(connection);
    const auto deadline = Clock::now() + timeout.value_or(std::chrono::seconds(0));
    // As libpq's manual says: before the first PQconnectPoll, behave as though it had returned this.
    auto state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
        if (timeout && left <= 0) return Connecting::timed_out;
        const short event = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        pollfd socket = {PQsocket(connection), event, 0};
        // The socket may be another one after each step.
        // A signal ends poll() early with -1: then the loop goes round and looks at the clock. Without a socket
        // (between two addresses), libpq has to be asked to go on.
        if (poll(&socket, 1, timeout ? static_cast<int>(left) : -1) > 0 || PQsocket(connection) < 0)
            state = PQconnectPoll(connection);
    }
    return Connecting::ended;
}

/// Several hosts, or a host with several addresses, are tried in turn by libpq alone, with the timeout for each.
/// PQconnectPoll goes on to the next host at once when one fails, but leaves the timeout of each to its caller, who
/// does not see which host it is at.
RawConnection connect_in_turn(const ParameterLists& lists) {
    RawConnection connection(PQconnectdbParams(lists.names.data(), lists.values.data(), 0));
    if (!connection) throw std::bad_alloc();
    return connection;
}

bool has_several_hosts(PGconn* connection) {
    return option_of(connection, "host").find(',') != std::string::npos ||
           option_of(connection, "hostaddr").find(',') != std::string::npos;
}

/// False where the name has one address, or is none that a resolver knows.
bool has_several_addresses(PGconn* connection) {
    const auto host = option_of(connection, "host");
    if (host.empty() || host.front() == '/' || !option_of(connection, "hostaddr").empty()) return false;
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return false;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    return found != nullptr && found->ai_next != nullptr;
}

constexpr const char* timeout_message = "timeout expired";

/// A connection, or why there is none.
struct Attempt {
    RawConnection connection;
    std::string message;  ///< libpq's; empty when connected
};

/// libpq tells the SQLSTATE of a failure to connect only in a verbose message, and takes the wish for one only between
/// the start of a connection and its end.
Attempt attempt(const Parameters& parameters) {
    const ParameterLists lists(parameters);
    Attempt made{RawConnection(PQconnectStartParams(lists.names.data(), lists.values.data(), 0)), {}};
    if (!made.connection) throw std::bad_alloc();
    auto* raw = made.connection.get();
    PQsetErrorVerbosity(raw, PQERRORS_VERBOSE);
    // CONNECTION_BAD here: parameters that libpq could not even begin with; its message says which.
    const bool is_started = PQstatus(raw) != CONNECTION_BAD;
    if (is_started && has_several_hosts(raw)) {
        made.connection = connect_in_turn(lists);
    } else if (is_started && finish_connecting(raw) == Connecting::timed_out) {
        // Resolved only now: nearly always it is one address, and a name server that is slow has cost the time already.
        if (!has_several_addresses(raw)) return {nullptr, timeout_message};
        made.connection = connect_in_turn(lists);
    }
    raw = made.connection.get();
    if (PQstatus(raw) != CONNECTION_OK) return {nullptr, PQerrorMessage(raw)};
    // Verbose messages of the session would bring source lines of the server into every error.
    PQsetErrorVerbosity(raw, PQERRORS_DEFAULT);
    return made;
}

/// A failure to connect: the server's is known by its SQLSTATE, as it may speak any language; libpq's own by its words,
/// which follow the locale of this process, and rev sets none.
struct ConnectFailure {
    std::string_view text;
    const char* code;
    const char* message;
    const char* hint;
    const char* sqlstate;
};

/// The order decides: the first text found in the message counts, so special ones stand before general ones ("password
/// authentication failed" before "authentication failed", both before "SSL", which the one about pg_hba.conf may hold,
/// too: "..., SSL off").
constexpr ConnectFailure failures[] = {
    {"could not translate host name", error_codes::host_not_found, "the database host was not found",
     "check the host name in the URL, and the network", ""},
    {"password authentication failed", error_codes::login_failed, "the database refused the user or the password",
     "check user and password in the URL (or PGPASSWORD, or the password file)", sqlstate::invalid_password},
    {"no password supplied", error_codes::login_failed, "the database asks for a password and none was given",
     "put the password into the URL, PGPASSWORD or the password file", sqlstate::invalid_password},
    {"authentication failed", error_codes::login_failed, "the database refused the user",
     "check the user in the URL and the server's pg_hba.conf", sqlstate::invalid_authorization_specification},
    {"no pg_hba.conf entry", error_codes::login_failed, "the database does not let this user connect from here",
     "check user, database and sslmode in the URL, and the server's pg_hba.conf",
     sqlstate::invalid_authorization_specification},
    {"too many clients", error_codes::too_many_connections, "the database has no connection left",
     "try again later, or raise max_connections", sqlstate::too_many_connections},
    {"remaining connection slots", error_codes::too_many_connections, "the database has no connection left",
     "try again later, or raise max_connections", sqlstate::too_many_connections},
    {"the database system is", error_codes::server_not_ready, "the database server is starting up or shutting down",
     "try again in a moment", sqlstate::cannot_connect_now},
    {"timeout expired", error_codes::connection_timeout, "the database did not answer in time",
     "check host and port in the URL, and firewalls; connect_timeout=SECONDS in the URL waits longer", ""},
    {"Connection refused", error_codes::connection_refused, "no database server answers there",
     "check that the server runs, and host and port in the URL", ""},
    {"No such file or directory\n\tIs the server running", error_codes::connection_refused,
     "no database server answers there", "check that the server runs, and the socket folder in the URL", ""},
    {"No route to host", error_codes::host_unreachable, "the database host cannot be reached",
     "check host and port in the URL, and the network", ""},
    {"Network is unreachable", error_codes::host_unreachable, "the database host cannot be reached",
     "check host and port in the URL, and the network", ""},
    {"server closed the connection unexpectedly", error_codes::server_not_ready,
     "the database server closed the connection", "it may be starting up or shutting down: try again in a moment", ""},
    {"SSL", error_codes::ssl_failed, "the encrypted connection to the database failed",
     "check sslmode and the certificates named in the URL", ""},
    {"certificate", error_codes::ssl_failed, "the encrypted connection to the database failed",
     "check sslmode and the certificates named in the URL", ""},
};

/// These have names between their words, or no words of their own, and are found by other means than a part of the
/// message.
constexpr ConnectFailure no_database = {"", error_codes::no_such_database, "the database does not exist",
                                        "create it (createdb), or correct the database name in the URL",
                                        sqlstate::invalid_catalog_name};
constexpr ConnectFailure no_role = {"", error_codes::login_failed, "the database user does not exist",
                                    "correct the user in the URL, or create the role",
                                    sqlstate::invalid_authorization_specification};
constexpr ConnectFailure bad_password = {"", error_codes::login_failed, "the database refused the user or the password",
                                         "check user and password in the URL (or PGPASSWORD, or the password file)",
                                         sqlstate::invalid_password};
constexpr ConnectFailure not_ready = {"", error_codes::server_not_ready,
                                      "the database server is starting up or shutting down", "try again in a moment",
                                      sqlstate::cannot_connect_now};
constexpr ConnectFailure other = {"", error_codes::connection_failed, "cannot connect to the database",
                                  "check the URL, and that the server runs", ""};

/// By the server's SQLSTATE.
const ConnectFailure* find_by_sqlstate(std::string_view sqlstate) {
    if (sqlstate.empty()) return nullptr;
    if (sqlstate == no_database.sqlstate) return &no_database;
    if (sqlstate == sqlstate::invalid_password) return &bad_password;
    // 57P01 to 57P03: the server is going down, has crashed, or cannot take connections yet.
    if (sqlstate.starts_with("57P") || sqlstate == sqlstate::connection_failure) return &not_ready;
    const auto found = std::ranges::find(failures, sqlstate, &ConnectFailure::sqlstate);
    return found == std::end(failures) ? nullptr : &*found;
}

/// Words before SQLSTATE: 28000 alone does not tell a missing role from a missing line in pg_hba.conf. Where the server
/// speaks another language the code is all there is.
const ConnectFailure& classify(std::string_view message, std::string_view sqlstate) {
    const auto has = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
    if (has("role \"") && has("does not exist")) return no_role;
    if (has("database \"") && has("does not exist")) return no_database;
    for (const auto& failure : failures) {
        if (has(failure.text)) return failure;
    }
    const auto* known = find_by_sqlstate(sqlstate);
    return known == nullptr ? other : *known;
}

/// "57P03" of a verbose message, whose first line is `SEVERITY:  57P03: the words`; empty if it has none.
std::string sqlstate_in(const std::string& message) {
    static const std::regex code(R"(:  ([0-9A-Z]{5}): )");
    std::smatch found;
    return std::regex_search(message, found, code) ? found[1].str() : "";
}

/// The message as it would be without the verbosity.
std::string without_verbosity(std::string message, const std::string& sqlstate) {
    if (const auto at = message.find(":  " + sqlstate + ": "); !sqlstate.empty() && at != std::string::npos)
        message.erase(at + 3, sqlstate.size() + 2);
    // LOCATION, in whatever language, is its last line: "NAME:  function, file.c:123".
    static const std::regex place(R"(\n[^\n]*:  \w+, [\w.]+\.c:\d+\s*$)");
    return sqlstate.empty() ? message : std::regex_replace(message, place, "");
}

Error connect_error(const std::string& raw_message, const DatabaseUrl& url) {
    const auto sqlstate = sqlstate_in(raw_message);
    const auto message = without_verbosity(raw_message, sqlstate);
    const auto& failure = classify(message, sqlstate);
    return Error(ExitCode::database, failure.code, fmt::format("{}: {}", failure.message, url.display()))
        .with_detail(clean_message(message.c_str(), url))
        .with_hint(failure.hint)
        .with_sqlstate(sqlstate.empty() ? failure.sqlstate : sqlstate);
}

}  // namespace

std::string clean_message(const char* message, const DatabaseUrl& url) {
    auto text = base::hide_secrets(base::trim(message));
    const auto hide = [&](const std::string& secret) {
        // Where it is a name that is shown anyway, its place does not tell that it is a password.
        // A password that is the user's name, as in many test set-ups, would blank the name everywhere in the message.
        if (secret != url.user && secret != url.database && secret != url.host)
            text = hide_secret(std::move(text), secret);
    };
    hide(url.password);
    for (const auto* name : {"password", "sslpassword"})
        if (const auto found = url.query.find(name); found != url.query.end()) hide(found->second);
    // It is libpq's source of a password when the URL has none.
    if (const char* secret = std::getenv("PGPASSWORD")) hide(secret);
    return base::printable(text);
}

PostgresSession connect_postgres(const DatabaseUrl& url) {
    auto made = attempt(parameters_of(url));
    if (!made.connection) throw connect_error(made.message, url);
    PostgresSession session;
    // Taken before adopt(): the owner changes, the connection does not.
    session.raw = made.connection.get();
    session.connection = adopt(made.connection.release());
    return session;
}

}  // namespace rev::db
