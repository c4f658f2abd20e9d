#include "schema/sqlite_random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "base/text.hpp"

namespace rev::test {
namespace {

/// std's distributions give other numbers with other libraries.
class Chance {
public:
    explicit Chance(std::uint32_t seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <typename Items>
    auto& one_of(Items& items) {
        return items[below(items.size())];
    }

private:
    std::mt19937 engine_;
};

struct Column {
    std::string name;
    std::string type;
    std::string default_value = {};
    bool is_not_null = false;
    bool is_unique = false;
    std::string check = {};   ///< with {} for the column's name
    std::string parent = {};  ///< a table with the key `id`
    std::string actions = {};
    std::string collation = {};
    std::string generated = {};  ///< with {} for the key's name
    bool is_stored = false;
    std::string old_name = {};
};

enum class Key { rowid, autoincrement, none, text, without_rowid };

struct Table {
    std::string name;
    Key key = Key::rowid;
    bool is_strict = false;
    std::vector<Column> columns = {};       ///< the key aside
    std::vector<std::string> uniques = {};  ///< pairs of columns
    std::string old_name = {};
};

struct Index {
    std::string name;
    std::string table;
    std::string columns;
    bool is_unique = false;
    std::string where = {};
};

struct Schema {
    std::vector<Table> tables = {};
    std::vector<Index> indexes = {};
    std::vector<std::pair<std::string, std::string>> views = {};     ///< name, table
    std::vector<std::pair<std::string, std::string>> triggers = {};  ///< name, table
    int number = 0;                                                  ///< for names
};

constexpr std::array<const char*, 5> types = {"INTEGER", "TEXT", "REAL", "BLOB", "INT"};
constexpr std::array<const char*, 4> loose_types = {"VARCHAR(20)", "DATETIME", "DECIMAL(10, 2)", ""};
constexpr std::array<const char*, 5> odd_names = {"order", "Mixed Case", "camelCase", "with\"quote", "naïve"};
constexpr std::array<const char*, 4> actions = {"", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE",
                                                " DEFERRABLE INITIALLY DEFERRED"};

class Generator {
public:
    explicit Generator(std::uint32_t seed) : chance_(seed) {}

    SchemaPair pair() {
        Schema schema = make();
        SchemaPair pair{.name = "random", .from = text(schema), .to = {}};
        forget_old_names(schema);
        const auto changes = 1 + chance_.below(5);
        for (std::size_t i = 0; i < changes; ++i) change(schema);
        pair.to = text(schema) + "-- expect: fails on rows\n-- expect: perhaps no change\n";
        return pair;
    }

private:
    Schema make();
    std::string new_name(Schema& schema, std::string_view stem);
    Table new_table(Schema& schema);
    Column new_column(Schema& schema, const Table& table);
    void change(Schema& schema);
    void change_column(Schema& schema, Table& table);
    void add_index(Schema& schema);
    void drop_table(Schema& schema);
    static void drop_column(Schema& schema, Table& table, std::size_t index);
    static void forget_old_names(Schema& schema);

    std::string text(const Schema& schema);
    std::string table_text(const Table& table);
    std::string column_text(const Table& table, const Column& column);
    std::string name_text(const std::string& name);
    std::string word(std::string text) { return chance_.one_in(3) ? base::lower_case(text) : text; }

    Chance chance_;
};

bool is_plain(const std::string& name) {
    return std::ranges::all_of(name,
                               [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }) &&
           name != "order";
}

std::string in_double_quotes(const std::string& name) {
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

/// The key's column.
std::string key_name(const Table& table) {
    switch (table.key) {
        case Key::none:
            return {};
        case Key::text:
        case Key::without_rowid:
            return "code";
        default:
            return "id";
    }
}

Schema Generator::make() {
    Schema schema;
    const auto tables = 1 + chance_.below(4);
    for (std::size_t i = 0; i < tables; ++i) schema.tables.push_back(new_table(schema));
    const auto others = chance_.below(5);
    for (std::size_t i = 0; i < others; ++i) add_index(schema);
    if (chance_.one_in(2)) schema.views.emplace_back(new_name(schema, "v"), chance_.one_of(schema.tables).name);
    if (chance_.one_in(2)) schema.triggers.emplace_back(new_name(schema, "g"), chance_.one_of(schema.tables).name);
    return schema;
}

std::string Generator::new_name(Schema& schema, std::string_view stem) {
    ++schema.number;
    if (chance_.one_in(8)) return fmt::format("{} {}", odd_names[chance_.below(odd_names.size())], schema.number);
    return fmt::format("{}{}", stem, schema.number);
}

Table Generator::new_table(Schema& schema) {
    Table table{.name = new_name(schema, "t")};
    table.key = static_cast<Key>(chance_.below(5));
    table.is_strict = chance_.one_in(5);
    const auto columns = 1 + chance_.below(5);
    for (std::size_t i = 0; i < columns; ++i) table.columns.push_back(new_column(schema, table));
    if (table.key == Key::none && !table.columns.front().generated.empty()) table.columns.front().generated.clear();
    return table;
}

Column Generator::new_column(Schema& schema, const Table& table) {
    Column column{.name = new_name(schema, "c"), .type = types[chance_.below(types.size())]};
    if (!table.is_strict && chance_.one_in(4)) column.type = loose_types[chance_.below(loose_types.size())];
    if (chance_.one_in(3)) column.default_value = column.type == "TEXT" ? "'d'" : column.type == "BLOB" ? "x'00'" : "7";
    if (chance_.one_in(12) && column.type == "TEXT") column.default_value = "(lower('D') || 'x')";
    column.is_not_null = chance_.one_in(4) && !column.default_value.empty();
    if (chance_.one_in(6)) column.check = chance_.one_in(2) ? "{} IS NULL OR {} <> 'zz'" : "length({}) < 100";
    if (column.type == "TEXT" && chance_.one_in(5)) column.collation = "NOCASE";
    if (chance_.one_in(8)) {
        column.default_value.clear();
        column.check.clear();
        column.is_not_null = false;
        column.generated = key_name(table).empty() ? "1 + 1" : "{} || 'x'";
        column.type = "TEXT";
        column.is_stored = chance_.one_in(2);
        return column;
    }
    std::vector<std::string> parents;
    for (const auto& other : schema.tables)
        if (other.key == Key::rowid || other.key == Key::autoincrement) parents.push_back(other.name);
    if (column.type == "INTEGER" && !parents.empty() && chance_.one_in(2)) {
        column.parent = chance_.one_of(parents);
        column.actions = actions[chance_.below(actions.size())];
        column.default_value.clear();
        column.is_not_null = false;
    }
    return column;
}

void Generator::add_index(Schema& schema) {
    const auto& table = chance_.one_of(schema.tables);
    const auto& column = table.columns[chance_.below(table.columns.size())];
    Index index{.name = new_name(schema, "i"), .table = table.name, .columns = column.name};
    if (chance_.one_in(3)) index.where = column.name;
    index.is_unique = chance_.one_in(6) && column.default_value.empty() && column.generated.empty();
    schema.indexes.push_back(std::move(index));
}

void Generator::forget_old_names(Schema& schema) {
    for (auto& table : schema.tables) {
        table.old_name = table.name;
        for (auto& column : table.columns) column.old_name = column.name;
    }
}

void Generator::drop_table(Schema& schema) {
    const auto index = chance_.below(schema.tables.size());
    const auto name = schema.tables[index].name;
    schema.tables.erase(schema.tables.begin() + static_cast<long>(index));
    for (auto& table : schema.tables)
        for (auto& column : table.columns)
            if (column.parent == name) column.parent.clear();
    const auto is_on_it = [&](const auto& each) { return each.second == name; };
    std::erase_if(schema.views, is_on_it);
    std::erase_if(schema.triggers, is_on_it);
    std::erase_if(schema.indexes, [&](const Index& each) { return each.table == name; });
}

void Generator::drop_column(Schema& schema, Table& table, std::size_t index) {
    const auto name = table.columns[index].name;
    table.columns.erase(table.columns.begin() + static_cast<long>(index));
    std::erase_if(schema.indexes, [&](const Index& each) { return each.table == table.name && each.columns == name; });
    std::erase(table.uniques, name);
}

void Generator::change_column(Schema& schema, Table& table) {
    const auto index = chance_.below(table.columns.size());
    auto& column = table.columns[index];
    switch (chance_.below(8)) {
        case 0:
            if (table.columns.size() > 1) drop_column(schema, table, index);
            return;
        case 1: {
            const auto old_name = std::exchange(column.name, new_name(schema, "r"));
            for (auto& each : schema.indexes) {
                if (each.table != table.name) continue;
                if (each.columns == old_name) each.columns = column.name;
                if (each.where == old_name) each.where = column.name;
            }
            std::ranges::replace(table.uniques, old_name, column.name);
            return;
        }
        case 2:
            if (column.generated.empty() && column.parent.empty()) column.type = types[chance_.below(types.size())];
            return;
        case 3:
            column.check = column.check.empty() && column.generated.empty() ? "{} IS NOT 'zzz'" : "";
            return;
        case 4:
            if (!column.generated.empty() || !column.parent.empty()) return;
            column.is_not_null = !column.is_not_null;
            if (column.default_value.empty()) column.default_value = column.type == "BLOB" ? "x'01'" : "'5'";
            if (table.is_strict && column.type != "TEXT" && column.type != "BLOB") column.default_value = "5";
            return;
        case 5:
            if (column.generated.empty()) column.parent.clear();
            return;
        case 6:
            if (column.generated.empty()) column.is_unique = !column.is_unique;
            return;
        default:
            if (column.type == "TEXT") column.collation = column.collation.empty() ? "RTRIM" : "";
            return;
    }
}

void Generator::change(Schema& schema) {
    auto& table = chance_.one_of(schema.tables);
    switch (chance_.below(14)) {
        case 0:
            schema.tables.push_back(new_table(schema));
            return;
        case 1:
            if (schema.tables.size() > 1) drop_table(schema);
            return;
        case 2: {
            const auto old_name = std::exchange(table.name, new_name(schema, "s"));
            for (auto& other : schema.tables)
                for (auto& column : other.columns)
                    if (column.parent == old_name) column.parent = table.name;
            for (auto& index : schema.indexes)
                if (index.table == old_name) index.table = table.name;
            for (auto* objects : {&schema.views, &schema.triggers})
                for (auto& each : *objects)
                    if (each.second == old_name) each.second = table.name;
            return;
        }
        case 3:
        case 4:
            table.columns.insert(table.columns.begin() + static_cast<long>(chance_.below(table.columns.size() + 1)),
                                 new_column(schema, table));
            return;
        case 5:
            add_index(schema);
            return;
        case 6:
            if (!schema.indexes.empty()) schema.indexes.pop_back();
            return;
        case 7:
            schema.views.emplace_back(new_name(schema, "v"), table.name);
            return;
        case 8:
            if (!schema.triggers.empty()) schema.triggers.pop_back();
            return;
        case 9:
            if (table.key == Key::text)
                table.key = Key::without_rowid;
            else if (table.key == Key::without_rowid)
                table.key = Key::text;
            else if (table.key == Key::rowid)
                table.key = Key::autoincrement;
            return;
        default:
            change_column(schema, table);
            return;
    }
}

std::string Generator::name_text(const std::string& name) {
    if (!is_plain(name)) return in_double_quotes(name);
    switch (chance_.below(6)) {
        case 0:
            return in_double_quotes(name);
        case 1:
            return "[" + name + "]";
        default:
            return name;
    }
}

std::string filled(const std::string& pattern, const std::string& name) {
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern.substr(i, 2) != "{}") {
            text += pattern[i];
            continue;
        }
        text += name;
        ++i;
    }
    return text;
}

std::string Generator::column_text(const Table& table, const Column& column) {
    std::vector<std::string> clauses;
    const auto name = name_text(column.name);
    if (!column.collation.empty()) clauses.push_back(word("COLLATE") + " " + column.collation);
    if (column.is_not_null) clauses.push_back(word("NOT NULL"));
    if (column.is_unique) clauses.push_back(word("UNIQUE"));
    if (!column.default_value.empty()) clauses.push_back(word("DEFAULT") + " " + column.default_value);
    if (!column.check.empty()) clauses.push_back(word("CHECK") + " (" + filled(column.check, name) + ")");
    if (!column.parent.empty())
        clauses.push_back(word("REFERENCES") + " " + name_text(column.parent) + " (id)" + column.actions);
    if (!column.generated.empty())
        clauses.push_back("AS (" + filled(column.generated, key_name(table)) + ")" +
                          (column.is_stored ? " STORED" : ""));
    if (!clauses.empty() && column.parent.empty())
        std::rotate(clauses.begin(), clauses.begin() + static_cast<long>(chance_.below(clauses.size())), clauses.end());
    auto text = name + " " + word(column.type);
    for (const auto& clause : clauses) text += (chance_.one_in(6) ? " /* c */ " : " ") + clause;
    return text;
}

std::string Generator::table_text(const Table& table) {
    std::vector<std::string> items;
    switch (table.key) {
        case Key::rowid:
            items.emplace_back("id INTEGER PRIMARY KEY");
            break;
        case Key::autoincrement:
            items.emplace_back("id INTEGER PRIMARY KEY AUTOINCREMENT");
            break;
        case Key::text:
        case Key::without_rowid:
            items.emplace_back("code TEXT PRIMARY KEY");
            break;
        case Key::none:
            break;
    }
    std::string text;
    if (!table.old_name.empty() && table.old_name != table.name)
        text += "-- rev:renamed from " + name_text(table.old_name) + "\n";
    text += word("CREATE TABLE") + " " + name_text(table.name) + " (";
    for (const auto& item : items) text += "\n  " + item + ",";
    for (const auto& column : table.columns) {
        const bool is_last = &column == &table.columns.back();
        text += "\n  " + column_text(table, column) + (is_last ? "" : ",");
        if (!column.old_name.empty() && column.old_name != column.name)
            text += " -- rev:renamed from " + name_text(column.old_name);
        else if (chance_.one_in(8))
            text += " -- a remark, (with this";
    }
    text += "\n)";
    if (table.key == Key::without_rowid) text += " WITHOUT ROWID";
    if (table.is_strict) text += table.key == Key::without_rowid ? ", STRICT" : " STRICT";
    return text + ";\n";
}

std::string Generator::text(const Schema& schema) {
    std::string text;
    for (const auto& table : schema.tables) text += table_text(table);
    for (const auto& index : schema.indexes)
        text += fmt::format("CREATE {}INDEX {} ON {} ({}){};\n", index.is_unique ? "UNIQUE " : "",
                            name_text(index.name), name_text(index.table), name_text(index.columns),
                            index.where.empty() ? "" : " WHERE " + name_text(index.where) + " IS NOT NULL");
    for (const auto& [name, table] : schema.views) {
        const auto found = std::ranges::find(schema.tables, table, &Table::name);
        text += fmt::format("CREATE VIEW {} AS SELECT {} AS x FROM {};\n", name_text(name),
                            name_text(found->columns.front().name), name_text(table));
    }
    for (const auto& [name, table] : schema.triggers) {
        const auto found = std::ranges::find(schema.tables, table, &Table::name);
        text +=
            fmt::format("CREATE TRIGGER {} AFTER UPDATE OF {} ON {} BEGIN SELECT count(*) FROM {}; END;\n",
                        name_text(name), name_text(found->columns.front().name), name_text(table), name_text(table));
    }
    return text;
}

}  // namespace

SchemaPair random_pair(std::uint32_t seed) { return Generator(seed).pair(); }

}  // namespace rev::test
