#include "trail/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "rev/stop.hpp"

namespace rev::trail {
namespace {

std::unique_ptr<Database> open_reader(const DatabaseUrl& url) {
    OpenOptions options;
    options.interrupted = stop_requested;
    return open_database(url, options);
}

/// sqlite_schema has everything that a model is made of.
class SqliteFingerprints final : public Fingerprints {
public:
    SqliteFingerprints(const DatabaseUrl& url, std::vector<std::string> own)
        : database_(open_reader(url)), own_(std::move(own)) {}

    std::string whole() override {
        std::vector<std::string> parts;
        for (const auto& row : database_->query(
                 "SELECT tbl_name, type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM "
                 "main.sqlite_schema"))
            if (std::ranges::find(own_, base::lower_case(row.at(0).value_or(""))) == own_.end())
                parts.push_back(row.at(1).value_or(""));
        std::ranges::sort(parts);
        return base::join(parts, "\n");
    }
    void begin_step() override {}
    std::string touched() override { return whole(); }

private:
    std::unique_ptr<Database> database_;
    std::vector<std::string> own_;
};

/// One catalog: which of its rows are users', and what of them counts.
struct CatalogPart {
    std::string_view from;
    std::string_view text;
};

/// Rows as they are, with their object identifiers: what is the same object as before has the same one. Columns that
/// change without a change of the schema are left out (statistics, the file on disk, what a dropped column leaves).
constexpr CatalogPart whole_parts[] = {
    {"pg_namespace x WHERE x.nspname NOT LIKE 'pg\\_%'", "x::text"},
    {"pg_class x WHERE x.oid >= 16384 AND x.relnamespace <> 99",
     "(x.oid, x.relname, x.relnamespace, x.reltype, x.reloftype, x.relowner, x.relam, x.reltablespace, "
     "x.relpersistence, x.relkind, x.relrowsecurity, x.relforcerowsecurity, x.relreplident, x.relispartition, "
     "x.relacl, "
     "x.reloptions, x.relpartbound, (SELECT t.reloptions FROM pg_class t WHERE t.oid = x.reltoastrelid))::text"},
    {"pg_attribute x JOIN pg_class c ON c.oid = x.attrelid WHERE x.attrelid >= 16384 AND x.attnum > 0 AND NOT "
     "x.attisdropped AND c.relnamespace <> 99",
     "x::text"},
    {"pg_attrdef x", "x::text"},
    {"pg_constraint x WHERE x.oid >= 16384", "x::text"},
    {"pg_index x JOIN pg_class c ON c.oid = x.indrelid WHERE x.indexrelid >= 16384 AND c.relnamespace <> 99",
     "x::text"},
    {"pg_type x WHERE x.oid >= 16384", "x::text"},
    {"pg_enum x", "x::text"},
    {"pg_range x WHERE x.rngtypid >= 16384", "x::text"},
    {"pg_proc x WHERE x.oid >= 16384", "x::text"},
    {"pg_aggregate x WHERE x.aggfnoid::oid >= 16384", "x::text"},
    {"pg_trigger x WHERE NOT x.tgisinternal", "x::text"},
    {"pg_rewrite x WHERE x.oid >= 16384", "x::text"},
    {"pg_policy x", "x::text"},
    {"pg_sequence x", "x::text"},
    {"pg_inherits x", "x::text"},
    {"pg_partitioned_table x", "x::text"},
    {"pg_description x WHERE x.objoid >= 16384 OR x.classoid = 2615", "x::text"},
    {"pg_seclabel x", "x::text"},
    {"pg_statistic_ext x", "x::text"},
    {"pg_collation x WHERE x.oid >= 16384", "x::text"},
    {"pg_conversion x WHERE x.oid >= 16384", "x::text"},
    {"pg_operator x WHERE x.oid >= 16384", "x::text"},
    {"pg_opclass x WHERE x.oid >= 16384", "x::text"},
    {"pg_opfamily x WHERE x.oid >= 16384", "x::text"},
    {"pg_amop x WHERE x.oid >= 16384", "x::text"},
    {"pg_amproc x WHERE x.oid >= 16384", "x::text"},
    {"pg_cast x WHERE x.oid >= 16384", "x::text"},
    {"pg_language x", "x::text"},
    {"pg_extension x", "x::text"},
    {"pg_event_trigger x", "x::text"},
    {"pg_foreign_data_wrapper x", "x::text"},
    {"pg_foreign_server x", "x::text"},
    // A view, whose rows have no place and no age: they are read each time.
    {"(SELECT 'u' || m.umid AS ctid, '4294967295' AS xmin, m::text AS mapping FROM pg_user_mappings m) x", "x.mapping"},
    {"pg_foreign_table x", "x::text"},
    {"pg_publication x", "x::text"},
    {"pg_publication_rel x", "x::text"},
    {"pg_default_acl x", "x::text"},
    {"pg_ts_config x WHERE x.oid >= 16384", "x::text"},
    {"pg_ts_config_map x WHERE x.mapcfg >= 16384", "x::text"},
    {"pg_ts_dict x WHERE x.oid >= 16384", "x::text"},
    {"pg_ts_parser x WHERE x.oid >= 16384", "x::text"},
    {"pg_ts_template x WHERE x.oid >= 16384", "x::text"},
    {"pg_transform x WHERE x.oid >= 16384", "x::text"},
    {"pg_depend x WHERE x.deptype = 'e' OR (x.deptype = 'a' AND x.classid = 1259 AND x.refobjsubid > 0)",
     "(x.classid, x.objid, x.refclassid, x.refobjid, x.refobjsubid, x.deptype)::text"},
};

/// Rows that the step has written (xmin), in words without identifiers.
constexpr CatalogPart touched_parts[] = {
    {"pg_namespace x WHERE {since}", "x.nspname, x.nspacl"},
    {"pg_class x WHERE {since} AND x.oid >= 16384 AND x.relnamespace <> 99",
     "x.oid::regclass, x.relkind, x.relpersistence, x.reloptions, x.relacl, x.relowner::regrole, x.relrowsecurity, "
     "x.relforcerowsecurity, x.relreplident, x.relispartition, pg_get_expr(x.relpartbound, x.oid), CASE WHEN x.relkind "
     "IN ('v', 'm') THEN pg_get_viewdef(x.oid) END"},
    {"pg_attribute x JOIN pg_class c ON c.oid = x.attrelid WHERE {since} AND x.attrelid >= 16384 AND x.attnum > 0 AND "
     "NOT x.attisdropped AND c.relnamespace <> 99",
     "x.attrelid::regclass, x.attname, format_type(x.atttypid, x.atttypmod), x.attnotnull, "
     "x.attcollation::regcollation, "
     "x.attidentity, x.attgenerated, x.attacl"},
    {"pg_attrdef x WHERE {since}", "x.adrelid::regclass, pg_get_expr(x.adbin, x.adrelid)"},
    {"pg_constraint x WHERE {since} AND x.oid >= 16384",
     "x.conname, x.conrelid::regclass, pg_get_constraintdef(x.oid)"},
    {"pg_index x JOIN pg_class c ON c.oid = x.indrelid WHERE {since} AND x.indexrelid >= 16384 AND c.relnamespace <> "
     "99",
     "pg_get_indexdef(x.indexrelid)"},
    {"pg_type x WHERE {since} AND x.oid >= 16384", "x.oid::regtype, x.typtype, x.typnotnull, x.typdefault"},
    {"pg_enum x WHERE {since}", "x.enumtypid::regtype, x.enumlabel, x.enumsortorder"},
    {"pg_proc x WHERE {since} AND x.oid >= 16384",
     "x.oid::regprocedure, md5(x.prosrc), x.proacl, x.prosecdef, x.provolatile, x.proconfig"},
    {"pg_trigger x WHERE {since} AND NOT x.tgisinternal", "pg_get_triggerdef(x.oid), x.tgenabled"},
    {"pg_policy x WHERE {since}",
     "x.polname, x.polrelid::regclass, pg_get_expr(x.polqual, x.polrelid), pg_get_expr(x.polwithcheck, x.polrelid)"},
    {"pg_sequence x WHERE {since}", "x.seqrelid::regclass, x.seqincrement, x.seqmax"},
    {"pg_description x WHERE {since}", "x.description"},
    {"pg_extension x WHERE {since}", "x.extname, x.extversion"},
    {"pg_rewrite x WHERE {since} AND x.oid >= 16384", "pg_get_ruledef(x.oid), x.ev_enabled"},
    {"pg_inherits x WHERE {since}", "x.inhrelid::regclass, x.inhparent::regclass, x.inhseqno"},
    {"pg_partitioned_table x WHERE {since}", "pg_get_partkeydef(x.partrelid)"},
    {"pg_statistic_ext x WHERE {since}", "pg_get_statisticsobjdef(x.oid)"},
    // Seldom seen. Their identifiers are other ones in another database, so that the models are compared.
    {"pg_range x WHERE {since} AND x.rngtypid >= 16384", "x.rngtypid"},
    {"pg_aggregate x WHERE {since} AND x.aggfnoid::oid >= 16384", "x.aggfnoid::oid"},
    {"pg_seclabel x WHERE {since}", "x.objoid"},
    {"pg_collation x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_conversion x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_operator x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_opclass x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_opfamily x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_amop x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_amproc x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_cast x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_language x WHERE {since}", "x.oid"},
    {"pg_event_trigger x WHERE {since}", "x.oid"},
    {"pg_foreign_data_wrapper x WHERE {since}", "x.oid"},
    {"pg_foreign_server x WHERE {since}", "x.oid"},
    {"pg_foreign_table x WHERE {since}", "x.ftrelid"},
    {"pg_publication x WHERE {since}", "x.oid"},
    {"pg_publication_rel x WHERE {since}", "x.oid"},
    {"pg_default_acl x WHERE {since}", "x.oid"},
    {"pg_ts_config x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_ts_config_map x WHERE {since} AND x.mapcfg >= 16384", "x.mapcfg"},
    {"pg_ts_dict x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_ts_parser x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_ts_template x WHERE {since} AND x.oid >= 16384", "x.oid"},
    {"pg_transform x WHERE {since} AND x.oid >= 16384", "x.oid"},
};

/// What goes away shows in the numbers: nearly everything has rows in pg_depend.
constexpr std::string_view counted_catalogs[] = {
    "pg_class WHERE oid >= 16384 AND relnamespace <> 99",
    "pg_attribute WHERE attrelid >= 16384 AND NOT attisdropped",
    "pg_constraint WHERE oid >= 16384",
    "pg_type WHERE oid >= 16384",
    "pg_proc WHERE oid >= 16384",
    "pg_trigger WHERE NOT tgisinternal",
    "pg_attrdef",
    "pg_description WHERE objoid >= 16384",
    "pg_depend WHERE objid >= 16384",
};

/// For each catalog how many rows it has, and those that were written since $1: where they are, and their hash. A row
/// has another place when it is written again.
std::string written_sql() {
    std::string sql;
    for (const auto& part : whole_parts)
        sql += fmt::format(
            "{}SELECT count(*)::text, string_agg(x.ctid::text || ' ' || md5({}), ';') FILTER (WHERE "
            "x.xmin::text::bigint "
            ">= $1) FROM {}",
            sql.empty() ? "" : " UNION ALL ", part.text, part.from);
    return sql;
}

/// What one catalog is known to hold: hashes by where the rows are.
using KnownRows = std::map<std::string, std::string, std::less<>>;

std::string touched_sql() {
    constexpr std::string_view place = "{since}";
    constexpr std::string_view since = "x.xmin::text::bigint >= $1";
    std::string sql;
    for (const auto& part : touched_parts) {
        std::string from(part.from);
        from.replace(from.find(place), place.size(), since);
        sql += fmt::format("SELECT '{}', concat_ws(' ', {}) FROM {} UNION ALL ",
                           part.from.substr(0, part.from.find(' ')), part.text, from);
    }
    std::string numbers;
    int parameter = 2;
    for (const auto& part : counted_catalogs)
        numbers += fmt::format(", (SELECT count(*) FROM {}) - ${}", part, parameter++);
    return fmt::format("{}SELECT 'counts', concat_ws(' '{})", sql, numbers);
}

/// The first transaction that has not begun, and the numbers.
std::string begin_sql() {
    std::string sql = "SELECT txid_snapshot_xmax(txid_current_snapshot()) % 4294967296";
    for (const auto& part : counted_catalogs) sql += fmt::format(", (SELECT count(*) FROM {})", part);
    return sql;
}

std::string parameter_types() {
    std::string types = "bigint";
    for ([[maybe_unused]] const auto& part : counted_catalogs) types += ", bigint";
    return types;
}

class PostgresFingerprints final : public Fingerprints {
public:
    explicit PostgresFingerprints(const DatabaseUrl& url) : database_(open_reader(url)) {
        const std::array prepared = {
            Query{"PREPARE rev_written(bigint) AS " + written_sql()}, Query{"PREPARE rev_begin AS " + begin_sql()},
            Query{fmt::format("PREPARE rev_touched({}) AS {}", parameter_types(), touched_sql())}};
        (void)database_->query_all(prepared);
    }

    /// Only what was written since it was asked last is read: all rows of a large schema take a while.
    std::string whole() override {
        const auto next = next_transaction();
        const auto answers = database_->query(fmt::format("EXECUTE rev_written({})", known_since_));
        known_since_ = next;
        std::string text;
        for (std::size_t part = 0; part < known_.size(); ++part) {
            add_rows(answers.at(part).at(1).value_or(""), known_[part]);
            if (std::to_string(known_[part].size()) != answers.at(part).at(0)) forget_gone(part);
            text += hash_of(known_[part]) + "\n";
        }
        return text;
    }

    void begin_step() override {
        const auto rows = database_->query("EXECUTE rev_begin");
        std::vector<std::string> values;
        for (const auto& value : rows.at(0)) values.push_back(value.value_or("0"));
        began_ = base::join(values, ", ");
    }

    std::string touched() override {
        std::vector<std::string> lines;
        for (const auto& row : database_->query(fmt::format("EXECUTE rev_touched({})", began_)))
            lines.push_back(row.at(0).value_or("") + " " + row.at(1).value_or(""));
        std::ranges::sort(lines);
        return base::join(lines, "\n");
    }

private:
    /// The first transaction that has not begun.
    std::string next_transaction() {
        return database_->query("SELECT txid_snapshot_xmax(txid_current_snapshot()) % 4294967296")
            .at(0)
            .at(0)
            .value_or("0");
    }

    /// rows: "(0,1) hash;(0,2) hash".
    static void add_rows(std::string_view rows, KnownRows& known) {
        while (!rows.empty()) {
            const auto end = std::min(rows.find(';'), rows.size());
            const auto row = rows.substr(0, end);
            const auto blank = row.find(' ');
            known.insert_or_assign(std::string(row.substr(0, blank)), std::string(row.substr(blank + 1)));
            rows.remove_prefix(std::min(end + 1, rows.size()));
        }
    }

    void forget_gone(std::size_t part) {
        const auto& catalog = whole_parts[part];
        const auto places = database_->query(fmt::format("SELECT x.ctid::text FROM {}", catalog.from));
        std::set<std::string, std::less<>> there;
        for (const auto& row : places) there.insert(row.at(0).value_or(""));
        std::erase_if(known_[part], [&](const auto& row) { return !there.contains(row.first); });
    }

    /// The same whatever the order: where rows are says nothing.
    static std::string hash_of(const KnownRows& rows) {
        std::vector<std::string_view> hashes;
        hashes.reserve(rows.size());
        for (const auto& [place, hash] : rows) hashes.push_back(hash);
        std::ranges::sort(hashes);
        std::string all;
        for (const auto hash : hashes) all += hash;
        return all;
    }

    std::unique_ptr<Database> database_;
    std::string began_;  ///< parameters of rev_touched
    std::string known_since_ = "0";
    std::array<KnownRows, std::size(whole_parts)> known_;
};

}  // namespace

std::unique_ptr<Fingerprints> open_fingerprints(const DatabaseUrl& url, std::vector<std::string> own) {
    if (url.dialect == Dialect::sqlite) return std::make_unique<SqliteFingerprints>(url, std::move(own));
    return std::make_unique<PostgresFingerprints>(url);
}

}  // namespace rev::trail
