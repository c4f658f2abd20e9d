#pragma once

#include <compare>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rev/database.hpp"
#include "scratch/ddl.hpp"

/// What DDL may leave in a database and no schema model has: a desired schema with it promises what no revision would
/// bring.
namespace rev::scratch {

struct Content {
    enum class Kind {
        rows,          ///< of a table; one that an extension owns does not count
        temporary,     ///< a table, view, type or routine that is gone with the session
        position,      ///< of a sequence that is not at its start
        large_object,  ///< PostgreSQL
    };
    Kind kind = Kind::rows;
    std::string name;  ///< for people: "public.crew"

    friend auto operator<=>(const Content&, const Content&) = default;
};

/// Asks the database. schemas: PostgreSQL: only what is in these; empty: in any.
[[nodiscard]] std::set<Content> find_contents(Database& database, std::span<const std::string> schemas = {});

/// Runs the texts, statement by statement, in a database that is as it was before load_ddl() ran them in this order,
/// and throws Error with ExitCode::graph ("not_a_schema"), located, at the first that leaves contents. What a
/// definition leaves in a table that was there already counts as its triggers': that is no data of the schema's.
/// A transaction that is open stays so. Throws too as load_ddl() does.
void refuse_contents(Database& database, std::span<const DdlText> texts, std::span<const std::string> schemas = {});

}  // namespace rev::scratch
