#include "diagram/drawing.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "diagram/sql_names.hpp"
#include "sql/token_text.hpp"

namespace rev::diagram {
namespace {

using schema::Fact;
using schema::FactId;
using schema::Kind;
using schema::Model;
using schema::value_of;

/// As it was spelled: SQLite's facts are named in lower case.
std::string spelled(const Fact& fact) {
    const auto name = value_of(fact.notes, "name");
    return name.empty() ? fact.id.name.back() : name;
}

std::optional<Table::Kind> table_kind(Kind kind) {
    switch (kind) {
        case Kind::table:
            return Table::Kind::table;
        case Kind::view:
            return Table::Kind::view;
        case Kind::materialized_view:
            return Table::Kind::materialized_view;
        case Kind::virtual_table:
            return Table::Kind::virtual_table;
        default:
            return std::nullopt;
    }
}

/// Reads the facts of a model into tables and references.
class Drawer {
public:
    Drawer(const Model& model, const ColumnsOfViews& views)
        : model_(model), views_(views), is_sqlite_(model.dialect() == Dialect::sqlite) {
        drawing_.dialect = model.dialect();
    }

    Drawing draw() {
        find_tables();
        for (const auto& fact : model_.facts())
            if (fact.id.kind == Kind::column) add_column(fact);
        for (auto& table : positions_) sort_columns(table.first);
        // Keys before references: REFERENCES without columns means the other table's primary key.
        for (const auto& fact : model_.facts())
            if (fact.id.kind == Kind::constraint) add_key(fact);
        for (const auto& fact : model_.facts()) {
            if (fact.id.kind == Kind::constraint) add_reference(fact);
            if (fact.id.kind == Kind::column_default) add_default(fact);
            if (fact.id.kind == Kind::comment) add_comment(fact);
            if (fact.id.kind == Kind::index) add_unique_index(fact);
        }
        // Last: an index that is found behind a foreign key may be what makes it unique.
        settle_references();
        return std::move(drawing_);
    }

private:
    void find_tables() {
        std::set<std::vector<std::string>> partitions;
        for (const auto& fact : model_.facts())
            // A partition has the columns and keys of the whole, and would only say them again.
            if (fact.id.kind == Kind::partition) partitions.insert(fact.id.name);
        for (const auto& fact : model_.facts()) {
            const auto kind = table_kind(fact.id.kind);
            if (!kind || partitions.contains(fact.id.name)) continue;
            Table table{.kind = *kind, .schema = is_sqlite_ ? "" : fact.id.name.front(), .name = spelled(fact)};
            table.is_strict = fact.attributes.contains("strict");
            if (*kind != Table::Kind::table) table.columns = columns_of_view(fact);
            index_[fact.id.name] = drawing_.tables.size();
            drawing_.tables.push_back(std::move(table));
        }
        // By name, whatever their kind.
        // Behind this sort no table may be added or moved: the maps of keys and positions know them by address.
        std::vector<std::pair<std::vector<std::string>, std::size_t>> order(index_.begin(), index_.end());
        std::vector<Table> sorted;
        for (auto& [name, place] : order) {
            sorted.push_back(std::move(drawing_.tables[place]));
            index_[name] = sorted.size() - 1;
        }
        drawing_.tables = std::move(sorted);
    }

    [[nodiscard]] std::vector<Column> columns_of_view(const Fact& fact) const {
        std::vector<std::pair<std::string, std::string>> read;
        if (const auto known = views_.find(fact.id.name.back()); known != views_.end()) read = known->second;
        if (read.empty()) read = read_column_list(value_of(fact.notes, "columns"));
        std::vector<Column> columns;
        for (auto& [name, type] : read) columns.push_back({.name = name, .type = type});
        return columns;
    }

    Table* table_of(const std::vector<std::string>& name) {
        const auto found = index_.find(name);
        return found == index_.end() ? nullptr : &drawing_.tables[found->second];
    }

    static std::vector<std::string> without_last(std::vector<std::string> name) {
        if (!name.empty()) name.pop_back();
        return name;
    }

    void add_column(const Fact& fact) {
        const auto owner = without_last(fact.id.name);
        auto* table = table_of(owner);
        if (table == nullptr) return;
        Column column{.name = spelled(fact), .type = value_of(fact.attributes, "type")};
        // PostgreSQL's facts spell it with a blank, SQLite's with an underscore.
        column.is_not_null = fact.attributes.contains("not null") || fact.attributes.contains("not_null");
        const auto identity = value_of(fact.attributes, "identity");
        if (fact.attributes.contains("generated"))
            column.source = ColumnSource::generated;
        else if (identity == "ALWAYS")
            column.source = ColumnSource::always_identity;
        else if (!identity.empty())
            column.source = ColumnSource::identity;
        else if (fact.attributes.contains("default"))
            column.source = ColumnSource::default_value;
        if (fact.notes.contains("key_position")) column.is_primary = true;
        positions_[table].push_back(ordinal_of(fact));
        table->columns.push_back(std::move(column));
    }

    void sort_columns(Table* table) {
        // Facts come by name; a table is drawn in the order in which its columns were made.
        auto& positions = positions_[table];
        std::vector<std::size_t> order(positions.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return positions[i]; });
        std::vector<Column> sorted;
        for (const auto i : order) sorted.push_back(std::move(table->columns[i]));
        table->columns = std::move(sorted);
    }

    [[nodiscard]] Column* column_of(Table& table, const std::string& name) const {
        const auto found = std::ranges::find_if(table.columns, [&](const Column& column) {
            // In SQLite a key may spell a column in other letters than the column does.
            return column.name == name || (is_sqlite_ && base::same_name(column.name, name));
        });
        return found == table.columns.end() ? nullptr : &*found;
    }

    void add_default(const Fact& fact) {
        auto* table = table_of(without_last(fact.id.name));
        auto* column = table == nullptr ? nullptr : column_of(*table, fact.id.name.back());
        if (column != nullptr && column->source == ColumnSource::none) column->source = ColumnSource::default_value;
    }

    /// "table" or "column" in words stands before the name of what is commented on.
    void add_comment(const Fact& fact) {
        if (!fact.parent) return;
        auto text = value_of(fact.attributes, "text");
        if (text.empty() && !fact.attributes.empty()) text = fact.attributes.begin()->second;
        if (auto* table = table_of(fact.parent->name); table != nullptr && table_kind(fact.parent->kind)) {
            const auto& name = fact.id.name;
            if (name.size() == fact.parent->name.size() + 1 && name.front() != "column") table->comment = text;
            auto* column = name.front() == "column" ? column_of(*table, name.back()) : nullptr;
            if (column != nullptr) column->comment = text;
            return;
        }
        auto* table = fact.parent->kind == Kind::column ? table_of(without_last(fact.parent->name)) : nullptr;
        auto* column = table == nullptr ? nullptr : column_of(*table, fact.parent->name.back());
        if (column != nullptr) column->comment = text;
    }

    void add_unique_index(const Fact& fact) {
        // A partial index says nothing of the rows that it leaves out. SQLite's facts have its condition apart,
        // PostgreSQL's within the definition.
        if (!fact.attributes.contains("unique") || !fact.parent || fact.attributes.contains("where")) return;
        const auto definition = value_of(fact.attributes, is_sqlite_ ? "columns" : "definition");
        if (sql::has_outer_word(definition, model_.dialect(), "WHERE")) return;
        auto* table = table_of(fact.parent->name);
        const auto names = names_in_parentheses(definition, model_.dialect());
        if (table == nullptr || names.empty()) return;
        if (std::ranges::count(definition, ',') + 1 != static_cast<long>(names.size())) return;  // an expression
        unique_[table].push_back(names);
        if (names.size() != 1) return;
        if (auto* column = column_of(*table, names.front())) column->is_unique = true;
    }

    [[nodiscard]] std::vector<std::string> columns_of_key(const Fact& fact) const {
        const auto column = value_of(fact.attributes, "column");
        if (!column.empty()) return {column};
        return names_in_parentheses(value_of(fact.attributes, "definition"), model_.dialect());
    }

    void add_key(const Fact& fact) {
        const auto type = base::lower_case(value_of(fact.attributes, "type"));
        auto* table = fact.parent ? table_of(fact.parent->name) : nullptr;
        if (table == nullptr || (type != "primary key" && type != "unique")) return;
        const auto names = columns_of_key(fact);
        if (type == "primary key") primary_[table] = names;
        unique_[table].push_back(names);
        for (const auto& name : names) {
            auto* column = column_of(*table, name);
            if (column == nullptr) continue;
            if (type == "primary key") set_primary(*table, *column, names.size());
            if (type == "unique" && names.size() == 1) column->is_unique = true;
        }
    }

    /// SQLite lets keys be NULL but in STRICT tables and the row's own number, which it gives where nobody does.
    void set_primary(const Table& table, Column& column, std::size_t columns) const {
        column.is_primary = true;
        if (!is_sqlite_) {
            column.is_not_null = true;
            return;
        }
        const bool is_row_number = columns == 1 && base::lower_case(column.type) == "integer";
        if (is_row_number && column.source == ColumnSource::none) column.source = ColumnSource::default_value;
        if (is_row_number || table.is_strict) column.is_not_null = true;
    }

    std::optional<std::size_t> referenced(const KeyText& key) {
        auto name = key.table;
        if (is_sqlite_ && !name.empty()) name = {base::lower_case(name.back())};
        const auto found = index_.find(name);
        if (found == index_.end()) return std::nullopt;
        return found->second;
    }

    void add_reference(const Fact& fact) {
        if (base::lower_case(value_of(fact.attributes, "type")) != "foreign key" || !fact.parent) return;
        const auto from = index_.find(fact.parent->name);
        auto key = read_foreign_key(value_of(fact.attributes, "definition"), model_.dialect());
        const auto to = referenced(key);
        // SQLite takes a key to a table that is not there, and PostgreSQL one to a partition.
        if (from == index_.end() || !to) return;
        if (key.columns.empty()) key.columns = {value_of(fact.attributes, "column")};
        auto& target = drawing_.tables[*to];
        if (key.to_columns.empty()) key.to_columns = primary_[&target];
        auto name = is_sqlite_ ? value_of(fact.notes, "name") : fact.id.name.back();
        drawing_.references.push_back({from->second, *to, key.columns, key.to_columns, std::move(name)});
    }

    static bool same_columns(std::vector<std::string> left, std::vector<std::string> right) {
        // In any order: what is unique by (b, a) is so by (a, b).
        for (auto* names : {&left, &right}) {
            for (auto& name : *names) name = base::lower_case(name);
            std::ranges::sort(*names);
        }
        return left == right;
    }

    void settle_references() {
        for (auto& reference : drawing_.references) {
            auto& table = drawing_.tables[reference.from];
            for (auto& name : reference.columns) {
                auto* column = column_of(table, name);
                if (column == nullptr) continue;
                name = column->name;
                column->is_foreign = true;
                if (!column->is_not_null) reference.is_optional = true;
            }
            for (auto& name : reference.to_columns)
                if (const auto* column = column_of(drawing_.tables[reference.to], name)) name = column->name;
            reference.is_unique = std::ranges::any_of(
                unique_[&table], [&](const auto& names) { return same_columns(names, reference.columns); });
        }
    }

    const Model& model_;
    const ColumnsOfViews& views_;
    bool is_sqlite_;
    Drawing drawing_;
    std::map<std::vector<std::string>, std::size_t> index_;
    std::map<Table*, std::vector<int>> positions_;
    std::map<Table*, std::vector<std::string>> primary_;
    std::map<Table*, std::vector<std::vector<std::string>>> unique_;
};

}  // namespace

Drawing draw(const Model& model, const ColumnsOfViews& columns_of_views) {
    return Drawer(model, columns_of_views).draw();
}

std::string name_of(const Table& table) { return table.schema.empty() ? table.name : table.schema + "." + table.name; }

}  // namespace rev::diagram
