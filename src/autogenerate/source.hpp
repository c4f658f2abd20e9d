#pragma once

#include <string>
#include <string_view>

/// What the commands about schemas do, without a terminal. Source: docs/autogenerate.md.
namespace rev::autogenerate {

/// Where a schema model comes from.
struct Source {
    enum class Kind {
        database,  ///< the live database of the chosen environment
        target,    ///< what the revisions up to a target make, replayed in scratch
        desired,   ///< `schema` of alembic.yaml
        url,       ///< another live database
        path,      ///< DDL, loaded in scratch
    };
    Kind kind = Kind::database;
    std::string text;  ///< as it was written

    friend bool operator==(const Source&, const Source&) = default;
};

/// `database` and `schema` are these; with `://` it is a URL; what begins with `/`, `./` or `../`, or ends in `/` or
/// `.sql`, is a path; all else is a target.
[[nodiscard]] Source parse_source(std::string_view text);

/// For people, without a password: "the database", "the desired schema", "revisions up to heads".
[[nodiscard]] std::string describe(const Source& source);

}  // namespace rev::autogenerate
