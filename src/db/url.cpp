#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "db/database_url.hpp"
#include "rev/error.hpp"

// url       = scheme ["+" driver] "://" [user [":" password] "@"] [hosts] ["/" database] ["?" query]
// hosts     = host [":" port] *("," host [":" port])
// host      = "[" IPv6 address "]" | name
//
// Parts are percent-encoded, except SQLite's path, which SQLAlchemy takes as it is. Messages never quote more of a
// URL than its scheme, port or the name of a query key: anything else may be a misplaced password.

namespace rev::db {
namespace {

constexpr std::string_view scheme_hint =
    "write postgresql://user:password@host:5432/database or sqlite:///file.db (sqlite:////... for an absolute path)";

Error bad_url(const std::string& message, std::string hint = std::string(scheme_hint)) {
    return Error(ExitCode::usage, error_codes::bad_url, message).with_hint(std::move(hint));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// RFC 3986's unreserved characters.
bool is_unreserved(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The byte that `%XX` at `at` stands for; nullopt if there is no such escape.
std::optional<char> escape_at(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size() || text[at] != '%') return std::nullopt;
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

/// part: what `text` is, for the message.
std::string decode(std::string_view text, std::string_view part) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        const auto byte = escape_at(text, i);
        if (!byte)
            // libpq refuses such a % as well, SQLAlchemy keeps it; to keep it would make another password of `%41%`.
            throw bad_url(fmt::format("the {} of the database URL has a % that is not followed by two hexadecimal "
                                      "digits",
                                      part),
                          "write a % in it as %25");
        // A C string would end there, and a shorter password than the one that was written would be tried.
        if (*byte == '\0') throw bad_url(fmt::format("the {} of the database URL holds a zero byte (%00)", part));
        result += *byte;
        i += 2;
    }
    return result;
}

/// As in HTML forms and SQLAlchemy, `+` is a space in a query.
std::string decode_query_part(std::string_view text, std::string_view part) {
    std::string with_spaces(text);
    std::replace(with_spaces.begin(), with_spaces.end(), '+', ' ');
    return decode(with_spaces, part);
}

std::string encode(std::string_view text, std::string_view also_allowed = "") {
    std::string result;
    for (const char c : text) {
        // Bytes of UTF-8 stay as they are: the result is for people.
        const bool plain = is_unreserved(c) || also_allowed.find(c) != std::string_view::npos || (c & 0x80) != 0;
        if (plain) {
            result += c;
        } else {
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return result;
}

Dialect dialect_of_scheme(std::string_view scheme) {
    // SQLAlchemy's driver, as in postgresql+asyncpg, says which library Python is to use, and nothing about the
    // database.
    const std::string name = base::lower_case(scheme.substr(0, scheme.find('+')));
    if (const auto dialect = find_dialect(name)) return *dialect;
    // What stands before `://` may be a password that holds it.
    const bool showable = !name.empty() && name.size() <= 32 &&
                          std::all_of(name.begin(), name.end(), [](char c) { return is_unreserved(c); });
    if (!showable) throw bad_url("the database URL does not start with postgresql:// or sqlite://");
    throw bad_url(
        fmt::format("unknown database scheme \"{}\" in the URL; known are postgresql, postgres and sqlite", name));
}

void check_port(std::string_view port) {
    const bool digits = std::all_of(port.begin(), port.end(), is_digit);
    if (!digits)
        throw bad_url("the port in the database URL is not a number",
                      "a `:` or `@` in a user name or "
                      "password is written %3A or %40");
    if (port.empty()) return;
    // The length first: stoi throws for more digits than an int has.
    if (port.size() > 5 || std::stoi(std::string(port)) > 65535 || std::stoi(std::string(port)) == 0)
        // Not quoted: where an `@` was forgotten, it is a password.
        throw bad_url("the port in the database URL is not between 1 and 65535");
}

/// Where the user and password end: the offset of their `@` in what follows `://`. As SQLAlchemy, a password may hold
/// an unescaped `/` or `?`; but a plain `host:5432/database?key=a@b` has none.
std::optional<std::size_t> find_end_of_userinfo(std::string_view rest) {
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    // The last one: a password may hold others, unescaped.
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) return at;

    const auto colon = authority.find(':');
    const auto at = rest.find('@');
    if (colon == std::string_view::npos || at == std::string_view::npos || authority.front() == '[')
        return std::nullopt;
    const std::string_view port = authority.substr(colon + 1);
    // Digits before an `@` in the query: a port, and the `@` belongs to a value. Behind the path it could as well be a
    // password of digits and a slash.
    const bool is_port = !port.empty() && std::all_of(port.begin(), port.end(), is_digit);
    if (is_port && at > rest.find('?')) return std::nullopt;
    return at;
}

void read_userinfo(std::string_view userinfo, DatabaseUrl& url) {
    const auto colon = userinfo.find(':');
    // The first colon: a user name has none unescaped, a password may.
    url.user = decode(userinfo.substr(0, colon), "user name");
    if (colon != std::string_view::npos) url.password = decode(userinfo.substr(colon + 1), "password");
}

struct HostAndPort {
    std::string host;
    std::string port;
};

HostAndPort read_host(std::string_view text) {
    // An IPv6 address has colons of its own and therefore stands in brackets.
    std::size_t host_end = text.find(':');
    std::string host;
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        if (bracket == std::string_view::npos) throw bad_url("the database URL has a `[` without its `]`");
        host = decode(text.substr(1, bracket - 1), "host");
        host_end = bracket + 1;
        if (host_end < text.size() && text[host_end] != ':')
            throw bad_url("the database URL has something other than a port after the `]` of its host");
    } else {
        host = decode(text.substr(0, host_end), "host");
    }
    const std::string_view port = host_end < text.size() ? text.substr(host_end + 1) : std::string_view();
    check_port(port);
    return {std::move(host), std::string(port)};
}

/// Several hosts become comma-separated lists of the same length, as libpq takes them.
void read_hosts(std::string_view text, DatabaseUrl& url) {
    if (text.empty()) return;
    bool any_port = false;
    bool first = true;
    std::string ports;
    // libpq wants as many ports as hosts, an empty one for its default, or a single port for all.
    for (const std::string& item : base::split_list(text)) {
        HostAndPort one = read_host(item);
        any_port = any_port || !one.port.empty();
        url.host += (first ? "" : ",") + one.host;
        ports += (first ? "" : ",") + one.port;
        first = false;
    }
    // A list of empty ports would be one parameter more for nothing, and would hide PGPORT.
    if (any_port) url.port = ports;
}

/// As in SQLAlchemy, `host` repeated means several hosts; of any other key the last one counts, as in libpq.
void add_to_query(std::string key, std::string value, DatabaseUrl& url) {
    const auto found = url.query.find(key);
    if (key == "host" && found != url.query.end()) {
        found->second += "," + value;
    } else {
        url.query.insert_or_assign(std::move(key), std::move(value));
    }
}

void read_query(std::string_view text, DatabaseUrl& url) {
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        // `a=1&&b=2` and a trailing & are harmless.
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        std::string key = decode_query_part(pair.substr(0, equals), "query");
        if (equals == std::string_view::npos)
            throw bad_url("a part of the database URL's query has no `=`", "write ?key=value&key=value");
        std::string value = decode_query_part(pair.substr(equals + 1), "query");
        add_to_query(std::move(key), std::move(value), url);
    }
}

/// SQLAlchemy's `?host=one:5432&host=two:5432` as libpq's two lists. A path (a socket's folder) has no port.
void split_ports_from_query_hosts(DatabaseUrl& url) {
    const auto found = url.query.find("host");
    const bool has_port = found != url.query.end() && found->second.find(':') != std::string::npos;
    if (!has_port || found->second.starts_with('/') || url.query.contains("port")) return;
    DatabaseUrl lists;
    read_hosts(found->second, lists);
    found->second = lists.host;
    if (!lists.port.empty()) url.query["port"] = lists.port;
}

bool is_yes(std::string_view value) {
    // Those that SQLAlchemy takes for its boolean arguments.
    constexpr std::array<std::string_view, 6> words = {"1", "true", "yes", "on", "t", "y"};
    return std::find(words.begin(), words.end(), base::lower_case(value)) != words.end();
}

/// What SQLite's URI says behind `file:`: an authority that may be left out, and a percent-encoded path.
std::string read_sqlite_uri_path(std::string_view path) {
    // SQLite ignores a URI's fragment.
    path = path.substr(0, path.find('#'));
    constexpr std::string_view here = "//localhost/";
    if (base::lower_case(path.substr(0, here.size())) == here) path.remove_prefix(here.size() - 1);
    if (path.starts_with("///")) path.remove_prefix(2);
    if (path.starts_with("//"))
        throw bad_url("an SQLite URI names another machine", "write file:/folder/file.db, or a plain path");
    return decode(path, "path");
}

/// SQLAlchemy's notation for SQLite's URIs, `sqlite:///file:x.db?mode=ro&uri=true`, as a plain path and its `mode`.
std::string read_sqlite_uri(std::string_view path, DatabaseUrl& url) {
    const auto uri = url.query.find("uri");
    if (uri == url.query.end() || !is_yes(uri->second))
        throw bad_url("the SQLite URL has a URI, file:..., without uri=true",
                      "add ?uri=true as for SQLAlchemy, or write the plain path: sqlite:///file.db; a file that is "
                      "really named so: sqlite:///./file:...");
    url.query.erase(uri);
    // They change how a file is locked or read, which rev's own locks and its reading of files in WAL mode would not
    // know of.
    constexpr std::array<std::string_view, 5> others = {"immutable", "nolock", "cache", "vfs", "psow"};
    for (const auto other : others)
        if (url.query.contains(std::string(other)))
            throw bad_url(fmt::format("rev does not take {} of SQLite's URIs", other), "leave it out; mode is taken");
    return read_sqlite_uri_path(path);
}

void read_sqlite_mode(DatabaseUrl& url) {
    const auto mode = url.query.find("mode");
    if (mode == url.query.end()) return;
    if (mode->second == "memory") {
        url.database.clear();
        url.query.erase(mode);
    } else if (mode->second != "ro" && mode->second != "rw" && mode->second != "rwc") {
        throw bad_url("the mode of an SQLite URL is ro, rw, rwc or memory");
    }
}

void read_sqlite(std::string_view rest, DatabaseUrl& url) {
    const auto question = std::min(rest.find('?'), rest.size());
    const std::string_view path = rest.substr(0, question);
    if (question < rest.size()) read_query(rest.substr(question + 1), url);
    if (!path.empty() && !path.starts_with('/'))
        throw bad_url("an SQLite URL has three slashes before a relative path, and four before an absolute one",
                      "write sqlite:///file.db or sqlite:////folder/file.db");
    // No path: a database in memory, as for SQLAlchemy.
    if (path.size() <= 1 || path == "/:memory:") return;
    constexpr std::string_view uri = "/file:";
    // Not decoded, unless it is a URI: SQLAlchemy does not either, and a file name may hold a %.
    url.database = path.starts_with(uri) ? read_sqlite_uri(path.substr(uri.size()), url) : path.substr(1);
    if (url.database == ":memory:") url.database.clear();
    read_sqlite_mode(url);
}

void read_postgresql(std::string_view rest, DatabaseUrl& url) {
    if (const auto at = find_end_of_userinfo(rest)) {
        read_userinfo(rest.substr(0, *at), url);
        rest.remove_prefix(*at + 1);
    }
    const auto question = std::min(rest.find('?'), rest.size());
    // The `?` first: a value may hold slashes, such as the folder of a socket.
    const auto slash = std::min(rest.substr(0, question).find('/'), question);
    read_hosts(rest.substr(0, slash), url);
    if (slash < question) url.database = decode(rest.substr(slash + 1, question - slash - 1), "database name");
    if (question < rest.size()) read_query(rest.substr(question + 1), url);
    split_ports_from_query_hosts(url);
}

/// By parts of the name, and rather too many: a value that is hidden for nothing harms nobody.
bool is_secret_key(std::string_view key) {
    const std::string name = base::lower_case(key);
    static constexpr std::array<std::string_view, 5> secret_words = {"password", "passwd", "secret", "token", "key"};
    if (name == "sslkey") return false;  // a path
    return std::any_of(secret_words.begin(), secret_words.end(),
                       [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

std::string shown_host(std::string_view host, std::string_view port) {
    // Only an address has a colon once the port is split off.
    const bool is_ipv6 = host.find(':') != std::string_view::npos;
    std::string shown = is_ipv6 ? "[" + encode(host, ":") + "]" : encode(host);
    if (!port.empty()) shown += fmt::format(":{}", port);
    return shown;
}

std::string shown_hosts(const DatabaseUrl& url) {
    const std::vector<std::string> hosts = base::split_list(url.host);
    const std::vector<std::string> ports = base::split_list(url.port);
    if (hosts.empty()) return shown_host("", url.port);
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < hosts.size(); ++i)
        shown.push_back(shown_host(hosts[i], i < ports.size() ? std::string_view(ports[i]) : std::string_view()));
    return base::join(shown, ",");
}

std::string shown_userinfo(const DatabaseUrl& url) {
    if (url.user.empty() && url.password.empty()) return "";
    // The same three stars whatever the password's length.
    return encode(url.user) + (url.password.empty() ? "@" : ":***@");
}

std::string shown_query(const DatabaseUrl& url) {
    std::string shown;
    for (const auto& [key, value] : url.query) {
        shown += shown.empty() ? '?' : '&';
        shown += encode(key) + "=" + (is_secret_key(key) ? "***" : encode(value, "/,:"));
    }
    return shown;
}

/// How many bytes of `text` at `at` spell `wanted`: as it is, percent-encoded, or escaped in a conninfo string or an
/// SQL literal. 0: they do not.
std::size_t spelled_length(std::string_view text, std::size_t at, char wanted) {
    // libpq quotes parts of a URI as they were given, others as conninfo strings, and drivers quote literals: the same
    // password has several spellings.
    if (const auto byte = escape_at(text, at); byte == wanted) return 3;
    if (text[at] == wanted) {
        const bool doubled = (wanted == '\'' || wanted == '\\') && text.substr(at + 1).starts_with(wanted);
        return doubled ? 2 : 1;
    }
    const bool escaped = text[at] == '\\' && (wanted == '\'') && text.substr(at + 1).starts_with(wanted);
    if (escaped) return 2;
    return wanted == ' ' && text[at] == '+' ? 1 : 0;
}

/// The length of `secret`, in whatever spelling, at `at`; 0: it is not there.
std::size_t secret_length(std::string_view text, std::size_t at, std::string_view secret) {
    // As it is first: a secret that itself holds `%41` or a doubled quote is found, too.
    if (text.substr(at).starts_with(secret)) return secret.size();
    std::size_t i = at;
    for (const char wanted : secret) {
        if (i >= text.size()) return 0;
        const std::size_t length = spelled_length(text, i, wanted);
        if (length == 0) return 0;
        i += length;
    }
    return i - at;
}

bool is_word_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

/// Whether what stands at `at` is no part of a longer word.
bool is_whole(std::string_view text, std::size_t at, std::size_t length) {
    const auto end = at + length;
    // A short password such as "a" would otherwise be starred out within every word. Its own ends may be no letters;
    // then it needs no border.
    const bool begins = at == 0 || !is_word_character(text[at]) || !is_word_character(text[at - 1]);
    const bool ends = end == text.size() || !is_word_character(text[end - 1]) || !is_word_character(text[end]);
    return begins && ends;
}

}  // namespace

DatabaseUrl parse_database_url(std::string_view text) {
    if (text.empty()) throw bad_url("the database URL is empty");
    // A line end comes of a secret that was read from a file; libpq would take it as part of the last value.
    if (std::any_of(text.begin(), text.end(), is_control))
        throw bad_url("the database URL holds a control character, such as a line end",
                      "if it is meant, write it percent-encoded");
    const auto separator = text.find("://");
    if (separator == std::string_view::npos) throw bad_url("the database URL has no ://");

    DatabaseUrl url;
    url.dialect = dialect_of_scheme(text.substr(0, separator));
    const std::string_view rest = text.substr(separator + 3);
    if (url.dialect == Dialect::sqlite) {
        read_sqlite(rest, url);
    } else {
        read_postgresql(rest, url);
    }
    return url;
}

std::string DatabaseUrl::display() const {
    if (dialect == Dialect::sqlite)
        return base::printable("sqlite://" + (database.empty() ? "" : "/" + database) + shown_query(*this));
    const std::string path = database.empty() ? "" : "/" + encode(database);
    const std::string separator = path.empty() && !query.empty() ? "/" : "";
    return base::printable("postgresql://" + shown_userinfo(*this) + shown_hosts(*this) + path + separator +
                           shown_query(*this));
}

std::string hide_secret(std::string text, std::string_view secret) {
    if (secret.empty()) return text;
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = secret_length(text, i, secret);
        if (length > 0 && is_whole(text, i, length)) {
            result += "***";
            i += length;
        } else {
            result += text[i++];
        }
    }
    return result;
}

}  // namespace rev::db
