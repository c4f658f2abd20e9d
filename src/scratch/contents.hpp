#pragma once

#include <compare>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "scratch/ddl.hpp"

/// What DDL may leave in a database and no schema model has: a desired schema with it promises what no revision would
/// bring.
namespace rev::scratch {

/// Of what is temporary: a name each. PostgreSQL and SQLite.
inline constexpr std::string_view temporary_in_postgres =
    "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind <> 'i' UNION "
    "SELECT t.typname FROM pg_type t WHERE t.typnamespace = pg_my_temp_schema() AND t.typelem = 0 UNION SELECT "
    "p.proname FROM pg_proc p WHERE p.pronamespace = pg_my_temp_schema()";
inline constexpr std::string_view temporary_in_sqlite = "SELECT name FROM temp.sqlite_schema";

/// One thing that is no schema.
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
