#pragma once

#include <string>
#include <vector>

#include "schema/postgres/actions.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// A name that nobody has, for what stands aside meanwhile.
[[nodiscard]] std::string name_aside(const std::string& name, const RenderContext& context);
/// That of the sequence of an identity column.
[[nodiscard]] std::string sequence_aside(const Fact& column, const RenderContext& context);
/// One sequence goes on where the other one is.
[[nodiscard]] Statement take_position(const std::string& to, const std::string& from, const Fact& fact);

/// Writes what is done with objects that are made anew under their own names: the old one is renamed, its rows are
/// copied, and it is dropped.
class AsideWriter {
public:
    /// Both must outlive it.
    AsideWriter(const Actions& actions, const RenderContext& context)
        : actions_(actions), items_(actions.items()), context_(context) {}

    /// Renames it, and takes from it what has to be free or to go before it.
    [[nodiscard]] Statements step_aside(const Item& item) const;
    /// Copies a table's rows to the new one, and drops what was renamed.
    [[nodiscard]] Statements clear(const Item& item) const;

private:
    [[nodiscard]] Statements rename_aside(const Item& item) const;
    void append_unneeded_of_domain(Statements& statements, const Fact& domain) const;
    [[nodiscard]] std::vector<const Fact*> parts_of(const Model& model, const FactId& table) const;
    [[nodiscard]] bool is_dropped_before(const FactId& part, const Item& table) const;
    [[nodiscard]] Statements leave_whole(const Item& item) const;
    [[nodiscard]] bool needs_what_goes(const FactId& part, const FactId& table) const;
    void append_unneeded(Statements& statements, const Fact& part, const Fact& table, const std::string& old,
                         bool is_attached) const;
    [[nodiscard]] bool is_attached(const Item& table) const;
    void append_unneeded_of_partitions(Statements& statements, const Item& item) const;
    [[nodiscard]] Statements table_aside(const Item& item) const;
    [[nodiscard]] std::string copied_value(const Fact& before, const Fact& after) const;
    [[nodiscard]] Statements copy_rows(const Item& item) const;
    void append_range_aside(Statements& statements, const Fact& range) const;
    [[nodiscard]] Statement drop_aside(const Item& item) const;
    [[nodiscard]] std::string rows_with_a_place(std::size_t whole) const;

    const Actions& actions_;
    const Items& items_;
    const RenderContext& context_;
};

}  // namespace rev::schema::postgres
