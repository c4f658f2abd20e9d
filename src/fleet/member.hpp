#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database_url.hpp"
#include "fleet/rare_error.hpp"
#include "fleet/shared_url.hpp"
#include "rev/config.hpp"
#include "rev/error.hpp"

namespace rev::fleet {

/// One database, or one schema of a database, of a fleet.
struct Member {
    std::string name;
    SharedUrl url;                                      ///< of its database
    std::string schema = {};                            ///< PostgreSQL, a schema member: unquoted; else empty
    std::map<std::string, std::string> variables = {};  ///< what the source tells of it besides its name
    /// Why it is none that could be run: it has no name, or the name of another one. It is reported as failed.
    RareError fault = {};
};

/// What a folder of SQLite files is that is not there.
enum class MissingFolder {
    refused,
    empty,  ///< as before the first member is made
};

/// The members in the order in which their source names them; those with a fault too. Asks the database, a file, a
/// folder or a program, as `fleet` in alembic.yaml says, and changes nothing. Throws Error: "no_fleet" if alembic.yaml
/// names none, and what its source throws.
[[nodiscard]] std::vector<Member> find_members(const Config& config, MissingFolder missing = MissingFolder::refused);

/// Those whose name fits one of the patterns, in their order; all if there are no patterns. Throws Error with
/// ExitCode::usage ("no_such_member"), with the nearest names, for a pattern that fits none.
[[nodiscard]] std::vector<Member> select_members(std::vector<Member> members, std::span<const std::string> patterns);

/// One wave.
struct Wave {
    std::string ring;  ///< empty: alembic.yaml has no rings
    std::vector<const Member*> members;
};

/// Each member in the first ring that takes it, rings in order; a ring without members is left out. A share is of all
/// members, and takes them in their order.
[[nodiscard]] std::vector<Wave> divide(std::span<const Member> members, std::span<const FleetRing> rings);

/// The server that has a fleet's schemas or databases. Throws Error with ExitCode::usage: no URL, or none of
/// PostgreSQL.
[[nodiscard]] DatabaseUrl server_url(const Config& config);

/// The configuration of a run on the member: its URL, the schema of its version table, its variables. What `-x` has
/// set goes before what the member's source tells.
[[nodiscard]] Config config_of(const Member& member, const Config& config,
                               const std::map<std::string, std::string>& given);

/// The same error, with the commands of its hint for this member: `rev resume` would go to another database.
[[nodiscard]] Error in_fleet(const Error& error, const Member& member);

/// search_path of a schema member's session, as SQL.
[[nodiscard]] std::string search_path_of(const Member& member, const Config& config);

}  // namespace rev::fleet
