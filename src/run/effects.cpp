// What a rehearsed step did to tables, found by looking at the catalogs before and after it within the transaction.

#include "run/effects.hpp"

#include <algorithm>
#include <array>

namespace rev::run {
namespace {

/// From the weakest to the strongest.
constexpr std::array<std::string_view, 9> lock_modes = {
    "",          "AccessShareLock",       "RowShareLock",  "RowExclusiveLock",   "ShareUpdateExclusiveLock",
    "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"};

/// oid, name, file, rows touched in this transaction, the strongest lock of this session. It reads catalogs only and
/// so locks no table itself.
constexpr std::string_view postgres_query =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), c.relfilenode,"
    " pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)"
    " + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid), coalesce(l.strongest, 0)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    // A table that this session has no lock on has none in pg_locks either: 0.
    " LEFT JOIN (SELECT relation, max(pg_catalog.array_position(ARRAY['AccessShareLock', 'RowShareLock',"
    " 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',"
    " 'AccessExclusiveLock'], mode)) AS strongest FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid()"
    " AND locktype = 'relation' AND granted GROUP BY relation) l ON l.relation = c.oid"
    " WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    " AND NOT (n.nspname = ? AND c.relname IN (?, ?, ?, ?))";

constexpr std::string_view sqlite_query =
    // The root pages and definitions of the table with its indexes and triggers: a table that was built anew under its
    // old name has other pages even where its SQL is the same.
    "SELECT t.name, (SELECT group_concat(d.rootpage || ' ' || coalesce(d.sql, ''), ';') FROM"
    " (SELECT rootpage, sql FROM main.sqlite_master WHERE tbl_name = t.name ORDER BY type, name) d)"
    " FROM main.sqlite_master t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " AND t.name NOT IN (?, ?, ?, ?)";

}  // namespace

EffectsReader::EffectsReader(Database& database, const state::Tables& tables) : database_(database) {
    if (database.dialect() == Dialect::postgresql) own_tables_.emplace_back(tables.schema);
    for (const auto& name : state::own_table_names(tables.name)) own_tables_.emplace_back(name);
    original_ = look();
    last_ = original_;
    // What was written before the first step is none of its effects.
    (void)database_.take_table_writes();
}

EffectsReader::State EffectsReader::look() {
    return database_.dialect() == Dialect::postgresql ? look_at_postgres() : look_at_sqlite();
}

EffectsReader::State EffectsReader::look_at_postgres() {
    State state;
    for (const auto& row : database_.query(postgres_query, own_tables_))
        state.tables[row[0].value_or("")] = {.name = row[1].value_or(""),
                                             .definition = row[2].value_or(""),
                                             .rows = state::number(row[3]),
                                             .lock = static_cast<std::size_t>(state::number(row[4]))};
    return state;
}

EffectsReader::State EffectsReader::look_at_sqlite() {
    State state;
    for (const auto& row : database_.query(sqlite_query, own_tables_))
        state.tables[row[0].value_or("")] = {.name = row[0].value_or(""), .definition = row[1].value_or("")};
    // Of the whole connection: SQLite does not count by table.
    state.rows = state::number(database_.query("SELECT total_changes()").at(0).at(0));
    return state;
}

StepEffects EffectsReader::next() {
    auto now = look();
    StepEffects effects;
    effects.rows = now.rows - last_.rows;
    for (const auto& [key, table] : now.tables) {
        const auto before = last_.tables.find(key);
        // TRUNCATE sets the count back.
        effects.rows += std::max(0LL, table.rows - (before == last_.tables.end() ? 0 : before->second.rows));
    }
    for (const auto& [key, before] : last_.tables) {
        // A table that the plan has made is locked by nobody else, and nobody waits for it.
        if (!original_.tables.contains(key)) continue;
        const auto after = now.tables.find(key);
        compare(key, before, after == now.tables.end() ? nullptr : &after->second, effects);
    }
    for (auto& write : database_.take_table_writes()) {
        // New ones do not count, nor rev's own. They come sorted by table, several writes of one in a row.
        const bool is_told = !effects.written.empty() && effects.written.back() == write.table;
        if (!is_told && last_.tables.contains(write.table)) effects.written.push_back(std::move(write.table));
    }
    std::ranges::sort(effects.rewritten, {}, &RewrittenTable::table);
    std::ranges::sort(effects.locks, {}, &TableLock::table);
    last_ = std::move(now);
    return effects;
}

/// after: null if the table is gone.
void EffectsReader::compare(const std::string& key, const Table& before, const Table* after, StepEffects& effects) {
    const auto& name = original_.tables.at(key).name;
    const bool differs = after == nullptr || after->definition != before.definition;
    if (database_.dialect() == Dialect::sqlite) {
        if (differs) effects.altered.push_back(name);
        return;
    }
    if (differs && after != nullptr) effects.rewritten.push_back({name, size_of(key)});
    // Its locks are gone from the catalogs with it, but DROP TABLE takes the strongest.
    const auto lock = after == nullptr ? lock_modes.size() - 1 : after->lock;
    if (lock > before.lock) effects.locks.push_back({name, std::string(lock_modes.at(lock))});
}

long long EffectsReader::size_of(const std::string& oid) {
    const std::vector<SqlValue> parameters{oid};
    return state::number(database_.query("SELECT pg_catalog.pg_total_relation_size(?::oid)", parameters).at(0).at(0));
}

}  // namespace rev::run
