#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// What becomes of a fact.
enum class Fate : std::uint8_t { keep, add, drop, alter, replace };

/// A fact in two models.
struct Item {
    const Fact* before = nullptr;
    const Fact* after = nullptr;
    std::vector<std::size_t> old_needs;  ///< what it depends on, its parent included
    std::vector<std::size_t> new_needs;
    Fate fate = Fate::keep;
    bool aside = false;    ///< the old one is renamed, and dropped when nobody uses it any more
    bool retyped = false;  ///< a column whose type (or its collation) is made anew under the same name
    bool moves = false;    ///< a partition whose rows go to the others of its table
    bool as_text = false;  ///< a retyped column that holds text while the table whose rows it holds changes

    /// The fact as it will be, else as it was; its id is the same in both.
    [[nodiscard]] const Fact& any() const { return after ? *after : *before; }
    [[nodiscard]] const FactId& id() const { return any().id; }
    /// Whether the old one goes, or a new one comes; one that is replaced does both.
    [[nodiscard]] bool is_dropped() const { return fate == Fate::drop || fate == Fate::replace; }
    [[nodiscard]] bool is_created() const { return fate == Fate::add || fate == Fate::replace; }
};

/// The facts of both models, each once, sorted by id, and what becomes of each.
class Items {
public:
    /// before, after: sorted by id, as Model has them. All must outlive it.
    Items(std::span<const Fact> before, std::span<const Fact> after, const RenderContext& context);

    /// How many facts there are in both together. Indexes of items, here and below, are below it.
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] const Item& operator[](std::size_t index) const { return items_[index]; }
    /// nullopt: neither model has it.
    [[nodiscard]] std::optional<std::size_t> find(const FactId& id) const;
    /// What needed it in the old model.
    [[nodiscard]] const std::vector<std::size_t>& old_users(std::size_t index) const { return old_users_[index]; }
    /// What needs it in the new model.
    [[nodiscard]] const std::vector<std::size_t>& new_users(std::size_t index) const { return new_users_[index]; }
    /// The table's partition or inheritance facts that are there before and after, unchanged.
    [[nodiscard]] std::vector<std::size_t> kept_links(const FactId& table) const;

    /// The table's inheritance facts, before or after.
    [[nodiscard]] std::vector<std::size_t> links_of(const FactId& table) const;

    /// The facts that a column follows when they change: the columns that it inherits from, and the attribute of the
    /// type that its table is of.
    [[nodiscard]] std::vector<std::size_t> origins(std::size_t column) const;
    /// The attribute of the type that the column's table is of, before and after.
    [[nodiscard]] std::optional<std::size_t> type_attribute(std::size_t column) const;
    /// Columns of heirs and partitions whose own NOT NULL gives way to the one that this column gets, and they from it.
    /// The server would merge them under the name that was there first. Since 18, where they have names.
    [[nodiscard]] std::vector<std::size_t> own_not_nulls_below(std::size_t column) const;
    /// Whether a table that inherits from the column's keeps the column, which its own table loses.
    [[nodiscard]] bool stays_with_heirs(std::size_t column) const;

    /// The tables whose rows the column holds, itself or within other types, in the old model.
    [[nodiscard]] std::vector<std::size_t> tables_held_by(std::size_t column) const;

    /// The columns elsewhere that hold values of the type, or rows of the table, themselves or within other types.
    [[nodiscard]] std::set<std::size_t> columns_that_hold(std::size_t type, bool before) const;
    /// Whether a type that is made anew is one of the column's before and behind: itself, or below domains.
    [[nodiscard]] bool has_values_of_remade(const Item& column) const;

    /// The partitions that leave the table which a foreign key refers to, perhaps to come back: rows are refused to go
    /// while the key stands.
    [[nodiscard]] std::vector<std::size_t> moving_partitions_behind(const Fact& foreign_key) const;
    /// The grant on the whole table to whom a column of it is granted.
    [[nodiscard]] std::optional<std::size_t> whole_grant(const FactId& column_grant) const;

    /// The table that it is a partition of in the old model.
    [[nodiscard]] std::optional<std::size_t> whole_before(std::size_t table) const;
    /// The partitions of the table: as it was, or as it will be. Facts of Kind::partition.
    [[nodiscard]] std::vector<std::size_t> partitions_of(std::size_t whole, bool before) const;

    /// Whether the default partition beside one that comes is what it was.
    [[nodiscard]] bool stays_default_beside(std::size_t link) const;

    /// Makes anew what cannot be altered after all, and what depends on it.
    void replace(std::size_t index);

private:
    void merge(std::span<const Fact> before, std::span<const Fact> after);
    void resolve_needs();
    void decide();
    void decide_column_grant(Item& grant);
    void decide_domain_of(const Item& condition);
    [[nodiscard]] bool is_held_in_another(std::size_t domain) const;
    [[nodiscard]] std::vector<std::size_t> moving_partitions(const FactId& table) const;
    void decide_parents();
    [[nodiscard]] bool changes_with_check_of_table(const Item& check) const;
    void decide_parts_left();
    void remake_with_heirs(std::size_t table);
    [[nodiscard]] std::vector<std::size_t> parents_out_of_order(const std::vector<std::size_t>& links) const;
    [[nodiscard]] std::vector<std::size_t> parents_of_retyped(const std::vector<std::size_t>& links) const;
    [[nodiscard]] bool gives_columns_alone(const Fact& link) const;
    void decide_partitions();
    void decide_levels_of_plain_columns();
    void remake_partition(std::size_t table);
    void move_rows_of(std::size_t whole);
    void remake_watchers(std::size_t whole);
    std::vector<std::size_t> remake_partitions_of_retyped(std::size_t whole);
    void spread();
    [[nodiscard]] bool goes_aside(std::size_t index) const;
    [[nodiscard]] bool is_part_of_aside(std::size_t index) const;
    [[nodiscard]] bool is_held_by_aside(std::size_t index) const;
    void stand_aside();
    [[nodiscard]] bool comes_as_another_kind(const Item& item) const;
    [[nodiscard]] bool rewrites_rows(std::size_t table) const;
    [[nodiscard]] bool holds_changing_rows(std::size_t column) const;
    [[nodiscard]] std::optional<std::size_t> table_divided_by(std::size_t column) const;
    [[nodiscard]] bool has_to_be_replaced(const Item& item) const;
    [[nodiscard]] bool is_in_a_column(std::size_t type) const;
    [[nodiscard]] bool needs_expression_in_tables(std::size_t attribute) const;
    [[nodiscard]] std::set<std::size_t> types_of_values(const Item& column, bool before) const;
    [[nodiscard]] bool holds_text_for(const Item& column, std::size_t type) const;
    [[nodiscard]] bool is_needed_after(const Item& item, std::size_t needed) const;

    const RenderContext& context_;
    std::vector<Item> items_;
    std::vector<std::vector<std::size_t>> old_users_;
    std::vector<std::vector<std::size_t>> new_users_;
};

/// The place of an inheritance fact among those of its table.
[[nodiscard]] int order_of_parent(const Fact& link);
/// Whether it stands in the way of another type of a column that it depends on.
[[nodiscard]] bool blocks_type_change(const Fact& dependent);
/// Whether an object of the kind can be renamed out of the way while columns still use it.
[[nodiscard]] bool can_stand_aside(Kind kind);
/// Whether it is such a kind of types: not a collation.
[[nodiscard]] bool is_type(Kind kind);
/// A generated column that becomes a plain one.
[[nodiscard]] bool loses_expression(const Item& item);
/// A column that is there before and after, with another type or collation.
[[nodiscard]] bool changes_type(const Item& item);

}  // namespace rev::schema::postgres
