// What goes with a table: columns, defaults, constraints, indexes, triggers, rules, policies, partitions.
#include <fmt/format.h>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {
namespace {

using schema::Kind;

const std::string of_table = "1259, c.oid, 0";

std::string managed(const ReadScope& scope) {
    return in_managed_schema(scope) + " AND " + stands_alone(catalog_class, "c.oid");
}

std::string table_and_schema(std::string_view oid) {
    return fmt::format("JOIN pg_class c ON c.oid = {} JOIN pg_namespace n ON n.oid = c.relnamespace", oid);
}

std::vector<Field> identity_fields() {
    auto fields = sequence_fields();
    for (auto& field : fields) field.name = "identity " + field.name;
    // Only a name other than the one that PostgreSQL gives it.
    fields.push_back(attribute("identity sequence",
                               "CASE WHEN sc.relname <> c.relname || '_' || a.attname || '_seq' OR sc.relnamespace <> "
                               "c.relnamespace THEN (SELECT "
                               "quote_ident(sn.nspname) || '.' || quote_ident(sc.relname) FROM pg_namespace sn WHERE "
                               "sn.oid = sc.relnamespace) END"));
    // Since 15 the sequence of an unlogged table is unlogged without a word.
    fields.push_back(flag("identity unlogged", "sc.relpersistence = 'u' AND c.relpersistence <> 'u'"));
    return fields;
}

/// 18 gives NOT NULL a name and a state.
std::vector<Field> not_null_fields(int version) {
    if (version < 180000) return {};
    return {attribute("not null name",
                      "CASE WHEN nn.conname <> c.relname || '_' || a.attname || '_not_null' THEN nn.conname END"),
            flag("not null not valid", "NOT nn.convalidated"), flag("not null no inherit", "nn.connoinherit"),
            note("not null constraint", "nn.conname"), note("not null inherited", "NOT nn.conislocal")};
}

std::vector<Field> column_fields(int version) {
    std::vector<Field> fields = {
        attribute("type", "format_type(a.atttypid, a.atttypmod)"),
        attribute(
            "collation",
            "CASE WHEN a.attcollation <> t.typcollation THEN (SELECT quote_ident(k.nspname) || '.' || "
            "quote_ident(l.collname) FROM pg_collation l JOIN pg_namespace k ON k.oid = l.collnamespace WHERE l.oid = "
            "a.attcollation) END"),
        flag("not null", "a.attnotnull"),
        attribute("generated", "CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END"),
        attribute("expression", "CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END"),
        attribute("storage",
                  "CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' "
                  "THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END"),
        // Not set is -1, and NULL since 17.
        attribute("statistics", "CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END"),
        attribute("options", option_list("a.attoptions")),
        attribute("foreign options", foreign_option_list("a.attfdwoptions")),
        note("inherited", "CASE WHEN NOT a.attislocal THEN 'true' END"),
        note("position", "a.attnum"),
        note("usual storage",
             "CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE "
             "'EXTENDED' END"),
        note("table kind", "c.relkind"),
    };
    if (version >= 140000)
        fields.push_back(
            attribute("compression", "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END"));
    // Since 17 a partition's identity is its table's.
    auto identity = identity_fields();
    identity.push_back(
        attribute("identity", "CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END"));
    for (auto& field : identity) {
        if (version >= 170000) field.sql = "CASE WHEN NOT c.relispartition THEN " + field.sql + " END";
        fields.push_back(std::move(field));
    }
    fields.push_back(note("sequence", "sc.oid"));
    for (auto& field : not_null_fields(version)) fields.push_back(field);
    return fields;
}

FactQuery columns(const ReadScope& scope) {
    const std::string not_null =
        scope.version >= 180000
            ? "LEFT JOIN pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum "
            : "";
    return {Kind::column,
            "1259, a.attrelid, a.attnum",
            of_table,
            {"n.nspname", "c.relname", "a.attname"},
            column_fields(scope.version),
            // An identity column's sequence depends on it internally (i); one that a column merely owns, automatically
            // (a).
            fmt::format(
                "FROM pg_attribute a {} JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON "
                "d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> '' LEFT JOIN pg_depend s ON "
                "a.attidentity <> '' AND s.refclassid = 1259 AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum "
                "AND s.deptype = 'i' AND s.classid = 1259 LEFT JOIN pg_sequence q ON q.seqrelid = s.objid LEFT JOIN "
                "pg_class sc ON sc.oid = s.objid {}WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', "
                "'p', 'f') AND {}",
                table_and_schema("a.attrelid"), not_null, managed(scope))};
}

FactQuery defaults(const ReadScope& scope) {
    return {
        Kind::column_default,
        "2604, d.oid, 0",
        // A view may have defaults, but its columns are no facts.
        "1259, d.adrelid, CASE WHEN c.relkind = 'v' THEN 0 ELSE d.adnum END",
        {"n.nspname", "c.relname", "a.attname"},
        {attribute("expression", "pg_get_expr(d.adbin, d.adrelid)"),
         note("relation kind", "CASE c.relkind WHEN 'v' THEN 'view' WHEN 'f' THEN 'foreign' END"),
         note("volatile", is_volatile("d.adbin"))},
        fmt::format("FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum {} WHERE "
                    "a.attgenerated = '' AND NOT a.attisdropped AND {}",
                    table_and_schema("d.adrelid"), managed(scope))};
}

FactQuery constraints(const ReadScope& scope) {
    std::vector<Field> fields = {
        attribute("type",
                  "CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'c' THEN 'CHECK' WHEN 'f' "
                  "THEN 'FOREIGN KEY' ELSE 'EXCLUDE' END"),
        attribute("definition", "pg_get_constraintdef(k.oid)"),
        flag("deferrable", "k.condeferrable"),
        flag("deferred", "k.condeferred"),
        flag("not valid", "NOT k.convalidated"),
        note("inherited", "CASE WHEN NOT k.conislocal THEN 'true' END"),
        // A foreign key has an index there too: that of the table that it refers to.
        note("index", "CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END"),
        note("merged", "CASE WHEN k.coninhcount > 0 THEN 'true' END"),
        attribute("clustered",
                  "(SELECT 'true' FROM pg_index i WHERE i.indexrelid = k.conindid AND i.indisclustered AND "
                  "k.contype IN ('p', 'u', 'x'))"),
        attribute("index options", "(SELECT " + option_list("x.reloptions") +
                                       " FROM pg_class x WHERE x.oid = k.conindid AND k.contype IN ('p', 'u', 'x') AND "
                                       "x.reloptions IS NOT NULL)"),
        attribute("tablespace",
                  "(SELECT quote_ident(s.spcname) FROM pg_class x JOIN pg_tablespace s ON s.oid = "
                  "x.reltablespace WHERE x.oid = k.conindid AND k.contype IN ('p', 'u', 'x'))"),
        note("table kind", "c.relkind"),
        // The constraint of the partitioned table that this one is a part of: schema, table, name. chr(31) parts what a
        // dot could not: a name may have dots in it.
        note("part of",
             "CASE WHEN k.conparentid <> 0 THEN (SELECT pn.nspname || chr(31) || pc.relname || chr(31) || p.conname "
             "FROM pg_constraint p JOIN pg_class "
             "pc ON pc.oid = p.conrelid JOIN pg_namespace pn ON pn.oid = pc.relnamespace WHERE p.oid = "
             "k.conparentid) END"),
    };
    if (scope.version >= 180000) fields.push_back(flag("not enforced", "NOT k.conenforced"));
    return {
        Kind::constraint,
        "2606, k.oid, 0",
        of_table,
        {"n.nspname", "c.relname", "k.conname"},
        fields,
        // n, of 18, is the column's NOT NULL, and t stands for a trigger, which is a fact of its own.
        fmt::format("FROM pg_constraint k {} WHERE k.conrelid <> 0 AND k.contype IN ('p', 'u', 'c', 'f', 'x') AND {}",
                    table_and_schema("k.conrelid"), managed(scope))
            // Rows that stand for a foreign key once more, for each partition of the referenced table.
            +
            " AND NOT (k.contype = 'f' AND k.conparentid <> 0 AND EXISTS (SELECT FROM pg_constraint p WHERE p.oid = "
            "k.conparentid AND p.conrelid = k.conrelid))"};
}

/// The definition behind the table's name, which callers cut off: a name may hold " USING ".
FactQuery indexes(const ReadScope& scope) {
    return {
        Kind::index,
        "1259, x.oid, 0",
        of_table,
        {"n.nspname", "x.relname"},
        {flag("unique", "i.indisunique"),
         attribute(
             "definition",
             "substr(pg_get_indexdef(x.oid), length(format('CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN "
             "i.indisunique THEN 'UNIQUE ' END, x.relname, CASE WHEN x.relkind = 'I' THEN 'ONLY ' END, n.nspname, "
             "c.relname)) + 1)"),
         attribute(
             "statistics",
             "CASE WHEN i.indexprs IS NOT NULL THEN (SELECT string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER "
             "BY a.attnum) FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0) END"),
         flag("clustered", "i.indisclustered"), flag("invalid", "NOT i.indisvalid"),
         attribute(
             "part of",
             "CASE WHEN x.relispartition THEN (SELECT quote_ident(pn.nspname) || '.' || quote_ident(p.relname) FROM "
             "pg_inherits h JOIN "
             "pg_class p ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE "
             "h.inhrelid = x.oid) END"),
         attribute("tablespace",
                   "CASE WHEN x.reltablespace <> 0 THEN (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE "
                   "s.oid = x.reltablespace) END"),
         note("table", "quote_ident(n.nspname) || '.' || quote_ident(c.relname)"), note("kind", "x.relkind"),
         note("relation kind", "c.relkind"),
         note("whole",
              "CASE WHEN x.relispartition THEN (SELECT pn.nspname || chr(31) || p.relname FROM pg_inherits h JOIN "
              "pg_class p "
              "ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = x.oid) END")},
        fmt::format("FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid {} WHERE c.relkind <> 't' AND NOT EXISTS "
                    "(SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')) AND {}",
                    table_and_schema("i.indrelid"), managed(scope))};
}

/// pg_depend has no address for it, so it gets one without a catalog. Its number is not 0: that is the owner of a
/// sequence.
FactQuery partitions(const ReadScope& scope) {
    return {Kind::partition,
            "0, c.oid, 1",
            of_table,
            {"n.nspname", "c.relname"},
            {attribute("of", "quote_ident(pn.nspname) || '.' || quote_ident(p.relname)"),
             attribute("bound", "pg_get_expr(c.relpartbound, c.oid)"), note("class", "1259"), note("object", "p.oid"),
             note("number", "0"), note("table kind", "c.relkind"),
             // A hash partition's names its table by a number, which is another one elsewhere.
             note("condition",
                  "regexp_replace(pg_get_partition_constraintdef(c.oid), '''[0-9]+''::oid', quote_literal(quote_ident("
                  "pn.nspname) || '.' || quote_ident(p.relname)) || '::regclass')")},
            fmt::format("FROM pg_inherits h {} JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = "
                        "p.relnamespace WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND {}",
                        table_and_schema("h.inhrelid"), managed(scope))};
}

FactQuery inheritance(const ReadScope& scope) {
    return {Kind::inheritance,
            "0, c.oid, 1 + h.inhseqno",
            of_table,
            {"n.nspname", "c.relname", "pn.nspname", "p.relname"},
            {note("order", "h.inhseqno"), note("class", "1259"), note("object", "p.oid"), note("number", "0")},
            fmt::format("FROM pg_inherits h {} JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = "
                        "p.relnamespace WHERE NOT c.relispartition AND c.relkind IN ('r', 'f') AND {}",
                        table_and_schema("h.inhrelid"), managed(scope))};
}

std::string enabled_state(std::string_view column) {
    return fmt::format(
        "CASE {} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END", column);
}

FactQuery triggers(const ReadScope& scope) {
    return {Kind::trigger,
            "2620, g.oid, 0",
            of_table,
            {"n.nspname", "c.relname", "g.tgname"},
            {attribute("definition", "pg_get_triggerdef(g.oid)"), attribute("enabled", enabled_state("g.tgenabled")),
             note("constraint", "CASE WHEN g.tgconstraint <> 0 THEN 'true' END"),
             // Bits of tgtype. Source: pg_trigger.h.
             note("on delete",
                  "CASE WHEN g.tgtype & 8 <> 0 THEN CASE WHEN g.tgtype & 1 <> 0 THEN 'row' ELSE "
                  "'statement' END END"),
             note("on insert", "CASE WHEN g.tgtype & 4 <> 0 THEN 'true' END")},
            // tgparentid: a partition's, which is made with the trigger of the whole.
            fmt::format("FROM pg_trigger g {} WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND {}",
                        table_and_schema("g.tgrelid"), managed(scope))};
}

/// A partition's trigger is made with that of the whole. Only a state of its own is a fact, without a definition.
FactQuery trigger_states(const ReadScope& scope) {
    return {
        Kind::trigger,
        "2620, g.oid, 0",
        of_table,
        {"n.nspname", "c.relname", "g.tgname"},
        {attribute("enabled", "coalesce(" + enabled_state("g.tgenabled") + ", 'ENABLE')"),
         note("state of whole", "coalesce(" + enabled_state("w.tgenabled") + ", 'ENABLE')"), note("class", "2620"),
         note("object", "w.oid"), note("number", "0")},
        fmt::format("FROM pg_trigger g {}, LATERAL (WITH RECURSIVE up AS (SELECT g.tgparentid AS id UNION ALL SELECT "
                    "p.tgparentid FROM up JOIN pg_trigger p ON p.oid = up.id WHERE p.tgparentid <> 0) SELECT r.oid, "
                    "r.tgenabled, r.tgisinternal FROM up JOIN pg_trigger r ON r.oid = up.id WHERE r.tgparentid = 0) w "
                    "WHERE g.tgparentid <> 0 AND NOT w.tgisinternal AND w.tgenabled <> g.tgenabled AND {}",
                    table_and_schema("g.tgrelid"), managed(scope))};
}

/// _RETURN is the query of a view.
FactQuery rules(const ReadScope& scope) {
    return {Kind::rule,
            "2618, r.oid, 0",
            of_table,
            {"n.nspname", "c.relname", "r.rulename"},
            {attribute("definition", "rtrim(pg_get_ruledef(r.oid), ';')"),
             attribute("enabled", enabled_state("r.ev_enabled")),
             // ev_type: 2 is UPDATE, 3 INSERT, 4 DELETE. Source: pg_rewrite.
             note("on delete", "CASE WHEN r.ev_type = '4' THEN 'statement' END"),
             note("on insert", "CASE WHEN r.ev_type = '3' THEN 'true' END")},
            fmt::format("FROM pg_rewrite r {} WHERE r.rulename <> '_RETURN' AND {}", table_and_schema("r.ev_class"),
                        managed(scope))};
}

/// {0} is PUBLIC alone, which CREATE POLICY takes without a word.
FactQuery policies(const ReadScope& scope) {
    return {Kind::policy,
            "3256, p.oid, 0",
            of_table,
            {"n.nspname", "c.relname", "p.polname"},
            {flag("restrictive", "NOT p.polpermissive"),
             attribute("command",
                       "CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' "
                       "THEN 'DELETE' END"),
             attribute("roles",
                       "(SELECT string_agg(CASE WHEN u = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(u)) END, "
                       "', ' ORDER BY pg_get_userbyid(u)) FROM unnest(p.polroles) u WHERE p.polroles <> '{0}')"),
             attribute("using", "pg_get_expr(p.polqual, p.polrelid)"),
             attribute("check", "pg_get_expr(p.polwithcheck, p.polrelid)")},
            fmt::format("FROM pg_policy p {} WHERE {}", table_and_schema("p.polrelid"), managed(scope))};
}

FactQuery statistics(const ReadScope& scope) {
    return {Kind::statistics,
            "3381, s.oid, 0",
            of_table,
            {"sn.nspname", "s.stxname"},
            {attribute("definition",
                       "substr(pg_get_statisticsobjdef(s.oid), length(format('CREATE STATISTICS %I.%I ', "
                       "sn.nspname, s.stxname)) + 1)"),
             attribute("target", "CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END")},
            fmt::format("FROM pg_statistic_ext s JOIN pg_namespace sn ON sn.oid = s.stxnamespace {} WHERE {}",
                        table_and_schema("s.stxrelid"), managed(scope))};
}

}  // namespace

std::vector<FactQuery> table_part_queries(const ReadScope& scope) {
    return {columns(scope),
            defaults(scope),
            constraints(scope),
            indexes(scope),
            where_any(Rare::inheritance, partitions(scope)),
            where_any(Rare::inheritance, inheritance(scope)),
            where_any(Rare::trigger, triggers(scope)),
            where_any(Rare::trigger, trigger_states(scope)),
            where_any(Rare::rule, rules(scope)),
            where_any(Rare::policy, policies(scope)),
            where_any(Rare::statistics, statistics(scope))};
}

}  // namespace rev::catalog::postgres
