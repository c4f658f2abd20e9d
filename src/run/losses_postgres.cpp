// PostgreSQL's catalogs have identities: a table is its oid, a column its number, whatever their names become. What was
// done to rows is told by the transaction's own counters, except TRUNCATE, which leaves none but gives a table a new
// file.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "run/loss_catalog.hpp"
#include "run/loss_finder.hpp"

namespace rev::run {
namespace {

using Kind = LostRows::Kind;

/// A table that was there before the plan.
struct TrackedTable {
    Oid before;
    Oid now;                ///< empty: it is gone
    std::string last_name;  ///< the last one that it had
    std::size_t step = 0;   ///< after which it was gone or first written to
    Contents after = {};    ///< if its contents are to be compared
};

class PostgresLossFinder final : public LossFinder {
public:
    PostgresLossFinder(Database& database, LossScope scope) : database_(database), scope_(scope) {}

    void began(const state::Tables& tables) override;
    void step_ran(const PreparedStep& step, RehearsedStep& rehearsed) override;
    void ends() override;
    std::vector<LostRows> lost() override;
    [[nodiscard]] std::string blindness() const override { return blindness_; }
    [[nodiscard]] bool saw_too_little() const override { return saw_too_little_; }

private:
    void forget_others();
    [[nodiscard]] bool is_locked(const Oid& relation) const { return locked_.contains(relation); }
    void note_step(TrackedTable& table);
    void look_beside_tables();

    [[nodiscard]] const CatalogTable& original(const TrackedTable& table) const { return original_.at(table.before); }
    [[nodiscard]] const CatalogTable& final(const TrackedTable& table) const { return last_.at(table.now); }
    [[nodiscard]] const TrackedTable* find_parent(const TrackedTable& table) const;
    [[nodiscard]] bool is_told_by_parent(const TrackedTable& table) const;
    [[nodiscard]] Oid parent_of(const Oid& oid) const;
    [[nodiscard]] bool has_new_rows_below(const TrackedTable& table) const;
    [[nodiscard]] bool is_rebuilt(const TrackedTable& table) const {
        return !table.now.empty() && table.now != table.before;
    }
    [[nodiscard]] bool is_rewritten(const TrackedTable& table) const {
        return original(table).file != final(table).file;
    }
    [[nodiscard]] bool needs_contents(const TrackedTable& table) const;
    [[nodiscard]] bool needs_count(const TrackedTable& table) const;

    [[nodiscard]] static std::string source(const CatalogTable& table) {
        return (table.partitioned ? "" : "ONLY ") + table.name;
    }
    [[nodiscard]] const NumberedColumn* column_after(const TrackedTable& table, int number,
                                                     const NumberedColumn& column) const;
    [[nodiscard]] std::string expression(const NumberedColumn& column, const NumberedColumn* other) const;
    [[nodiscard]] std::vector<std::string> expressions_before(const TrackedTable& table) const;
    [[nodiscard]] std::vector<std::string> expressions_after(const TrackedTable& table) const;
    [[nodiscard]] const NumberedColumn* column_before(const TrackedTable& table, int number,
                                                      const NumberedColumn& column) const;

    [[nodiscard]] bool is_lost(const TrackedTable& table, int number, const NumberedColumn& column) const;
    [[nodiscard]] bool has_lost_columns(const TrackedTable& table) const;
    void settle(const TrackedTable& table, std::vector<LostRows>& lost);
    void settle_dropped(const TrackedTable& table, std::vector<LostRows>& lost);
    void settle_contents(const TrackedTable& table, std::vector<LostRows>& lost);
    void settle_columns(const TrackedTable& table, std::vector<LostRows>& lost);
    void settle_attributes(const TrackedTable& table, std::vector<LostRows>& lost);
    void settle_deleted(const TrackedTable& table, std::vector<LostRows>& lost);
    void settle_unreadable(const TrackedTable& table, std::vector<LostRows>& lost);
    [[nodiscard]] TableFate fate_of(const TrackedTable& table, const Contents& before) const;

    Database& database_;
    LossScope scope_;
    std::string schema_;       ///< the only one that is looked at; empty: all are
    std::set<Oid> relations_;  ///< what was in it
    bool saw_too_little_ = false;
    std::vector<SqlValue> own_tables_;
    TablesByOid original_;
    TablesByOid last_;
    std::map<Oid, NumberedColumns> original_columns_;
    std::map<Oid, NumberedColumns> last_columns_;
    ColumnAttributes original_attributes_;
    ColumnAttributes last_attributes_;
    std::vector<TrackedTable> tracked_;
    std::set<Oid> locked_;  ///< relations that this transaction alone may drop, alter or write anew
    std::map<Oid, std::string> foreign_tables_;  ///< their names
    long long deleted_objects_ = 0;              ///< by an earlier transaction of the session; then by the plan
    std::string blindness_;
};

void PostgresLossFinder::began(const state::Tables& tables) {
    own_tables_ = {tables.schema};
    for (const auto& name : state::own_table_names(tables.name)) own_tables_.emplace_back(name);
    if (scope_ == LossScope::schema && is_among_others(database_, tables.name)) {
        schema_ = tables.schema;
        relations_ = relations_of(database_, schema_);
    }
    original_ = last_ = catalog_tables(database_, own_tables_, schema_);
    original_columns_ = catalog_columns(database_, schema_);
    original_attributes_ = catalog_attributes(database_, schema_);
    for (const auto& [oid, table] : original_) tracked_.push_back({.before = oid, .now = oid, .last_name = table.name});
    foreign_tables_ = foreign_tables(database_);
    deleted_objects_ = deleted_large_objects(database_);
    if (database_.query("SELECT pg_catalog.current_setting('track_counts')").at(0).at(0) != "on")
        blindness_ = "track_counts is off, so the server does not tell where rows are deleted";
}

/// Other sessions go on meanwhile, those of a fleet's other members among them. What they drop or write anew is no loss
/// of this plan: whatever does either holds the strongest lock until its transaction ends, on a table that is gone too.
void PostgresLossFinder::forget_others() {
    locked_ = locked_relations(database_);
    std::erase_if(tracked_, [&](const auto& table) {
        return !table.now.empty() && !last_.contains(table.now) && !is_locked(table.now);
    });
    for (const auto& [oid, before] : original_)
        if (const auto now = last_.find(oid); now != last_.end() && !is_locked(oid)) now->second.file = before.file;
}

void PostgresLossFinder::step_ran(const PreparedStep&, RehearsedStep&) {
    ++steps_ran_;
    last_ = catalog_tables(database_, own_tables_, schema_);
    forget_others();
    std::map<std::string, Oid> new_tables;
    for (auto& [oid, table] : last_) {
        const auto before = original_.find(oid);
        if (before == original_.end())
            new_tables[table.name] = oid;
        else
            table.subtract(before->second);
    }
    for (auto& table : tracked_) {
        if (!table.now.empty() && !last_.contains(table.now)) {
            table.now.clear();
            table.step = steps_ran_;
        }
        if (table.now.empty()) {
            // Whatever has its name now was made by the plan to take its place.
            for (const auto& name : {table.last_name, original(table).name})
                if (const auto found = new_tables.find(name); table.now.empty() && found != new_tables.end())
                    table.now = found->second;
        } else {
            table.last_name = last_.at(table.now).name;
            note_step(table);
        }
    }
}

void PostgresLossFinder::note_step(TrackedTable& table) {
    const bool changed = final(table).counted() || final(table).file != original(table).file;
    if (table.step == 0 && changed) table.step = steps_ran_;
}

/// The partitioned table that it is a part of, null if there is none.
const TrackedTable* PostgresLossFinder::find_parent(const TrackedTable& table) const {
    const auto found =
        std::ranges::find_if(tracked_, [&](const auto& each) { return each.before == original(table).parent; });
    return found == tracked_.end() ? nullptr : &*found;
}

/// A part that goes with the whole, or whose rows are compared with those of the whole and are all there.
bool PostgresLossFinder::is_told_by_parent(const TrackedTable& table) const {
    const auto* parent = find_parent(table);
    if (parent == nullptr) return false;
    return parent->now.empty() || needs_contents(*parent) || is_told_by_parent(*parent);
}

Oid PostgresLossFinder::parent_of(const Oid& oid) const {
    if (const auto before = original_.find(oid); before != original_.end()) return before->second.parent;
    const auto now = last_.find(oid);
    return now == last_.end() ? "0" : now->second.parent;
}

/// Rows may have moved from one part to another, or into new ones.
bool PostgresLossFinder::has_new_rows_below(const TrackedTable& table) const {
    if (!original(table).partitioned) return false;
    const auto is_below = [&](Oid oid) {
        while (oid != "0" && oid != table.before && oid != table.now) oid = parent_of(oid);
        return oid != "0";
    };
    const auto is_filled = [&](const Oid& oid, const CatalogTable& part) {
        const auto before = original_.find(oid);
        return part.inserted > 0 || (before != original_.end() && before->second.file != part.file);
    };
    return std::ranges::any_of(
        last_, [&](const auto& each) { return is_filled(each.first, each.second) && is_below(each.first); });
}

bool PostgresLossFinder::needs_contents(const TrackedTable& table) const {
    if (table.now.empty()) return false;
    const auto& after = final(table);
    // Deleted and inserted rows may be the same ones at another place, as UPDATE by hand.
    return is_rebuilt(table) || is_rewritten(table) || (after.deleted > 0 && after.inserted > 0) ||
           has_new_rows_below(table);
}

/// The counters miss what is done while track_counts is off, and count what a subtransaction took back. So a table that
/// is not too large is counted, and any that something wrote to without a trace.
bool PostgresLossFinder::needs_count(const TrackedTable& table) const {
    if (table.now.empty() || !final(table).written || final(table).partitioned) return false;
    const bool is_small = original(table).estimate < LostRows::most_counted;
    return !final(table).counted() || (final(table).deleted > 0 && is_small);
}

/// The rows of a foreign table are elsewhere; what large objects hold is in no table of a revision.
void PostgresLossFinder::look_beside_tables() {
    deleted_objects_ = std::max(0LL, deleted_large_objects(database_) - deleted_objects_);
    if (foreign_tables_.empty()) return;
    for (const auto& oid : written_foreign_tables(database_)) {
        const auto found = foreign_tables_.find(oid);
        if (found != foreign_tables_.end() && blindness_.empty())
            blindness_ =
                fmt::format("it writes to the foreign table {}, whose rows are not in this database", found->second);
    }
}

/// Just before the rollback: the contents of after the plan can only be read now, those of before it only after it.
void PostgresLossFinder::ends() {
    if (!schema_.empty() && touches_others(database_, schema_, relations_)) {
        saw_too_little_ = true;
        return;
    }
    look_beside_tables();
    locked_ = locked_relations(database_);
    last_columns_ = catalog_columns(database_, schema_);
    for (const auto& [oid, columns] : original_columns_)
        if (!is_locked(oid)) last_columns_[oid] = columns;
    last_attributes_ = catalog_attributes(database_, schema_);
    for (auto& table : tracked_) {
        if (table.now.empty() || is_told_by_parent(table) || !final(table).readable) continue;
        if (needs_contents(table))
            table.after = read_contents(database_, source(final(table)), expressions_after(table));
        else if (needs_count(table))
            table.after = read_contents(database_, source(final(table)), {});
    }
}

/// A column is its number; in a table that was built anew, its name.
const NumberedColumn* PostgresLossFinder::column_after(const TrackedTable& table, int number,
                                                       const NumberedColumn& column) const {
    const auto found = last_columns_.find(table.now);
    if (found == last_columns_.end()) return nullptr;
    if (!is_rebuilt(table)) {
        const auto same = found->second.find(number);
        return same == found->second.end() ? nullptr : &same->second;
    }
    for (const auto& [_, each] : found->second)
        if (each.name == column.name) return &each;
    return nullptr;
}

const NumberedColumn* PostgresLossFinder::column_before(const TrackedTable& table, int number,
                                                        const NumberedColumn& column) const {
    const auto found = original_columns_.find(table.before);
    if (found == original_columns_.end()) return nullptr;
    for (const auto& [old_number, each] : found->second)
        if (is_rebuilt(table) ? each.name == column.name : old_number == number) return &each;
    return nullptr;
}

/// Such that a value reads the same before and after a change of its type that loses nothing.
std::string PostgresLossFinder::expression(const NumberedColumn& column, const NumberedColumn* other) const {
    if (other == nullptr || other->type == column.type || other->normal != column.normal) return column.name;
    if (column.normal == "n")
        // 1 and 1.00 are equal as numbers and differ as texts.
        return fmt::format("pg_catalog.hash_numeric_extended({}::pg_catalog.numeric, 0)", column.name);
    if (column.normal == "d") return fmt::format("({}::pg_catalog.timestamp)", column.name);
    return column.name;
}

std::vector<std::string> PostgresLossFinder::expressions_before(const TrackedTable& table) const {
    std::vector<std::string> list;
    for (const auto& [number, column] : original_columns_.at(table.before))
        list.push_back(expression(column, column_after(table, number, column)));
    return list;
}

std::vector<std::string> PostgresLossFinder::expressions_after(const TrackedTable& table) const {
    std::vector<std::string> list;
    const auto found = last_columns_.find(table.now);
    if (found == last_columns_.end()) return list;
    for (const auto& [number, column] : found->second)
        list.push_back(expression(column, column_before(table, number, column)));
    return list;
}

/// After the rollback, when the tables are as they were: now the contents of before are read.
std::vector<LostRows> PostgresLossFinder::lost() {
    if (saw_too_little_) return {};
    std::ranges::stable_sort(tracked_, [&](const auto& left, const auto& right) {
        return std::tie(left.step, original(left).name) < std::tie(right.step, original(right).name);
    });
    std::vector<LostRows> lost;
    for (const auto& table : tracked_)
        if (!is_told_by_parent(table)) settle(table, lost);
    if (deleted_objects_ > 0)
        lost.push_back({.kind = Kind::deleted, .table = "pg_largeobject", .rows = deleted_objects_});
    return lost;
}

void PostgresLossFinder::settle(const TrackedTable& table, std::vector<LostRows>& lost) {
    const bool compared = !table.now.empty() && (needs_contents(table) || needs_count(table));
    if (!original(table).readable || (compared && !final(table).readable)) return settle_unreadable(table, lost);
    if (table.now.empty()) return settle_dropped(table, lost);
    if (compared) settle_contents(table, lost);
    if (!needs_contents(table)) {
        settle_columns(table, lost);
        settle_attributes(table, lost);
    }
    if (!compared) settle_deleted(table, lost);
}

void PostgresLossFinder::settle_dropped(const TrackedTable& table, std::vector<LostRows>& lost) {
    add_counted(database_, {.table = original(table).shown}, source(original(table)), original(table).estimate, lost);
}

TableFate PostgresLossFinder::fate_of(const TrackedTable& table, const Contents& before) const {
    TableFate fate{.table = original(table).shown, .rows_before = before.rows, .rows_after = table.after.rows};
    if (needs_count(table) && !needs_contents(table)) return fate;
    std::map<const NumberedColumn*, const ColumnContents*> after;
    std::size_t index = 0;
    for (const auto& [number, column] : last_columns_.at(table.now)) {
        after[&column] = &table.after.columns.at(index++);
        if (column_before(table, number, column) == nullptr) fate.new_columns.push_back(*after[&column]);
    }
    index = 0;
    for (const auto& [number, column] : original_columns_.at(table.before)) {
        auto one = ColumnFate{column.name, before.columns.at(index++), {}};
        if (column.generated) continue;
        if (const auto* now = column_after(table, number, column)) one.after = *after.at(now);
        fate.columns.push_back(std::move(one));
    }
    return fate;
}

void PostgresLossFinder::settle_contents(const TrackedTable& table, std::vector<LostRows>& lost) {
    const bool all = needs_contents(table);
    const auto before =
        read_contents(database_, source(original(table)), all ? expressions_before(table) : std::vector<std::string>());
    std::ranges::move(compare_contents(fate_of(table, before)), std::back_inserter(lost));
}

/// Not of a part whose whole has lost the column: that tells. A part that was detached can lose one alone.
bool PostgresLossFinder::is_lost(const TrackedTable& table, int number, const NumberedColumn& column) const {
    if (column.generated || column_after(table, number, column) != nullptr) return false;
    const auto* parent = find_parent(table);
    if (parent == nullptr) return true;
    const auto& columns = original_columns_.at(parent->before);
    // A part may have its columns in another order than the whole: their names are the same.
    const auto of_whole =
        std::ranges::find_if(columns, [&](const auto& each) { return each.second.name == column.name; });
    return of_whole == columns.end() || column_after(*parent, of_whole->first, of_whole->second) != nullptr;
}

void PostgresLossFinder::settle_columns(const TrackedTable& table, std::vector<LostRows>& lost) {
    const auto columns = original_columns_.find(table.before);
    if (columns == original_columns_.end()) return;
    for (const auto& [number, column] : columns->second) {
        if (!is_lost(table, number, column)) continue;
        add_counted(database_, {.kind = Kind::column, .table = original(table).shown, .column = column.name},
                    fmt::format("{} WHERE {} IS NOT NULL", source(original(table)), column.name), 0, lost);
    }
}

void PostgresLossFinder::settle_attributes(const TrackedTable& table, std::vector<LostRows>& lost) {
    if (find_parent(table) != nullptr) return;  // the whole tells
    for (const auto& [key, attribute] : original_attributes_) {
        if (attribute.table != table.before || last_attributes_.contains(key) || !is_locked(std::get<0>(key))) continue;
        const auto& columns = last_columns_.at(table.now);
        if (!columns.contains(attribute.column)) continue;  // told as a column
        auto condition = fmt::format("({}).{} IS NOT NULL", attribute.column_name, attribute.name);
        if (attribute.where == "element")
            condition =
                fmt::format("EXISTS (SELECT 1 FROM pg_catalog.unnest({}) AS element WHERE (element).{} IS NOT NULL)",
                            attribute.column_name, attribute.name);
        // Whether a value has anything so deep inside is not asked. IS NOT NULL would ask all of a row's fields.
        if (attribute.where == "inner") condition = fmt::format("{} IS DISTINCT FROM NULL", attribute.column_name);
        add_counted(database_,
                    {.kind = Kind::column,
                     .table = original(table).shown,
                     .column = attribute.column_name + "." + attribute.name},
                    fmt::format("{} WHERE {}", source(original(table)), condition), 0, lost);
    }
}

void PostgresLossFinder::settle_deleted(const TrackedTable& table, std::vector<LostRows>& lost) {
    if (final(table).deleted == 0) return;
    // A table that was filled by the plan before it was emptied again may have had none.
    auto rows = counted_rows(database_, {}, source(original(table)), original(table).estimate);
    if (rows.rows == 0) return;
    // The counter also has rows that the plan itself put in.
    rows = {.kind = Kind::deleted, .table = original(table).shown, .rows = std::min(rows.rows, final(table).deleted)};
    lost.push_back(std::move(rows));
}

/// Columns, or attributes of their types.
bool PostgresLossFinder::has_lost_columns(const TrackedTable& table) const {
    const auto columns = original_columns_.find(table.before);
    if (table.now.empty() || columns == original_columns_.end()) return false;
    const bool has_lost_attribute = std::ranges::any_of(original_attributes_, [&](const auto& each) {
        return each.second.table == table.before && !last_attributes_.contains(each.first) &&
               is_locked(std::get<0>(each.first));
    });
    return has_lost_attribute || std::ranges::any_of(columns->second, [&](const auto& each) {
               return is_lost(table, each.first, each.second);
           });
}

/// The size of its file tells at least whether it ever had rows.
void PostgresLossFinder::settle_unreadable(const TrackedTable& table, std::vector<LostRows>& lost) {
    const bool touched =
        table.now.empty() || needs_contents(table) || final(table).deleted > 0 || has_lost_columns(table);
    if (!touched) return;
    const std::vector<SqlValue> parameters{table.before};
    const auto bytes = database_.query("SELECT pg_catalog.pg_table_size(?::pg_catalog.oid)", parameters).at(0).at(0);
    if (state::number(bytes) == 0 && !original(table).partitioned) return;
    const auto kept = has_lost_columns(table) ? Kind::column : Kind::deleted;
    lost.push_back({.kind = table.now.empty() ? Kind::dropped : kept,
                    .table = original(table).shown,
                    .certainty = LostRows::Certainty::unknown});
}

}  // namespace

std::unique_ptr<LossFinder> postgres_loss_finder(Database& database, LossScope scope) {
    return std::make_unique<PostgresLossFinder>(database, scope);
}

}  // namespace rev::run
