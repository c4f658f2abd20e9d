#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string_view>

#include "schema/random_sql.hpp"
#include "schema/sqlite_random.hpp"

namespace rev::test {
namespace {

/// One side of a pair: tables of the same names on each side, and what stands on them.
class RandomObjects : RandomSql {
public:
    /// `renamed`: columns and tables by their names here, with the old ones, which come as hints.
    RandomObjects(std::mt19937& random, std::map<std::string, std::string> renamed)
        : RandomSql(random), renamed_(std::move(renamed)) {}

    std::string sql() {
        for (const auto* table : {"a", "b", "c"}) make_table(table);
        for (const auto* table : {"a", "b", "c"}) make_indexes(table);
        make_views();
        for (const auto* table : {"a", "b", "c"}) make_triggers(table);
        return text_;
    }

private:
    [[nodiscard]] std::string here(const std::string& name) const {
        const auto found = std::ranges::find_if(renamed_, [&](const auto& entry) { return entry.second == name; });
        return found == renamed_.end() ? name : found->first;
    }
    [[nodiscard]] std::string hint(const std::string& name) const {
        return here(name) == name ? "" : " -- rev:renamed from " + name;
    }
    std::string any_column(const std::string& table) {
        const auto& columns = columns_.at(table);
        return here(columns[random_() % columns.size()]);
    }

    void make_table(const std::string& table) {
        if (table != "a" && rarely()) return;
        // Lines, so that a hint can stand behind one.
        std::vector<std::string> lines;
        auto& names = columns_[table];
        const auto column = [&](const std::string& name, const std::string& definition) {
            names.push_back(name);
            auto text = definition;
            if (const auto at = text.find("{}"); at != std::string::npos) text.replace(at, 2, here(name));
            lines.push_back(here(name) + ' ' + text + "," + hint(name));
        };
        std::vector<std::string> constraints;
        const auto key = random_() % 4;
        const auto own_key = key == 0   ? "INTEGER PRIMARY KEY"
                             : key == 1 ? "INTEGER PRIMARY KEY AUTOINCREMENT"
                                        : "INTEGER NOT NULL";
        column("id", own_key);
        if (key >= 2) constraints.push_back("PRIMARY KEY (id, k)");
        column("k", one_of(std::array<std::string_view, 3>{"TEXT NOT NULL DEFAULT 'k'",
                                                           "TEXT NOT NULL DEFAULT 'k' COLLATE NOCASE",
                                                           "INTEGER NOT NULL DEFAULT 1"}));
        if (maybe())
            column("t", "TEXT" + one_of(std::array<std::string_view, 6>{
                                     "", " DEFAULT 'x'", " UNIQUE", " UNIQUE ON CONFLICT REPLACE",
                                     " CHECK ({} <> 'no')", " DEFAULT CURRENT_TIMESTAMP"}));
        column("n", one_of(std::array<std::string_view, 5>{"INTEGER", "NUMERIC", "REAL DEFAULT 1.5",
                                                           "INTEGER DEFAULT (1 + 2)", "INT"}));
        if (maybe()) column("z", one_of(std::array<std::string_view, 3>{"BLOB", "DATETIME", "VARCHAR(20) DEFAULT ''"}));
        if (rarely()) column("g", "TEXT AS (" + here("k") + " || 'g')" + std::string(maybe() ? " STORED" : " VIRTUAL"));
        const auto actions = one_of(std::array<std::string_view, 4>{
            "", " ON DELETE CASCADE", " ON UPDATE CASCADE ON DELETE SET NULL", " DEFERRABLE INITIALLY DEFERRED"});
        if (key < 2 && maybe()) column("up", "INTEGER REFERENCES " + here(table) + actions);
        for (const auto& [parent, parent_key] : keys_)
            if (maybe()) {
                column(
                    "to_" + parent,
                    "INTEGER" + std::string(parent_key < 2 && maybe() ? " REFERENCES " + here(parent) + actions : ""));
                if (parent_key >= 2) {
                    column("to_" + parent + "_k", "");
                    constraints.push_back("FOREIGN KEY (to_" + parent + ", to_" + parent + "_k) REFERENCES " +
                                          here(parent) + (maybe() ? " (id, k)" : "") + actions);
                }
            }
        keys_[table] = key;
        if (maybe())
            constraints.push_back(one_of(std::array<std::string_view, 2>{"", "CONSTRAINT named "}) + "CHECK (" +
                                  here("n") + one_of(std::array<std::string_view, 2>{" > -5)", " IS NOT 77)"}));
        if (rarely()) constraints.push_back("UNIQUE (k, " + here("n") + ")");
        // Their order is not the same on both sides.
        if (maybe())
            std::rotate(lines.begin(), lines.begin() + 1 + static_cast<long>(random_() % (lines.size() - 1)),
                        lines.end());
        std::string sql = (here(table) == table ? "" : "-- rev:renamed from " + table + "\n") + "CREATE TABLE " +
                          here(table) + " (\n";
        for (const auto& line : lines) sql += "  " + line + "\n";
        for (const auto& constraint : constraints) sql += "  " + constraint + ",\n";
        // The last comma goes; a hint may stand behind it.
        sql.erase(sql.rfind(','), 1);
        sql += ")";
        if (key == 3) sql += " WITHOUT ROWID";
        add(sql);
    }

    void make_indexes(const std::string& table) {
        if (!columns_.contains(table)) return;
        const auto name = here(table);
        if (maybe())
            add("CREATE INDEX " + table + "_i ON " + name + " (" + any_column(table) +
                one_of(std::array<std::string_view, 3>{"", " DESC", " COLLATE NOCASE"}) + ")");
        if (rarely()) add("CREATE INDEX " + table + "_e ON " + name + " (lower(" + any_column(table) + "), id)");
        if (rarely())
            add("CREATE INDEX " + table + "_p ON " + name + " (id) WHERE " + any_column(table) +
                one_of(std::array<std::string_view, 2>{" IS NOT NULL", " > 1"}));
        if (rarely()) add("CREATE UNIQUE INDEX " + table + "_u ON " + name + " (id, " + any_column(table) + ")");
    }

    void make_views() {
        if (maybe()) return;
        const auto column = any_column("a");
        add("CREATE VIEW v AS SELECT id, " + column + " AS x FROM " + here("a"));
        if (maybe())
            add("CREATE TRIGGER v_in INSTEAD OF INSERT ON v BEGIN INSERT INTO " + here("a") +
                " (id) VALUES (NEW.id); END");
        if (columns_.contains("b") && maybe())
            add("CREATE VIEW w AS SELECT v.x, b." + any_column("b") + " AS y FROM v JOIN " + here("b") +
                " AS b ON b.id = v.id");
        if (rarely()) add("CREATE VIEW u AS WITH r (i) AS (SELECT id FROM v) SELECT i FROM r");
    }

    void make_triggers(const std::string& table) {
        if (!columns_.contains(table)) return;
        const auto name = here(table);
        if (rarely())
            add("CREATE TRIGGER " + table + "_t AFTER INSERT ON " + name + " WHEN NEW." + any_column(table) +
                " = 'never' BEGIN UPDATE " + here("a") + " SET " + here("n") + " = 1 WHERE id = NEW.id; END");
        if (rarely())
            add("CREATE TRIGGER " + table + "_r BEFORE DELETE ON " + name +
                " BEGIN SELECT RAISE(ABORT, 'kept; for ever') WHERE OLD." + any_column(table) + " = 'locked'; END");
        if (rarely())
            add("CREATE TRIGGER " + table + "_o AFTER UPDATE OF " + any_column(table) + " ON " + name +
                " BEGIN DELETE FROM " + here("a") + " WHERE id = -1; END");
    }

    std::map<std::string, std::string> renamed_;
    std::map<std::string, std::vector<std::string>> columns_;  ///< by table, under their first names
    std::map<std::string, unsigned long> keys_;
};

}  // namespace

SchemaPair random_objects_pair(std::uint32_t seed) {
    std::mt19937 random(seed);
    std::map<std::string, std::string> renamed;
    if (random() % 3 == 0) renamed["m"] = "n";
    if (random() % 4 == 0) renamed["title"] = "t";
    if (random() % 4 == 0) renamed["aa"] = "a";
    SchemaPair pair{.name = "random objects", .from = {}, .to = {}};
    pair.from = RandomObjects(random, {}).sql();
    pair.to = RandomObjects(random, renamed).sql() + "-- expect: fails on rows\n-- expect: perhaps no change\n";
    return pair;
}

}  // namespace rev::test
