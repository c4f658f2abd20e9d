// SQLite has no catalog with identities, but one statement of it does one thing: what has another name after a
// statement is what it was before.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "run/loss_finder.hpp"

namespace rev::run {
namespace {

using Kind = LostRows::Kind;

/// The order of names that goes with same_name(). SQLite folds ASCII only, whatever the locale.
struct LessName {
    bool operator()(std::string_view left, std::string_view right) const {
        const auto unsigned_lower = [](char c) { return static_cast<unsigned char>(base::lower_case(c)); };
        return std::ranges::lexicographical_compare(left, right, {}, unsigned_lower, unsigned_lower);
    }
};

struct DeclaredColumn {
    std::string name;
    std::string type;  ///< as declared
};
using DeclaredColumns = std::vector<DeclaredColumn>;

/// The tables of the file by name, with columns in their order. Generated columns hold nothing of their own.
using Schema = std::map<std::string, DeclaredColumns, LessName>;

constexpr std::string_view named_tables_query =
    "SELECT t.name, c.name, c.type FROM main.sqlite_master t LEFT JOIN pragma_table_info(t.name, 'main') c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND lower(t.name) NOT IN (lower(?), "
    "lower(?), lower(?), lower(?))"
    " ORDER BY t.name, c.cid";

/// A table that was there before the plan.
struct NamedTable {
    std::string before;  ///< its name then
    std::string now;     ///< its name now; the last one if it is gone
    bool is_gone = false;
    bool is_rebuilt = false;                   ///< another table has taken its name since it was dropped
    std::size_t order = 0;                     ///< of the statement that dropped it or first wrote to it
    DeclaredColumns columns;                   ///< of before
    std::map<std::string, std::string> names;  ///< column of before -> of now, as long as it is there
    bool deletes = false;
    bool inserts = false;
    bool updates = false;
    long long inserted = 0;  ///< rows that statements say they added
    Contents after;          ///< rebuilt, or with columns of other names: all of it; else rows only
    DeclaredColumns columns_after;
};

const DeclaredColumn* find_column(const DeclaredColumns& columns, const std::string& name) {
    const auto found =
        std::ranges::find_if(columns, [&](const auto& each) { return base::same_name(each.name, name); });
    return found == columns.end() ? nullptr : &*found;
}

class SqliteLossFinder final : public LossFinder {
public:
    explicit SqliteLossFinder(Database& database) : database_(database) {}

    void began(const state::Tables& tables) override;
    [[nodiscard]] bool wants_statements() const override { return true; }
    void statement_ran() override;
    void step_ran(const PreparedStep&, RehearsedStep&) override {
        ++steps_ran_;
        statement_ran();  // the change of the version rows, which may have triggers
    }
    [[nodiscard]] std::string blindness() const override { return blindness_; }
    void ends() override;
    std::vector<LostRows> lost() override;

private:
    [[nodiscard]] Schema look();
    [[nodiscard]] SqlValue schema_version() { return database_.query("PRAGMA main.schema_version").at(0).at(0); }
    void read_shadow_tables();
    enum class SchemaRows : bool { untouched, written };
    SchemaRows take_writes();
    void follow(const Schema& now);
    [[nodiscard]] bool is_tracked(const std::string& name) const;
    void follow_columns(NamedTable& table, const DeclaredColumns& before, const DeclaredColumns& now);
    [[nodiscard]] std::map<std::string, std::string> renamed(const Schema& now) const;

    [[nodiscard]] bool is_shadow(const NamedTable& table) const { return shadow_tables_.contains(table.before); }
    [[nodiscard]] bool needs_contents(const NamedTable& table) const;
    [[nodiscard]] std::string quoted(const std::string& name) { return "main." + database_.quote_identifier(name); }
    [[nodiscard]] std::vector<std::string> expressions(const NamedTable& table, bool before);
    void settle(const NamedTable& table, std::vector<LostRows>& lost);
    void settle_dropped(const NamedTable& table, std::vector<LostRows>& lost);
    void settle_contents(const NamedTable& table, std::vector<LostRows>& lost);
    void settle_columns(const NamedTable& table, std::vector<LostRows>& lost);
    void settle_writes(const NamedTable& table, std::vector<LostRows>& lost);

    Database& database_;
    std::vector<SqlValue> own_tables_;
    std::vector<NamedTable> tracked_;
    std::set<std::string> shadow_tables_;
    Schema last_;
    SqlValue last_version_;
    std::size_t statements_ = 0;
    std::string blindness_;
};

void SqliteLossFinder::began(const state::Tables& tables) {
    const auto own = state::own_table_names(tables.name);
    own_tables_.assign(own.begin(), own.end());
    last_ = look();
    last_version_ = schema_version();
    for (const auto& [name, columns] : last_) {
        auto& table = tracked_.emplace_back();
        table.before = table.now = name;
        table.columns = columns;
        for (const auto& column : columns) table.names[column.name] = column.name;
    }
    read_shadow_tables();
    (void)database_.take_table_writes();
}

/// A virtual table keeps its rows in tables of its own, which go with it and are not named to anybody.
void SqliteLossFinder::read_shadow_tables() {
    try {
        for (const auto& row : database_.query("SELECT name FROM pragma_table_list WHERE type = 'shadow'"))
            shadow_tables_.insert(row[0].value_or(""));
    } catch (const Error& error) {
        if (error.code() != error_codes::query_failed) throw;  // SQLite before 3.37 cannot tell
    }
}

Schema SqliteLossFinder::look() {
    Schema schema;
    for (const auto& row : database_.query(named_tables_query, own_tables_)) {
        auto& columns = schema[row[0].value_or("")];
        if (row[1]) columns.push_back({*row[1], row[2].value_or("")});
    }
    return schema;
}

void SqliteLossFinder::statement_ran() {
    ++statements_;
    const auto schema_rows = take_writes();
    const auto version = schema_version();
    // PRAGMA schema_version goes up with each change of the schema; looking at all tables after each statement would be
    // felt.
    if (version == last_version_) {
        // SQLite itself counts up with each of its changes.
        if (schema_rows == SchemaRows::written)
            blindness_ = "it writes to SQLite's schema table itself, so what becomes of the rows cannot be seen";
        return;
    }
    last_version_ = version;
    auto now = look();
    follow(now);
    last_ = std::move(now);
}

SqliteLossFinder::SchemaRows SqliteLossFinder::take_writes() {
    const auto writes = database_.take_table_writes();
    const bool wrote_schema = std::ranges::any_of(writes, [](const auto& write) {
        return write.table == "sqlite_master" && write.kind != TableWrite::Kind::insert;
    });
    for (const auto& write : writes) {
        const auto found = std::ranges::find_if(
            tracked_, [&](const auto& table) { return !table.is_gone && base::same_name(table.now, write.table); });
        if (found == tracked_.end()) continue;
        if (found->order == 0) found->order = statements_;
        found->deletes = found->deletes || write.kind == TableWrite::Kind::remove;
        found->updates = found->updates || write.kind == TableWrite::Kind::update;
        if (write.kind != TableWrite::Kind::insert) continue;
        found->inserts = true;
        // An upsert counts rows that it only changes.
        const bool upserts = std::ranges::any_of(writes, [&](const auto& other) {
            return other.table == write.table && other.kind == TableWrite::Kind::update;
        });
        // It has only what the statement itself did, without its triggers and without what REPLACE removed.
        if (!write.by_trigger && !upserts)
            found->inserted += state::number(database_.query("SELECT changes()").at(0).at(0));
    }
    return wrote_schema ? SchemaRows::written : SchemaRows::untouched;
}

/// Old name -> new name of the tables that the last statement renamed: a statement that both takes a name away and
/// brings one is ALTER TABLE RENAME. Of a virtual table it renames the shadow tables too, in the same order of names.
std::map<std::string, std::string> SqliteLossFinder::renamed(const Schema& now) const {
    std::vector<std::string> gone;
    std::vector<std::string> come;
    for (const auto& [name, columns] : last_)
        if (!now.contains(name)) gone.push_back(name);
    for (const auto& [name, columns] : now)
        if (!last_.contains(name)) come.push_back(name);
    std::map<std::string, std::string> names;
    if (gone.size() != come.size()) return names;
    for (std::size_t i = 0; i < gone.size(); ++i) names[gone[i]] = come[i];
    return names;
}

void SqliteLossFinder::follow(const Schema& now) {
    const auto names = renamed(now);
    for (auto& table : tracked_) {
        if (table.is_gone) continue;
        const auto before = last_.find(table.now);
        if (const auto found = names.find(table.now); found != names.end()) table.now = found->second;
        const auto after = now.find(table.now);
        if (after == now.end()) {
            table.is_gone = true;
            table.order = statements_;
        } else if (!table.is_rebuilt && before != last_.end()) {
            follow_columns(table, before->second, after->second);
        }
    }
    // Behind the first loop: only then is it known which names are still of tables that were there before.
    for (auto& table : tracked_)
        for (const auto& name : {table.now, table.before})
            if (table.is_gone && now.contains(name) && !is_tracked(name)) {
                table.now = name;
                table.is_gone = false;
                table.is_rebuilt = true;
            }
}

/// Whether a table that was there before the plan has this name now.
bool SqliteLossFinder::is_tracked(const std::string& name) const {
    return std::ranges::any_of(tracked_,
                               [&](const auto& table) { return !table.is_gone && base::same_name(table.now, name); });
}

/// One statement adds a column, drops one, or gives one another name in its place.
void SqliteLossFinder::follow_columns(NamedTable& table, const DeclaredColumns& before, const DeclaredColumns& now) {
    for (auto column = table.names.begin(); column != table.names.end();) {
        const auto place = std::ranges::find_if(before, [&](const auto& each) { return each.name == column->second; });
        const auto index = static_cast<std::size_t>(place - before.begin());
        const bool stays = find_column(now, column->second) != nullptr;
        const bool is_renamed = !stays && before.size() == now.size() && index < now.size() &&
                                find_column(before, now[index].name) == nullptr;
        if (is_renamed) column->second = now[index].name;
        if (stays || is_renamed)
            ++column;
        else
            column = table.names.erase(column);
    }
}

bool SqliteLossFinder::needs_contents(const NamedTable& table) const {
    return !table.is_gone && (table.is_rebuilt || (table.deletes && table.inserts));
}

/// Of a table that is there again: its columns such that a value reads the same before and after, whatever the types.
std::vector<std::string> SqliteLossFinder::expressions(const NamedTable& table, bool before) {
    std::vector<std::string> list;
    const auto& columns = before ? table.columns : table.columns_after;
    const auto& others = before ? table.columns_after : table.columns;
    for (const auto& column : columns) {
        const auto* other = find_column(others, column.name);
        auto name = database_.quote_identifier(column.name);
        if (other != nullptr && other->type != column.type) {
            // Both through the type of before: its affinity may have made text of a number, which the other type then
            // keeps or takes back.
            const auto& type = before ? column.type : other->type;  // the one of before
            name = type.empty() ? fmt::format("CAST({} AS TEXT)", name)
                                : fmt::format("CAST(CAST({} AS \"{}\") AS TEXT)", name, type);
        }
        list.push_back(std::move(name));
    }
    return list;
}

void SqliteLossFinder::ends() {
    for (auto& table : tracked_) {
        if (table.is_gone || is_shadow(table)) continue;
        table.columns_after = last_[table.now];
        if (needs_contents(table))
            table.after = read_contents(database_, quoted(table.now), expressions(table, false));
        else if (table.deletes || table.inserts || table.updates)
            table.after = read_contents(database_, quoted(table.now), {});
    }
}

std::vector<LostRows> SqliteLossFinder::lost() {
    std::ranges::stable_sort(tracked_, {}, &NamedTable::order);
    std::vector<LostRows> lost;
    for (const auto& table : tracked_)
        if (!is_shadow(table)) settle(table, lost);
    return lost;
}

void SqliteLossFinder::settle(const NamedTable& table, std::vector<LostRows>& lost) {
    if (table.is_gone) return settle_dropped(table, lost);
    if (needs_contents(table)) return settle_contents(table, lost);
    settle_columns(table, lost);
    settle_writes(table, lost);
}

void SqliteLossFinder::settle_dropped(const NamedTable& table, std::vector<LostRows>& lost) {
    add_counted(database_, {.table = table.before}, quoted(table.before), 0, lost);
}

void SqliteLossFinder::settle_contents(const NamedTable& table, std::vector<LostRows>& lost) {
    const auto before = read_contents(database_, quoted(table.before), expressions(table, true));
    TableFate fate{.table = table.before, .rows_before = before.rows, .rows_after = table.after.rows};
    std::set<const DeclaredColumn*> known;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        auto& column = fate.columns.emplace_back(ColumnFate{table.columns[i].name, before.columns[i], {}});
        const auto* after = find_column(table.columns_after, table.columns[i].name);
        if (after == nullptr) continue;
        column.after = table.after.columns[static_cast<std::size_t>(after - table.columns_after.data())];
        known.insert(after);
    }
    for (std::size_t i = 0; i < table.columns_after.size(); ++i)
        if (!known.contains(&table.columns_after[i])) fate.new_columns.push_back(table.after.columns[i]);
    std::ranges::move(compare_contents(fate), std::back_inserter(lost));
}

void SqliteLossFinder::settle_columns(const NamedTable& table, std::vector<LostRows>& lost) {
    for (const auto& column : table.columns) {
        if (table.names.contains(column.name)) continue;
        add_counted(
            database_, {.kind = Kind::column, .table = table.before, .column = column.name},
            fmt::format("{} WHERE {} IS NOT NULL", quoted(table.before), database_.quote_identifier(column.name)), 0,
            lost);
    }
}

/// Also rows that REPLACE took away, of which SQLite tells nothing but that they are missing.
void SqliteLossFinder::settle_writes(const NamedTable& table, std::vector<LostRows>& lost) {
    if (!table.deletes && !table.inserts && !table.updates) return;
    const auto before = read_contents(database_, quoted(table.before), {}).rows;
    const auto missing = before + table.inserted - table.after.rows;
    if (before > 0 && missing > 0)
        lost.push_back({.kind = Kind::deleted, .table = table.before, .rows = std::min(missing, before)});
}

}  // namespace

std::unique_ptr<LossFinder> sqlite_loss_finder(Database& database) {
    return std::make_unique<SqliteLossFinder>(database);
}

}  // namespace rev::run
