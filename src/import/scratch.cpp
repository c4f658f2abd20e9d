#include "import/scratch.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/text.hpp"
#include "rev/error.hpp"
#include "rev/stop.hpp"

namespace rev::foreign {
namespace {

constexpr std::string_view usual_port = "5432";

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        // `@`, `:` or `?` in a password would end the part of the URL that it stands in.
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                           c == '.' || c == '-' || c == '/';
        if (plain) {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

std::string query_value(const DatabaseUrl& url, const std::string& name) {
    const auto found = url.query.find(name);
    return found == url.query.end() ? std::string() : found->second;
}

std::string host_of(const DatabaseUrl& url) {
    if (!url.host.empty()) return url.host;
    auto host = query_value(url, "host");
    return host.empty() ? std::string("localhost") : host;
}

std::string port_of(const DatabaseUrl& url) {
    if (!url.port.empty()) return url.port;
    auto port = query_value(url, "port");
    return port.empty() ? std::string(usual_port) : port;
}

}  // namespace

std::unique_ptr<scratch::Place> open_scratch_place(Dialect dialect, const std::string& url) {
    scratch::PlaceRequest request;
    request.dialect = dialect;
    request.scratch_url = url;
    // Without a URL PostgreSQL is started here: files that nobody has looked at do not reach a server that others
    // use.
    request.way = url.empty() ? scratch::Way::server : scratch::Way::url;
    request.interrupted = stop_requested;
    try {
        return scratch::open_place(request);
    } catch (const Error& error) {
        if (error.code() != error_codes::no_scratch) throw;
        throw Error(ExitCode::usage, error_codes::no_scratch,
                    "there is no PostgreSQL server on which databases for trying may be made")
            .with_detail(error.detail())
            .with_hint(
                "name one, never the live one: --scratch postgresql://user@localhost/postgres; or install "
                "PostgreSQL's server programs here");
    }
}

std::string maintenance_database(Dialect dialect, const std::string& url) {
    if (dialect == Dialect::sqlite) return {};
    const auto name = url.empty() ? std::string() : parse_database_url(url).database;
    // libpq would take the name of the user, of which there need be no database.
    return name.empty() ? "postgres" : name;
}

std::string python_url(const DatabaseUrl& url, const std::string& database) {
    const auto& name = database.empty() ? url.database : database;
    if (url.dialect == Dialect::sqlite) return "sqlite:///" + name;
    auto text = std::string("postgresql://");
    if (!url.user.empty()) text += percent_encoded(url.user);
    if (!url.password.empty()) text += ":" + percent_encoded(url.password);
    if (!url.user.empty()) text += "@";
    text += url.host;
    if (!url.host.empty()) text += ":" + port_of(url);
    text += "/" + percent_encoded(name);
    // SQLAlchemy takes the folder of a socket as `?host=`: before the path, its slashes would end the host.
    if (url.host.empty()) text += fmt::format("?host={}&port={}", percent_encoded(host_of(url)), port_of(url));
    return text;
}

std::vector<std::pair<std::string, int>> addresses_of(const DatabaseUrl& url) {
    if (url.dialect == Dialect::sqlite) return {};
    return {{host_of(url), std::stoi(port_of(url))}};
}

std::map<std::string, std::string> libpq_variables(const DatabaseUrl& url) {
    if (url.dialect == Dialect::sqlite) return {};
    std::map<std::string, std::string> variables{
        {"PGHOST", host_of(url)}, {"PGDATABASE", url.database}, {"PGPORT", port_of(url)}};
    if (!url.user.empty()) variables["PGUSER"] = url.user;
    if (!url.password.empty()) variables["PGPASSWORD"] = url.password;
    return variables;
}

}  // namespace rev::foreign
