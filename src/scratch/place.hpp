#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "db/database_url.hpp"
#include "rev/dialect.hpp"

/// Throw-away databases in which DDL is loaded and revisions are replayed, so that the engine itself says what they
/// make. Source: docs/autogenerate.md "Scratch".
namespace rev::scratch {

/// Where scratch databases of PostgreSQL are made, in the order in which they are tried.
enum class Way {
    url,          ///< on the server that scratch_url names
    database,     ///< on the target's own server
    server,       ///< on a server that rev starts in a temporary folder
    transaction,  ///< in the target database, in a transaction that is rolled back; only when asked for
};

/// "url", "database", "server" or "transaction".
[[nodiscard]] std::string_view way_name(Way way) noexcept;
/// By that name exactly; nullopt: there is no such way.
[[nodiscard]] std::optional<Way> find_way(std::string_view name) noexcept;

/// An extension that is in every scratch from the start, and the schema that it is in.
struct Extension {
    std::string name;
    std::string schema;

    friend bool operator==(const Extension&, const Extension&) = default;
};

/// What is wanted of a place.
struct PlaceRequest {
    Dialect dialect = Dialect::sqlite;
    std::optional<DatabaseUrl> target = {};  ///< the database whose version, encoding and locale are to be had
    std::string scratch_url = {};            ///< empty: none
    std::optional<Way> way = {};             ///< the only one to try; absent: the first that can be had
    bool is_protected = false;               ///< no database on the target's server unless `way` says so
    /// What runs there reaches beyond the database (roles, ...): the target's own server is no place for it. Says what
    /// it is, such as "CREATE ROLE (versions/a1.sql:12)"; empty: nothing does.
    std::string reaches_beyond = {};
    /// Is told of a database that is made on the target's server.
    std::function<void(const std::string& text)> announce = {};
    std::function<void(const std::string& text)> tell = {};  ///< which way it is, for `-v`
    std::function<bool()> interrupted = {};                  ///< of OpenOptions
};

/// A database that is there for one purpose, and gone with this object.
class ScratchDatabase {
public:
    virtual ~ScratchDatabase() = default;
    /// The session that keeps it.
    [[nodiscard]] virtual Database& database() = 0;
    /// Where other connections find it. May hold a password.
    [[nodiscard]] virtual const DatabaseUrl& url() const = 0;
};

/// Where they are made, chosen once. What it has made must be gone before it goes.
class Place {
public:
    virtual ~Place() = default;
    /// A new, empty one. extensions: made in it first. Throws Error with ExitCode::database.
    [[nodiscard]] virtual std::unique_ptr<ScratchDatabase> make(const std::vector<Extension>& extensions = {}) = 0;
    /// Extensions of the target, by name; empty without one.
    [[nodiscard]] virtual std::vector<Extension> target_extensions() const { return {}; }
};

/// Drops what earlier runs have left behind, too. Throws Error with ExitCode::database: "no_scratch", which names the
/// ways and why each is none here; "scratch_version" where scratch_url's server is of another major version.
[[nodiscard]] std::unique_ptr<Place> open_place(const PlaceRequest& request);

}  // namespace rev::scratch
