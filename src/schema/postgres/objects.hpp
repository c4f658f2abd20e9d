#pragma once

#include <string>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// How statements name an object.
struct ObjectName {
    std::string kind;  ///< "TABLE", "MATERIALIZED VIEW", "FUNCTION", "CONSTRAINT"
    std::string name;  ///< with what it needs to be found: "nm_check ON public.crew", "f(integer)"
};

/// The name for DROP and COMMENT ON.
[[nodiscard]] ObjectName object_name(const Fact& fact);

/// schema.table of something that belongs to a table, from the first two parts of its name.
[[nodiscard]] std::string table_of(const Fact& fact);
/// "ALTER TABLE s.t", "ALTER FOREIGN TABLE s.t", as the table's or its part's kind wants it.
[[nodiscard]] std::string alter_table(const Fact& fact);

/// "ENABLE", "DISABLE", "ENABLE REPLICA", ...: the state of a trigger or a rule.
[[nodiscard]] std::string enabled_words(const Fact& fact);

/// Whether it is only the state of a partition's trigger, which is made with that of the whole.
[[nodiscard]] bool is_trigger_state(const Fact& fact);

/// Whether facts of the kind are written within or beside the statement of what they go with.
[[nodiscard]] bool is_said_of_another(Kind kind);  ///< owner, grant, comment, security label

}  // namespace rev::schema::postgres
