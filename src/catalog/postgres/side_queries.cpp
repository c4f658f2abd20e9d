// What is said of objects of any kind: dependencies, owners, grants, comments, labels.
#include "catalog/postgres/side_queries.hpp"

#include <fmt/format.h>

#include <optional>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

const std::string current_role_oid = "(SELECT u.oid FROM pg_roles u WHERE u.rolname = current_user)";

/// A role for people and for GRANT: the current one has no name, so that two databases compare whoever reads them.
std::string grantee_name(std::string_view role, std::string_view owner) {
    return fmt::format(
        "CASE WHEN {0} = 0 THEN 'PUBLIC' WHEN {0} = {1} AND {0} = {2} THEN 'CURRENT_USER' ELSE "
        "pg_get_userbyid({0}) END",
        role, owner, current_role_oid);
}

/// Rows of `o` (class, object, number, type, owner, acl, base): what each grantee has and would have without a grant.
std::string exploded(std::string_view objects, std::string_view selected) {
    const std::string privileges =
        "SELECT o.class, o.object, o.number, o.owner, x.grantee, string_agg(x.privilege, ', ' ORDER BY x.privilege) AS "
        "privileges FROM o, LATERAL (SELECT a.grantee, a.privilege_type || CASE WHEN bool_or(a.is_grantable) THEN '*' "
        "ELSE "
        "'' END AS privilege FROM aclexplode(o.{}) a GROUP BY a.grantee, a.privilege_type) x GROUP BY 1, 2, 3, 4, 5";
    return fmt::format(
        "WITH o AS ({}), have AS ({}), usual AS ({}) SELECT {} FROM have FULL JOIN usual USING (class, object, "
        "number, owner, grantee) {{}} WHERE have.privileges IS DISTINCT FROM usual.privileges",
        objects, fmt::format(fmt::runtime(privileges), "acl"), fmt::format(fmt::runtime(privileges), "base"), selected);
}

/// Without a list of rights nobody has granted or revoked any: the usual ones are what CREATE gives.
std::string granted_objects(const RareKinds& present) {
    struct Source {
        unsigned catalog;
        const char* table;
        const char* prefix;
        const char* type;
        std::optional<Rare> rare = {};
    };
    std::string sql =
        "SELECT 1259::oid AS class, c.oid AS object, 0 AS number, c.relowner AS owner, c.relacl AS acl, "
        "acldefault(CASE WHEN "
        "c.relkind = 'S' THEN 's'::\"char\" ELSE 'r'::\"char\" END, c.relowner) AS base FROM pg_class c WHERE c.relacl "
        "IS NOT "
        "NULL AND c.oid >= 16384 UNION ALL SELECT 1259, a.attrelid, a.attnum, c.relowner, a.attacl, acldefault('c', "
        "c.relowner) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND a.attrelid >= "
        "16384";
    // 2200 is the oid of the schema public: initdb makes it, but it is the user's to give away.
    for (const auto& source :
         std::initializer_list<Source>{{1255, "pg_proc", "pro", "f"},
                                       {1247, "pg_type", "typ", "T"},
                                       {2615, "pg_namespace", "nsp", "n"},
                                       {2612, "pg_language", "lan", "l", Rare::language},
                                       {2328, "pg_foreign_data_wrapper", "fdw", "F", Rare::foreign_data_wrapper},
                                       {1417, "pg_foreign_server", "srv", "S", Rare::foreign_server}}) {
        if (!may_have(present, source.rare)) continue;
        sql += fmt::format(
            " UNION ALL SELECT {0}, t.oid, 0, t.{2}owner, t.{2}acl, acldefault('{3}', t.{2}owner) FROM {1} t WHERE "
            "t.{2}acl IS NOT NULL AND (t.oid >= 16384 OR t.oid = 2200)",
            source.catalog, source.table, source.prefix, source.type);
    }
    return sql;
}

}  // namespace

/// p: pinned, which is what PostgreSQL before 14 says of what the system itself needs.
std::string dependency_query() {
    return "SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype FROM pg_depend d "
           "WHERE "
           "d.deptype <> 'p' AND (d.objid >= 16384 OR d.refobjid >= 16384)";
}

std::string owner_query(const RareKinds& present) {
    struct Source {
        unsigned catalog;
        const char* table;
        const char* column;
        std::optional<Rare> rare = {};
    };
    std::string sql;
    for (const auto& source :
         std::initializer_list<Source>{{1259, "pg_class", "relowner"},
                                       {1247, "pg_type", "typowner"},
                                       {1255, "pg_proc", "proowner"},
                                       {2615, "pg_namespace", "nspowner"},
                                       {2617, "pg_operator", "oprowner", Rare::operator_},
                                       {2616, "pg_opclass", "opcowner", Rare::operator_class},
                                       {2753, "pg_opfamily", "opfowner", Rare::operator_family},
                                       {2607, "pg_conversion", "conowner", Rare::conversion},
                                       {3456, "pg_collation", "collowner", Rare::collation},
                                       {2612, "pg_language", "lanowner", Rare::language},
                                       {3381, "pg_statistic_ext", "stxowner", Rare::statistics},
                                       {3600, "pg_ts_dict", "dictowner", Rare::text_search_dictionary},
                                       {3602, "pg_ts_config", "cfgowner", Rare::text_search_configuration},
                                       {3466, "pg_event_trigger", "evtowner", Rare::event_trigger},
                                       {2328, "pg_foreign_data_wrapper", "fdwowner", Rare::foreign_data_wrapper},
                                       {1417, "pg_foreign_server", "srvowner", Rare::foreign_server},
                                       {6104, "pg_publication", "pubowner", Rare::publication}}) {
        if (!may_have(present, source.rare)) continue;
        if (!sql.empty()) sql += " UNION ALL ";
        sql += fmt::format(
            "SELECT {0}, oid, pg_get_userbyid({2}) FROM {1} WHERE (oid >= 16384 OR oid = 2200) AND {2} <> {3}",
            source.catalog, source.table, source.column, current_role_oid);
    }
    return sql;
}

std::string grant_query(const RareKinds& present) {
    const auto sql =
        exploded(granted_objects(present), "class, object, number, a.attname, " + grantee_name("grantee", "owner") +
                                               ", have.privileges, usual.privileges");
    return fmt::format(fmt::runtime(sql),
                       "LEFT JOIN pg_attribute a ON class = 1259 AND number > 0 AND a.attrelid = object AND "
                       "a.attnum = number");
}

/// What is said for one schema is added to what is said for all: there nothing is usual, as with columns (c).
std::string default_grant_query() {
    const std::string objects =
        "SELECT 826::oid AS class, d.oid AS object, 0 AS number, d.defaclrole AS owner, d.defaclacl AS acl, CASE WHEN "
        "d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::\"char\" ELSE d.defaclobjtype "
        "END, "
        "d.defaclrole) ELSE acldefault('c', d.defaclrole) END AS base FROM pg_default_acl d";
    const std::string selected = fmt::format(
        "CASE WHEN owner = {} THEN 'CURRENT_USER' ELSE pg_get_userbyid(owner) END, n.nspname, CASE d.defaclobjtype "
        "WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' WHEN 'n' "
        "THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END, {}, have.privileges, usual.privileges",
        current_role_oid, grantee_name("grantee", "owner"));
    return fmt::format(fmt::runtime(exploded(objects, selected)),
                       "JOIN pg_default_acl d ON d.oid = object LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace");
}

/// Without what template0 and an extension's control file say.
std::string comment_query() {
    return "SELECT d.classoid, d.objoid, d.objsubid, a.attname, d.description FROM pg_description d LEFT JOIN "
           "pg_attribute a ON "
           "d.classoid = 1259 AND d.objsubid > 0 AND a.attrelid = d.objoid AND a.attnum = d.objsubid WHERE d.objoid >= "
           "2200 AND "
           "NOT (d.classoid = 2615 AND d.objoid = 2200 AND d.description = 'standard public schema') AND NOT "
           "(d.classoid = "
           "3079 AND d.description = (SELECT v.comment FROM pg_extension e JOIN pg_available_extensions() v ON v.name "
           "= "
           "e.extname WHERE e.oid = d.objoid)) AND (d.objoid >= 16384 OR d.objoid = 2200)";
}

std::string security_label_query() {
    return "SELECT l.classoid, l.objoid, l.objsubid, a.attname, l.provider, l.label FROM pg_seclabel l LEFT JOIN "
           "pg_attribute a "
           "ON l.classoid = 1259 AND l.objsubid > 0 AND a.attrelid = l.objoid AND a.attnum = l.objsubid";
}

/// pg_subscription and pg_db_role_setting are one for all databases of a server.
std::string unmodelled_query() {
    return fmt::format(
        "SELECT 'access methods', a.amname::text FROM pg_am a WHERE a.oid >= 16384 AND {} UNION ALL SELECT "
        "'transforms', "
        "format_type(f.trftype, NULL) FROM pg_transform f WHERE f.oid >= 16384 AND {} UNION ALL SELECT "
        "'subscriptions', s.subname::text FROM pg_subscription s JOIN pg_database b ON b.oid = "
        "s.subdbid "
        "WHERE b.datname = current_database() UNION ALL SELECT 'database settings', unnest(r.setconfig) FROM "
        "pg_db_role_setting r JOIN pg_database b ON b.oid = r.setdatabase WHERE b.datname = current_database() ORDER "
        "BY 1, 2",
        stands_alone(static_cast<Catalog>(2601), "a.oid"), stands_alone(static_cast<Catalog>(3576), "f.oid"));
}

}  // namespace rev::catalog::postgres
