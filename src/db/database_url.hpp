#pragma once

#include <map>
#include <string>
#include <string_view>

#include "rev/dialect.hpp"

namespace rev::db {

/// A database URL in SQLAlchemy's form, taken apart and percent-decoded. Source: docs/configuration.md "URLs".
struct DatabaseUrl {
    Dialect dialect = Dialect::sqlite;
    std::string user;
    std::string password;
    std::string host;
    std::string port;                          ///< digits; empty: the default
    std::string database;                      ///< PostgreSQL: database name; SQLite: path (empty: in memory)
    std::map<std::string, std::string> query;  ///< such as sslmode; `host` here is a Unix socket folder or host

    /// The URL for people: password and secret query values replaced by `***`, control characters escaped.
    [[nodiscard]] std::string display() const;
};

/// Throws Error with ExitCode::usage ("bad_url") whose message names what is wrong and never the password: unknown
/// scheme (with the known ones), bad port, bad percent escape, control characters.
[[nodiscard]] DatabaseUrl parse_database_url(std::string_view url);

/// `text` with every occurrence of `secret` (and its percent-encoded form) replaced by `***`, save where it is a part
/// of a longer word, as `app` is in `applicant`; no change if empty.
[[nodiscard]] std::string hide_secret(std::string text, std::string_view secret);

}  // namespace rev::db

namespace rev {
using db::DatabaseUrl;
using db::hide_secret;
using db::parse_database_url;
}  // namespace rev
