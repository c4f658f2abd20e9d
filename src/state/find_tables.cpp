// Where rev's tables are, whether they are rev's own, and who else may change them.
//
// Whoever may create something in the schema could make a table of one of these names before rev does, with a trigger,
// a default, a check or a type that runs code of theirs with rev's rights. So a table is believed only if its owner,
// and the owner of everything that runs when a row of it is written, is trusted.

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/text.hpp"
#include "state/ledger.hpp"
#include "state/log.hpp"
#include "state/run_lock.hpp"
#include "state/tables.hpp"

namespace rev::state {
namespace {

/// The tables' schema: the configured one, else the first of search_path that has the version table, else where
/// CREATE TABLE would put it. One row for each table that is there; one with no table if there is none. It is asked
/// along the session's search_path, so that its every operator, written {eq}, is qualified.
///
/// trusted: the current role and those that it is a member of (not pg_has_role(): a superuser counts as a member of
/// every role), the owners of the database and the schema, superusers.
/// parts: the table and what belongs to it: defaults, checks, triggers, indexes. What any of them uses (functions,
/// operators, types) is in pg_depend unless it is part of the system.
constexpr std::string_view tables_text =
    "WITH RECURSIVE place AS ({place}),"
    " schema AS (SELECT place.name, n.oid, n.nspowner FROM place"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.nspname {eq} place.name),"
    " member AS (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname {eq} current_user"
    " UNION SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN member ON m.member {eq} member.oid),"
    " trusted AS (SELECT oid FROM member UNION SELECT oid FROM pg_catalog.pg_roles WHERE rolsuper"
    " UNION SELECT datdba FROM pg_catalog.pg_database WHERE datname {eq} pg_catalog.current_database())"
    " SELECT schema.name, schema.oid, c.relname, c.relkind, pg_catalog.pg_get_userbyid(c.relowner),"
    " c.relowner {eq} ANY (SELECT oid FROM trusted) OR c.relowner {eq} schema.nspowner,"
    " pg_catalog.row_security_active(c.oid),"
    " pg_catalog.array_to_string(ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid {eq} c.oid AND a.attnum {gt} 0 AND NOT a.attisdropped ORDER BY a.attnum), pg_catalog.chr(31)),"
    // What of it is somebody else's.
    " (SELECT pg_catalog.concat(pg_catalog.pg_describe_object(part.classid, part.objid, part.objsubid), ' uses ',"
    " pg_catalog.pg_describe_object(used.refclassid, used.refobjid, 0), ', which belongs to ',"
    " pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(coalesce(f.proowner, o.oprowner, t.typowner))))"
    " FROM (SELECT CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AS classid, c.oid AS objid, 0 AS objsubid"
    " UNION ALL SELECT d.classid, d.objid, d.objsubid FROM pg_catalog.pg_depend d"
    " WHERE d.refclassid {eq} CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AND d.refobjid {eq} c.oid"
    " AND d.classid {eq} ANY (CAST(ARRAY['pg_catalog.pg_attrdef', 'pg_catalog.pg_constraint', 'pg_catalog.pg_trigger',"
    " 'pg_catalog.pg_class'] AS pg_catalog.regclass[]))) part"
    " JOIN pg_catalog.pg_depend used ON used.classid {eq} part.classid AND used.objid {eq} part.objid"
    " AND used.refclassid {eq} ANY (CAST(ARRAY['pg_catalog.pg_proc', 'pg_catalog.pg_operator', 'pg_catalog.pg_type'] AS"
    " pg_catalog.regclass[]))"
    " LEFT JOIN pg_catalog.pg_proc f ON f.oid {eq} used.refobjid"
    " AND used.refclassid {eq} CAST('pg_catalog.pg_proc' AS pg_catalog.regclass)"
    " LEFT JOIN pg_catalog.pg_operator o ON o.oid {eq} used.refobjid"
    " AND used.refclassid {eq} CAST('pg_catalog.pg_operator' AS pg_catalog.regclass)"
    " LEFT JOIN pg_catalog.pg_type t ON t.oid {eq} used.refobjid"
    " AND used.refclassid {eq} CAST('pg_catalog.pg_type' AS pg_catalog.regclass)"
    " WHERE coalesce(f.proowner, o.oprowner, t.typowner) IS NOT NULL"
    " AND NOT coalesce(f.proowner, o.oprowner, t.typowner) {eq} ANY (SELECT oid FROM trusted)"
    " AND coalesce(f.proowner, o.oprowner, t.typowner) {ne} schema.nspowner LIMIT 1),"
    " (SELECT pg_catalog.format('rule %I', r.rulename) FROM pg_catalog.pg_rewrite r"
    " WHERE r.ev_class {eq} c.oid LIMIT 1),"
    " (SELECT CAST(CAST(i.inhrelid AS pg_catalog.regclass) AS pg_catalog.text) FROM pg_catalog.pg_inherits i"
    " WHERE i.inhparent {eq} c.oid OR i.inhrelid {eq} c.oid LIMIT 1),"
    // Who else may change it.
    " pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.concat(CASE WHEN acl.grantee {eq} 0 THEN 'PUBLIC'"
    " ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(acl.grantee)) END, pg_catalog.chr(31),"
    " pg_catalog.string_agg(DISTINCT acl.privilege_type, ', '))"
    " FROM (SELECT x.grantee, x.privilege_type FROM pg_catalog.aclexplode(c.relacl) x UNION ALL"
    " SELECT x.grantee, x.privilege_type FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) x"
    " WHERE a.attrelid {eq} c.oid AND a.attacl IS NOT NULL) acl"
    " WHERE acl.privilege_type {eq} ANY (CAST(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'] AS"
    " pg_catalog.text[])) AND NOT acl.grantee {eq} ANY (SELECT oid FROM trusted)"
    " AND acl.grantee {ne} schema.nspowner GROUP BY acl.grantee ORDER BY acl.grantee), pg_catalog.chr(30)),"
    // Its seal. Who is no owner can add triggers, which the row tells of when there were none.
    " CASE WHEN NOT (c.relhastriggers OR c.relhasrules OR c.relhassubclass)"
    " THEN pg_catalog.concat(c.oid, ':', c.xmin) END"
    // A join of schemas and pg_class is a nested loop over all of both where the schemas are newer than the server's
    // statistics. OFFSET 0 keeps one name of one schema a question of its own, which the index on both answers.
    " FROM schema LEFT JOIN"
    " (pg_catalog.unnest(CAST(ARRAY[?, ?, ?, ?] AS pg_catalog.name[])) AS own(name) CROSS JOIN LATERAL"
    " (SELECT k.oid, k.xmin, k.relname, k.relkind, k.relowner, k.relacl, k.relhastriggers, k.relhasrules,"
    " k.relhassubclass FROM pg_catalog.pg_class k WHERE k.relname {eq} own.name AND k.relnamespace {eq} schema.oid"
    " AND k.relkind {eq} ANY (CAST('{kinds}' AS pg_catalog.\"char\"[])) OFFSET 0) c) ON true"
    " ORDER BY schema.name, c.relname";

constexpr std::string_view one_place =
    "SELECT coalesce(CAST(? AS pg_catalog.text),"
    " (SELECT CAST(n.nspname AS pg_catalog.text)"
    " FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path(name, number)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname {eq} path.name AND n.oid {ne} pg_catalog.pg_my_temp_schema()"
    " JOIN pg_catalog.pg_class c ON c.relnamespace {eq} n.oid AND c.relname {eq} ? ORDER BY path.number LIMIT 1),"
    " CAST(pg_catalog.current_schema() AS pg_catalog.text)) AS name";

/// One `?` for each schema.
std::string places(std::size_t count) {
    const std::vector<std::string> marks(count, "?");
    return fmt::format("SELECT name FROM pg_catalog.unnest(CAST(ARRAY[{}] AS pg_catalog.text[])) AS place(name)",
                       base::join(marks, ", "));
}

std::string with_operators(std::string_view text, const std::string& place) {
    return fmt::format(fmt::runtime(text), fmt::arg("place", place), fmt::arg("eq", "OPERATOR(pg_catalog.=)"),
                       fmt::arg("ne", "OPERATOR(pg_catalog.<>)"), fmt::arg("gt", "OPERATOR(pg_catalog.>)"),
                       fmt::arg("kinds", relation_kinds));
}

/// fmt's placeholders spare the text OPERATOR(pg_catalog.=) in every comparison, in which nobody would find the column
/// any more.
const std::string& find_in_postgresql() {
    static const std::string sql = with_operators(tables_text, with_operators(one_place, {}));
    return sql;
}

/// What tables_text asks for, in its order.
enum AnswerColumn : std::size_t {
    answer_schema,
    answer_schema_oid,
    answer_name,
    answer_kind,
    answer_owner,
    answer_owner_is_trusted,
    answer_hides_rows,
    answer_columns,
    answer_foreign_part,
    answer_rule,
    answer_relative,
    answer_grants,
    answer_seal
};

/// A row of that.
struct CatalogTable {
    std::string name;
    std::string kind;  ///< of pg_class.relkind: r is a plain table
    std::string owner;
    bool owner_is_trusted = false;
    bool hides_rows = false;  ///< from the current role
    std::vector<std::string> columns;
    std::string foreign_part;  ///< sentence; empty: all of it is trusted
    std::string rule;
    std::string relative;  ///< a table that it inherits from or that inherits from it
    std::vector<std::string> grants;
    SqlValue seal;  ///< absent: there is something on it that others than its owner may change
};

CatalogTable read_table(SqlRow& row) {
    const auto text = [&](AnswerColumn column) { return std::move(row.at(column)).value_or(""); };
    CatalogTable table;
    table.name = text(answer_name);
    table.kind = text(answer_kind);
    table.owner = text(answer_owner);
    table.owner_is_trusted = row.at(answer_owner_is_trusted) == "t";
    table.hides_rows = row.at(answer_hides_rows) == "t";
    // Unit and record separators of ASCII (0x1f, 0x1e): names may hold commas and quotes, but these only where somebody
    // means harm, and then a column is not found.
    table.columns = base::split_list(text(answer_columns), '\x1f');
    table.foreign_part = text(answer_foreign_part);
    table.rule = text(answer_rule);
    table.relative = text(answer_relative);
    table.grants = base::split_list(text(answer_grants), '\x1e');
    table.seal = row.at(answer_seal);
    return table;
}

/// Views and indexes, too: one of that name keeps the table from being made. NOCASE, as SQLite's names have no case.
/// Only plain tables have a root page and are asked for their columns: where what a view reads is gone, or the module
/// of a virtual table is missing, the question would fail.
constexpr std::string_view find_in_sqlite =
    "SELECT t.name, t.type, t.rootpage > 0, lower(c.name) FROM main.sqlite_master AS t LEFT JOIN"
    " pragma_table_info(CASE WHEN t.type = 'table' AND t.rootpage > 0 THEN t.name END, 'main') AS c"
    " WHERE t.type IN ('table', 'view', 'index') AND t.name COLLATE NOCASE IN (?, ?, ?) ORDER BY t.name, c.cid";

/// What it asks for, in its order.
enum MasterColumn : std::size_t { master_name, master_type, master_has_pages, master_column };

/// PostgreSQL cuts longer names off, and would look for a table that it never made.
void require_short(std::string_view name, std::string_view setting, std::size_t longest) {
    if (name.size() <= longest) return;
    throw Error(ExitCode::usage, error_codes::bad_version_table,
                fmt::format("{} has {} bytes; in PostgreSQL it may have at most {}", setting, name.size(), longest))
        .with_hint(fmt::format("choose a shorter {} in alembic.yaml", setting));
}

void require_usable(const VersionTable& table, Dialect dialect) {
    for (const auto own : own_names) {
        if (!base::same_name(table.name, own)) continue;
        throw Error(ExitCode::usage, error_codes::bad_version_table,
                    fmt::format("version_table is {}, a table of rev's own", own))
            .with_hint("choose another version_table in alembic.yaml");
    }
    if (dialect != Dialect::postgresql) return;
    // PostgreSQL's NAMEDATALEN less its zero byte; a server may be built with another one, but hardly any is.
    constexpr std::size_t longest = 63;
    require_short(table.name, "version_table", longest - 1);  // <name>_pkc, cut off, must be another name
    require_short(table.schema, "version_table_schema", longest);
}

/// SQLite's names have no case.
bool is_named(std::string_view name, std::string_view own, Dialect dialect) {
    return dialect == Dialect::sqlite ? base::same_name(name, own) : name == own;
}

/// Null: it is the version table.
const OwnTable* find_own_table(const FoundTables& found, std::string_view name, Dialect dialect) {
    for (const auto* table : {&log_table(), &progress_table(), &lease_table()})
        if (is_named(name, table->name, dialect) && !is_named(name, found.table.name, dialect)) return table;
    return nullptr;
}

FoundTable& place_of(FoundTables& found, const OwnTable* table) {
    if (table == nullptr) return found.version;
    if (table->name == lease_name) return found.leases;
    return table->name == log_name ? found.log : found.progress;
}

/// What to do about a table that is not rev's.
std::string advice_for_foreign(Dialect dialect, bool is_version_table) {
    const std::string rename = "if it is none of rev's, drop or rename it";
    if (dialect == Dialect::postgresql)
        return rename + ", or set version_table_schema so that rev keeps its tables elsewhere";
    return rename + (is_version_table ? ", or set version_table in alembic.yaml to another name"
                                      : ": rev keeps a table of its own under that name in each database");
}

/// Something under the name of a table of rev's that is none. Without the version table nothing can be done; that
/// another one is not rev's is told to those who need it.
void take_foreign(FoundTables& found, const OwnTable* table, Error why) {
    if (table == nullptr) throw why;
    place_of(found, table) = FoundTable(std::move(why));
}

/// name: as it is to be shown. columns: of a plain table that can be trusted.
void take_columns(FoundTables& found, const OwnTable* table, const std::string& name, std::vector<std::string> columns,
                  Dialect dialect) {
    const auto lacking = table == nullptr ? std::string_view() : find_lacking(*table, columns);
    if (lacking.empty())
        place_of(found, table) = FoundTable(std::move(columns));
    else
        take_foreign(found, table, lacking_column_error(name, lacking, advice_for_foreign(dialect, false)));
}

/// Throws Error unless the table is one that rev can believe. name: quoted, with its schema. The order is that of the
/// advice: whose a table is comes before what hangs on it.
void require_trusted(const Database& database, const CatalogTable& table, const std::string& name,
                     const std::string& user) {
    const auto elsewhere = advice_for_foreign(Dialect::postgresql, false);
    if (!table.owner_is_trusted)
        throw foreign_table_error(
            fmt::format("the table {} belongs to {}, who could run code with the rights of {} by it", name,
                        base::printable(table.owner), base::printable(user)),
            fmt::format("if it is rev's own: ALTER TABLE {} OWNER TO {}; {}", name, database.quote_identifier(user),
                        elsewhere));
    if (!table.foreign_part.empty())
        throw foreign_table_error(
            fmt::format("the table {} cannot be trusted: {}", name, base::printable(table.foreign_part)),
            "drop that part of the table, or give what it uses to a role that rev trusts (ALTER "
            "FUNCTION ... OWNER TO ...); rev's own tables have no such parts");
    if (!table.rule.empty())
        throw foreign_table_error(
            fmt::format("the table {} has a {}, which rewrites what rev asks", name, base::printable(table.rule)),
            fmt::format("drop it: DROP RULE {} ON {}", table.rule.substr(table.rule.find(' ') + 1), name));
    if (!table.relative.empty())
        throw foreign_table_error(fmt::format("the table {} has rows in common with another one by inheritance: {}",
                                              name, base::printable(table.relative)),
                                  "end that with ALTER TABLE ... NO INHERIT ...");
    // A hidden row would look like a revision that was never applied, and rev would apply it once more.
    if (table.hides_rows)
        throw Error(ExitCode::database, error_codes::row_security,
                    fmt::format("row security may hide rows of {} from {}", name, base::printable(user)))
            .with_hint(fmt::format("make {0} its owner, or take row security off: ALTER TABLE {1} OWNER TO {0}; or "
                                   "ALTER TABLE {1} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY",
                                   database.quote_identifier(user), name));
}

void take_grants(FoundTables& found, const CatalogTable& table, const std::string& name) {
    for (const auto& grant : table.grants) {
        const auto end = grant.find('\x1f');
        if (end != std::string::npos)
            found.foreign_grants.push_back({name, grant.substr(0, end), grant.substr(end + 1)});
    }
}

/// Whether it may have a seal: a relation that is no table of rev's has none.
bool take_table(Database& database, FoundTables& found, CatalogTable& table) {
    const auto* own = find_own_table(found, table.name, Dialect::postgresql);
    const auto name = qualified_name(database, found.table.schema, table.name);
    const auto advice = advice_for_foreign(Dialect::postgresql, own == nullptr);
    if (const auto kind = kind_of_relation(table.kind); !kind.empty()) {
        take_foreign(found, own, no_plain_table_error(name, kind, advice));
        return false;
    }
    require_trusted(database, table, name, database.server_info().user);
    // Without this it would pass for a table that is not there.
    if (table.columns.empty()) {
        take_foreign(
            found, own,
            foreign_table_error(fmt::format("the table {} is none of rev's: it has no columns", name), advice));
        return false;
    }
    take_grants(found, table, name);
    take_columns(found, own, name, std::move(table.columns), Dialect::postgresql);
    return true;
}

/// rows: of one schema, at least one.
void take_rows(Database& database, FoundTables& found, std::span<SqlRow> rows) {
    found.has_schema = rows.front().at(answer_schema_oid).has_value();
    std::vector<std::string> seals;
    bool is_sealed = true;
    for (auto& row : rows) {
        if (!row.at(answer_name)) continue;
        auto table = read_table(row);
        const bool may_have_seal = take_table(database, found, table);
        if (table.name == lease_name) continue;
        is_sealed = is_sealed && may_have_seal && table.seal;
        if (table.seal) seals.push_back(*table.seal);
    }
    if (is_sealed) found.seal = base::join(seals, ",");
}

void find_in_postgresql(Database& database, FoundTables& found) {
    const auto& name = found.table.name;
    const auto configured = found.table.schema.empty() ? SqlValue() : SqlValue(found.table.schema);
    const std::vector<SqlValue> parameters{
        configured, name, name, std::string(log_name), std::string(progress_name), std::string(lease_name)};
    auto rows = database.query_in_session(find_in_postgresql(), parameters);
    if (rows.empty()) return;
    if (!rows.front().at(answer_schema))
        throw Error(ExitCode::database, error_codes::no_schema,
                    "the connection's search_path names no schema that exists")
            .with_hint("set version_table_schema in alembic.yaml, or search_path for this user or database");
    found.table.schema = *rows.front().at(answer_schema);
    take_rows(database, found, rows);
}

/// rows: one for each column of a table, or one for what has none.
void take_master_rows(FoundTables& found, std::span<const SqlRow> rows) {
    const auto& first = rows.front();
    const auto name = first.at(master_name).value_or("");
    const auto type = first.at(master_type).value_or("");
    const auto* own = find_own_table(found, name, Dialect::sqlite);
    if (type != "table" || first.at(master_has_pages) != "1") {
        const auto kind = type == "table" ? "a virtual table" : type == "view" ? "a view" : "an index";
        return take_foreign(
            found, own,
            no_plain_table_error(base::printable(name), kind, advice_for_foreign(Dialect::sqlite, own == nullptr)));
    }
    std::vector<std::string> columns;
    for (const auto& row : rows) columns.push_back(row.at(master_column).value_or(""));
    take_columns(found, own, base::printable(name), std::move(columns), Dialect::sqlite);
}

void find_in_sqlite_file(Database& database, FoundTables& found) {
    const std::vector<SqlValue> parameters{found.table.name, std::string(log_name), std::string(progress_name)};
    const auto rows = database.query(find_in_sqlite, parameters);
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        while (end < rows.size() && rows[end].at(master_name) == rows[begin].at(master_name)) ++end;
        take_master_rows(found, std::span(rows).subspan(begin, end - begin));
    }
}

/// Without it, the table is somebody else's.
void require_version_column(const FoundTables& found) {
    if (!found.version.is_there() || found.version.has("version_num")) return;
    throw foreign_table_error(fmt::format("the table {} is no version table: it has no column version_num",
                                          base::printable(found.table.name)),
                              "rename that table, or set version_table in alembic.yaml to another name");
}

}  // namespace

std::map<std::string, FoundTables> find_tables_of(Database& database, const std::string& version_table,
                                                  std::span<const std::string> schemas) {
    std::vector<SqlValue> parameters(schemas.begin(), schemas.end());
    for (const auto& name : own_table_names(version_table)) parameters.emplace_back(name);
    auto rows = database.query(with_operators(tables_text, places(schemas.size())), parameters);
    std::map<std::string, FoundTables> all;
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        const auto& schema = rows[begin].at(answer_schema);
        while (end < rows.size() && rows[end].at(answer_schema) == schema) ++end;
        FoundTables found({.schema = schema.value_or(""), .name = version_table});
        try {
            take_rows(database, found, std::span(rows).subspan(begin, end - begin));
            require_version_column(found);
            found.require_own();
        } catch (const Error&) {  // whoever needs it asks for it alone, and is told
            continue;
        }
        if (found.has_schema) all.emplace(found.table.schema, std::move(found));
    }
    return all;
}

FoundTables find_tables(Database& database, const VersionTable& table) {
    require_usable(table, database.dialect());
    FoundTables found(table);
    if (database.dialect() == Dialect::postgresql)
        find_in_postgresql(database, found);
    else
        find_in_sqlite_file(database, found);
    require_version_column(found);
    return found;
}

}  // namespace rev::state
