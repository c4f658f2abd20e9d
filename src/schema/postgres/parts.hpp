#pragma once

#include <string>

#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {

/// Whether the table has partitions or heirs, before or after.
[[nodiscard]] bool has_children(const FactId& table, const RenderContext& context);
/// Whether the table is the same partition of the same table before and after.
[[nodiscard]] bool keeps_partition(const FactId& table, const RenderContext& context);
[[nodiscard]] Statements create_index(const Fact& index, const RenderContext& context);
[[nodiscard]] Statements alter_index(const Fact& before, const Fact& after, const RenderContext& context);
/// Nothing where the index goes with its table; a statement without SQL where a new one takes its place.
[[nodiscard]] Statements drop_index(const Fact& index, const RenderContext& context);
/// The name of what is made beside one that is in use, until it takes that one's.
[[nodiscard]] std::string interim_name(const Fact& fact);
/// What ALTER CONSTRAINT does not reach: the options of its index, and whether the table is clustered by it.
void append_constraint_settings(Statements& statements, const Fact& before, const Fact& after,
                                const RenderContext& context);
/// Whether the column's NOT NULL is only that of the tables that it inherits from. Since 18.
[[nodiscard]] bool takes_not_null_over(const Fact& column);
[[nodiscard]] Statement drop_not_null(const Fact& column);
/// ALTER TABLE ... ADD CONSTRAINT ... NOT NULL, which 18 knows; NOT VALID may be appended.
[[nodiscard]] std::string add_not_null(const Fact& column);
/// What its bound says of a row, without what the bounds of the tables above say; empty: not known.
[[nodiscard]] std::string own_condition(const Fact& partition, const Model& model);
/// Where the default partition beside it stays what it is, it gives the new one its rows.
[[nodiscard]] Statements attach_partition(const Fact& partition, const RenderContext& context,
                                          bool default_stays = false);
[[nodiscard]] Statements detach_partition(const Fact& partition, const RenderContext& context);
/// A constraint's definition without what ALTER CONSTRAINT and VALIDATE can change.
[[nodiscard]] std::string base_definition(const Fact& constraint);

}  // namespace rev::schema::postgres
