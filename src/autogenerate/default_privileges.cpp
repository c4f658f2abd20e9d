// What the target's platform gives to everything new, and no revision says.
#include <algorithm>

#include "app/worded.hpp"
#include "autogenerate/workplace.hpp"

namespace rev::autogenerate {
namespace {

/// A statement for each, and its schema. What everybody has without a word is taken away first where it was.
constexpr const char* default_privileges_sql =
    "SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(r.rolname) || coalesce(' IN SCHEMA ' || "
    "quote_ident(n.nspname), '') || ' GRANT ' || string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) || "
    "' ON ' || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN "
    "'T' "
    "THEN 'TYPES' ELSE 'SCHEMAS' END || ' TO ' || coalesce(quote_ident(g.rolname), 'PUBLIC') || CASE WHEN "
    "x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, n.nspname FROM pg_default_acl d JOIN pg_roles r ON r.oid = "
    "d.defaclrole LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN LATERAL aclexplode(d.defaclacl) x "
    "LEFT JOIN pg_roles g ON g.oid = x.grantee GROUP BY r.rolname, n.nspname, d.defaclobjtype, g.rolname, "
    "x.is_grantable UNION ALL SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(r.rolname) || ' REVOKE ALL ON "
    "' || CASE d.defaclobjtype WHEN 'f' THEN 'FUNCTIONS' ELSE 'TYPES' END || ' FROM PUBLIC', NULL FROM pg_default_acl "
    "d JOIN pg_roles r ON r.oid = d.defaclrole WHERE d.defaclnamespace = 0 AND d.defaclobjtype IN ('f', 'T') AND NOT "
    "EXISTS (SELECT FROM aclexplode(d.defaclacl) x WHERE x.grantee = 0) ORDER BY 1";

}  // namespace

/// Whether the target gives new objects rights that nothing of ours makes: a platform has said so, in schemas that are
/// there before the first revision. Then these come first in each scratch from now on, and what was made in one has to
/// be made again.
bool Workplace::lacks_default_privileges(Database& scratch, const std::string& beyond) {
    if (dialect_ != Dialect::postgresql || asked_default_privileges_ || !has_live()) return false;
    asked_default_privileges_ = true;
    const auto wanted = live().query(default_privileges_sql);
    if (wanted.empty()) return false;
    const auto made = scratch.query(default_privileges_sql);
    const auto fresh = make_scratch(beyond);
    const auto schemas = fresh->database().query("SELECT nspname FROM pg_namespace");
    for (const auto& row : wanted) {
        const auto is_schema = [&](const SqlRow& schema) { return schema.at(0) == row.at(1); };
        if (row.at(1) && std::ranges::none_of(schemas, is_schema)) continue;
        if (std::ranges::find(made, row) == made.end()) default_privileges_.push_back(row.at(0).value_or(""));
    }
    return !default_privileges_.empty();
}

/// Those that the revisions make are not the platform's, also where a desired schema makes them no more: a replay of
/// what the live database has tells.
void Workplace::learn_default_privileges() {
    if (dialect_ != Dialect::postgresql || asked_default_privileges_ || !has_live()) return;
    if (live().query(default_privileges_sql).empty()) return;
    try {
        const auto rows = live_state().rows;
        (void)replay(app::worded([&] { return resolve(options_.graph, "current", rows); }),
                     scratch::Holding::revisions_only);
    } catch (const Error& error) {  // what cannot be replayed makes none
        if (ends_all(error)) throw;
    }
}

}  // namespace rev::autogenerate
