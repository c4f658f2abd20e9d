#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"
#include "schema/sqlite/table_definition.hpp"

namespace rev::schema::sqlite {

/// A table with what belongs to it. Pointers are into the model.
struct TableView {
    const Fact* table = nullptr;
    std::vector<const Fact*> columns = {};  ///< in their order
    std::vector<const Fact*> constraints = {};
    std::vector<const Fact*> indexes = {};   ///< by name
    std::vector<const Fact*> triggers = {};  ///< in the order in which they were made

    /// folded: in lower case. nullptr: there is none.
    [[nodiscard]] const Fact* column(std::string_view folded) const;
    /// As spelled, without quotes; the id has it in lower case.
    [[nodiscard]] std::string name() const { return table->notes.at("name"); }
    /// Its CREATE TABLE, as sqlite_schema keeps it.
    [[nodiscard]] const std::string& sql() const { return table->notes.at("sql"); }
    /// Its name as SQL has to write it.
    [[nodiscard]] std::string quoted() const { return quoted_if_needed(name()); }
    /// Whether it could not be split.
    [[nodiscard]] bool is_whole() const { return table->attributes.contains("definition"); }
    /// Its CREATE TABLE, split; nullopt: see read_table().
    [[nodiscard]] std::optional<TableDefinition> definition() const;
};

using Facts = std::map<std::string, const Fact*, std::less<>>;

/// A model by kind and name. The model must outlive it.
struct SchemaView {
    /// Sorts the facts; an index whose table is not in the model is in `indexes` alone.
    explicit SchemaView(const Model& model);

    /// Names are in lower case. Virtual tables are none of these.
    std::map<std::string, TableView, std::less<>> tables;
    Facts virtual_tables;
    Facts indexes;
    Facts views;
    Facts triggers;

    /// folded: in lower case. nullptr: there is none.
    [[nodiscard]] const TableView* table(std::string_view folded) const;
    /// Views and triggers by id.
    [[nodiscard]] const Fact* find(const FactId& id) const;
    /// Whether a table, view, index or virtual table has that name.
    [[nodiscard]] bool has_name(std::string_view folded) const;
    /// Views and triggers that mention one of `objects`, or a view that does, and so on.
    [[nodiscard]] std::set<FactId> dependents_of(std::set<FactId> objects) const;
};

/// Whether a column is computed from others.
[[nodiscard]] bool is_generated(const Fact& column);

/// The name as spelled, as SQL has to write it.
[[nodiscard]] std::string quoted_name(const Fact& fact);

/// `facts` such that what a fact depends on stands before it, ties as given. A circle is cut where it is met.
[[nodiscard]] std::vector<const Fact*> in_order_of_need(const std::vector<const Fact*>& facts);

}  // namespace rev::schema::sqlite
