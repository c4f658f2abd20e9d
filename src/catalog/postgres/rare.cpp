#include "catalog/postgres/rare.hpp"

#include <fmt/format.h>

#include <array>

namespace rev::catalog::postgres {
namespace {

/// In the order of Rare. Oids below 16384 are of what initdb has made.
constexpr auto sources = std::to_array<const char*>({
    "pg_class WHERE relkind = 'v' AND oid >= 16384",
    "pg_class WHERE relkind = 'm' AND oid >= 16384",
    "pg_sequence",
    "pg_inherits",
    "pg_trigger WHERE NOT tgisinternal",
    "pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384",
    "pg_policy",
    "pg_statistic_ext",
    "pg_type WHERE typtype = 'e' AND oid >= 16384",
    "pg_class WHERE relkind = 'c' AND oid >= 16384",
    "pg_range WHERE rngtypid >= 16384",
    // Each table brings an array type, which is a base type as well.
    "pg_type WHERE oid >= 16384 AND (typtype = 'b' AND typinput <> 'array_in'::regproc OR NOT typisdefined)",
    "pg_type WHERE typtype = 'd' AND oid >= 16384",
    "pg_collation WHERE oid >= 16384",
    "pg_aggregate WHERE aggfnoid >= 16384",
    "pg_language WHERE oid >= 16384",
    "pg_event_trigger",
    "pg_operator WHERE oid >= 16384",
    "pg_opfamily WHERE oid >= 16384",
    "pg_opclass WHERE oid >= 16384",
    "pg_cast WHERE oid >= 16384",
    "pg_conversion WHERE oid >= 16384",
    "pg_ts_parser WHERE oid >= 16384",
    "pg_ts_template WHERE oid >= 16384",
    "pg_ts_dict WHERE oid >= 16384",
    "pg_ts_config WHERE oid >= 16384",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_publication",
});
static_assert(sources.size() == static_cast<std::size_t>(Rare::count));

}  // namespace

std::string rare_kinds_query() {
    // EXISTS ends with the first row; a count would read the catalogs of a large schema.
    return fmt::format("SELECT EXISTS (SELECT FROM {})", fmt::join(sources, "), EXISTS (SELECT FROM "));
}

RareKinds read_rare_kinds(const SqlRow& row) {
    RareKinds kinds;
    for (std::size_t i = 0; i < sources.size(); ++i) kinds.set(i, row.at(i) == "t");
    return kinds;
}

}  // namespace rev::catalog::postgres
