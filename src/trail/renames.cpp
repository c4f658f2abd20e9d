#include "trail/renames.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace rev::trail {
namespace {

using schema::FactId;
using schema::Kind;
using schema::Model;
using schema::Rename;

/// Identity, kind as a fact has it, and the parts of the name.
// Oids are unique within one catalog only: a letter for the catalog stands before each. 16384 is the first one that
// initdb does not give away; public is older than that, and can be renamed all the same. 99 is pg_toast.
constexpr const char* postgres_identities = R"(
SELECT 'n' || n.oid, 'schema', n.nspname, NULL, NULL FROM pg_namespace n WHERE n.oid >= 16384 OR n.nspname = 'public'
UNION ALL SELECT 'r' || c.oid, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN
         'sequence' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END, n.nspname, c.relname, NULL
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I') AND n.oid <> 99
UNION ALL SELECT 'a' || a.attrelid || '.' || a.attnum, 'column', n.nspname, c.relname, a.attname
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
UNION ALL SELECT 't' || t.oid, CASE t.typtype WHEN 'e' THEN 'enum type' WHEN 'd' THEN 'domain' WHEN 'r' THEN
         'range type' ELSE 'composite type' END, n.nspname, t.typname, NULL
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE t.oid >= 16384 AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
UNION ALL SELECT 'e' || e.oid, 'enum label', n.nspname, t.typname, e.enumlabel
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
UNION ALL SELECT 'p' || p.oid, 'routine', n.nspname, p.proname, '(' || oidvectortypes(p.proargtypes) || ')'
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= 16384
UNION ALL SELECT 'k' || k.oid, 'constraint', n.nspname, c.relname, k.conname
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE k.oid >= 16384
UNION ALL SELECT 'g' || g.oid, 'trigger', n.nspname, c.relname, g.tgname
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT g.tgisinternal)";

/// The one place where two tables of the same columns differ in a name.
std::optional<std::size_t> renamed_column(const std::vector<const schema::Fact*>& before,
                                          const std::vector<const schema::Fact*>& after) {
    if (before.size() != after.size()) return std::nullopt;
    std::optional<std::size_t> place;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i]->id.name.back() == after[i]->id.name.back()) continue;
        if (place || before[i]->attributes != after[i]->attributes) return std::nullopt;
        place = i;
    }
    return place;
}

bool is_like(const std::vector<const schema::Fact*>& before, const std::vector<const schema::Fact*>& after) {
    // SQLite gives a page that has become free to the next table: the same root page alone proves nothing.
    const auto is_there = [&](const schema::Fact* column) {
        return std::ranges::any_of(after,
                                   [&](const auto* other) { return other->id.name.back() == column->id.name.back(); });
    };
    return 2 * static_cast<std::size_t>(std::ranges::count_if(before, is_there)) >= before.size();
}

void add_sqlite_columns(const Model& from, const FactId& old_table, const Model& to, const FactId& new_table,
                        std::vector<Rename>& renames) {
    const auto before = schema::parts_in_order(from, Kind::column, old_table);
    const auto after = schema::parts_in_order(to, Kind::column, new_table);
    const auto place = renamed_column(before, after);
    if (place) renames.push_back({before[*place]->id, after[*place]->id});
}

std::vector<Rename> find_sqlite_renames(const Model& from, const Identities& before, const Model& to,
                                        const Identities& after) {
    std::vector<Rename> columns;
    std::vector<Rename> tables;
    for (const auto& fact : to.facts())
        if (fact.id.kind == Kind::table && from.find(fact.id) != nullptr)
            add_sqlite_columns(from, fact.id, to, fact.id, columns);
    for (const auto& [page, old_id] : before) {
        const auto now = after.find(page);
        if (now == after.end() || now->second == old_id) continue;
        if (from.find(old_id) == nullptr || to.find(now->second) == nullptr) continue;
        // Where one side has both names, a table was made or dropped besides: that is no plain rename.
        if (to.find(old_id) != nullptr || from.find(now->second) != nullptr) continue;
        if (!is_like(schema::parts_in_order(from, Kind::column, old_id),
                     schema::parts_in_order(to, Kind::column, now->second)))
            continue;
        add_sqlite_columns(from, old_id, to, now->second, columns);
        tables.push_back({old_id, now->second});
    }
    columns.insert(columns.end(), tables.begin(), tables.end());
    return columns;
}

/// The id that its table's or schema's rename alone would give.
FactId moved(FactId id, const std::vector<Rename>& renames) {
    for (const auto& rename : renames) {
        const auto& from = rename.from.name;
        if (id.name.size() <= from.size() || !std::equal(from.begin(), from.end(), id.name.begin())) continue;
        std::ranges::copy(rename.to.name, id.name.begin());
        return id;
    }
    return id;
}

/// Parts before what they go with. What has moved only with its schema or table has no new name of its own.
std::vector<Rename> innermost_first(std::vector<Rename> all) {
    // Outer names first, as moved() has to know what has become of them; in the end the list is turned round.
    std::ranges::stable_sort(all, {}, [](const Rename& rename) { return rename.from.name.size(); });
    std::vector<Rename> renames;
    for (const auto& rename : all)
        if (moved(rename.from, renames) != rename.to) renames.push_back(rename);
    std::ranges::reverse(renames);
    return renames;
}

}  // namespace

Identities read_identities(Database& database) {
    Identities identities;
    if (database.dialect() == Dialect::sqlite) {
        for (const auto& row :
             database.query("SELECT rootpage, name FROM main.sqlite_schema WHERE type = 'table' AND rootpage <> 0"))
            identities[row.at(0).value_or("")] = {Kind::table, {base::lower_case(row.at(1).value_or(""))}};
        return identities;
    }
    for (const auto& row : database.query(postgres_identities)) {
        const auto kind = schema::find_kind(row.at(1).value_or(""));
        if (!kind) continue;
        FactId id{*kind, {}};
        for (std::size_t part = 2; part < row.size(); ++part)
            if (row[part]) id.name.push_back(*row[part]);
        identities[row.at(0).value_or("")] = std::move(id);
    }
    return identities;
}

std::vector<Rename> find_renames(const Model& from, const Identities& before, const Model& to,
                                 const Identities& after) {
    if (to.dialect() == Dialect::sqlite) return find_sqlite_renames(from, before, to, after);
    std::vector<Rename> all;
    for (const auto& [identity, old_id] : before) {
        const auto now = after.find(identity);
        if (now != after.end() && now->second != old_id && now->second.name.size() == old_id.name.size())
            all.push_back({old_id, now->second});
    }
    return innermost_first(std::move(all));
}

FactId name_before(FactId id, const std::vector<Rename>& renames) {
    for (const auto& rename : renames) {
        if (id == rename.to) return rename.from;
        const auto& to = rename.to.name;
        if (id.name.size() <= to.size() || !std::equal(to.begin(), to.end(), id.name.begin())) continue;
        std::ranges::copy(rename.from.name, id.name.begin());
    }
    return id;
}

RenameTrail::RenameTrail(Model model, Identities identities)
    : first_(model), first_identities_(identities), last_(std::move(model)), last_identities_(std::move(identities)) {
    for (const auto& fact : first_.facts())
        if (fact.id.kind == Kind::table || fact.id.kind == Kind::column) origins_[fact.id] = fact.id;
}

void RenameTrail::advance(Model model, Identities identities) {
    if (needs_each_step()) {
        // From one step to the next only: between the first and the last a page may have gone to another table.
        const auto renames = find_renames(last_, last_identities_, model, identities);
        std::map<FactId, FactId> origins;
        for (const auto& fact : model.facts())
            if (const auto found = origins_.find(name_before(fact.id, renames)); found != origins_.end())
                origins[fact.id] = found->second;
        origins_ = std::move(origins);
    }
    last_ = std::move(model);
    last_identities_ = std::move(identities);
}

std::vector<Rename> RenameTrail::renames() const {
    if (!needs_each_step()) return find_renames(first_, first_identities_, last_, last_identities_);
    std::vector<Rename> all;
    for (const auto& [now, origin] : origins_)
        if (now != origin) all.push_back({origin, now});
    return innermost_first(std::move(all));
}

}  // namespace rev::trail
