#pragma once

#include <memory>

#include "scratch/place.hpp"

namespace rev::scratch {

/// open_place() for PostgreSQL.
[[nodiscard]] std::unique_ptr<Place> open_postgres_place(const PlaceRequest& request);

/// What a scratch database takes over from the target.
struct TargetFacts {
    int version = 0;  ///< server_version_num, such as 150008
    std::string encoding = {};
    std::string collate = {};
    std::string ctype = {};
    std::string provider = {};               ///< pg_database.datlocprovider: c, i, b; empty before version 15
    std::string provider_locale = {};        ///< of ICU or the built-in provider; may be empty
    std::string user = {};                   ///< the session's role
    std::vector<std::string> roles = {};     ///< of the server, but its own; by name
    std::vector<Extension> extensions = {};  ///< but plpgsql, by name

    /// The major version: 15.
    [[nodiscard]] int major() const noexcept { return version / 10'000; }
};
/// In one exchange. Changes nothing.
[[nodiscard]] TargetFacts read_target_facts(Database& database);

}  // namespace rev::scratch
