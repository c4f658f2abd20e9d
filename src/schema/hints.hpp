#pragma once

#include <string>
#include <string_view>

#include "rev/dialect.hpp"
#include "schema/migration.hpp"

namespace rev::schema {

/// What the comments of a desired schema say that the engine cannot know:
/// - `-- rev:renamed from OLD` on a line of its own before a CREATE (SCHEMA, TABLE, VIEW, MATERIALIZED VIEW, INDEX,
///   TYPE, DOMAIN, SEQUENCE), or at the end of the line of a column, an attribute or an enum label;
/// - `-- rev:using EXPRESSION` at the end of a column's line. Both: `-- rev:renamed from OLD -- rev:using EXPRESSION`.
/// file: for errors. default_schema: of names without one (PostgreSQL). Ids are as in a model of that dialect.
/// Throws Error with ExitCode::graph, code "bad_hint", at line and column: a hint that stands at nothing, or on a line
/// with several columns; one that says nothing known; two of a kind for one object.
/// Source: docs/autogenerate.md.
[[nodiscard]] Hints read_hints(std::string_view ddl, Dialect dialect, const std::string& file = {},
                               std::string_view default_schema = "public");

/// `--rename crew=staff`, `--rename crew.nm=full_name`: what has the old name in `from`, and the new one in `to`. A name
/// is written as in SQL, qualified as far as needed; a table counts before a column.
/// Throws Error with ExitCode::usage, code "bad_rename": not of that form; nothing has the old name, or the new one; or
/// several things do.
[[nodiscard]] Rename read_rename(std::string_view text, const Model& from, const Model& to);

}  // namespace rev::schema
