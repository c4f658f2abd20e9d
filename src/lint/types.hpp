#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/tree.hpp"

namespace rev::lint {

/// A type as PostgreSQL's grammar names it: `int4`, `varchar`, `timestamptz` ... or a user's.
struct SqlType {
    std::string schema;  ///< empty: of pg_catalog, or not said
    std::string name;
    std::vector<long long> modifiers;  ///< of varchar(20): 20; of numeric(10, 2): 10 and 2
    bool is_array = false;

    friend bool operator==(const SqlType&, const SqlType&) = default;
};

/// From a TypeName node.
[[nodiscard]] SqlType type_of(const Node& type_name);
/// A type or function by the last one or two of its names; without any: one without a name.
[[nodiscard]] SqlType named_type(const std::vector<std::string>& names);
/// As people write it: `character varying(20)[]`.
[[nodiscard]] std::string shown(const SqlType& type);
/// serial, bigserial, smallserial and their other names.
[[nodiscard]] bool is_serial(const SqlType& type);

/// What ALTER COLUMN ... TYPE does with the values that are there.
enum class TypeChange {
    none,        ///< they stay as they are; so do indexes
    reindex,     ///< they stay, but indexes on them order them in another way
    time_zone,   ///< none where the session's time zone is UTC (but `reindex`), else rewrite
    rewrite,     ///< each is computed anew
    impossible,  ///< PostgreSQL refuses: no cast does it unasked
};

/// Of two types without domains; explicitly: `USING column::type` asks for it. Source: PostgreSQL's
/// ATColumnChangeRequiresRewrite() and pg_cast, and the transforms that its planner knows of length coercions.
[[nodiscard]] TypeChange change_between(const SqlType& from, const SqlType& to, bool explicitly);

/// Whether a foreign key can lead from one type to the other, as far as types without domains tell: false where no
/// operator compares the two.
[[nodiscard]] bool can_refer(const SqlType& from, const SqlType& to);

/// Of two changes one after the other.
[[nodiscard]] TypeChange stronger(TypeChange left, TypeChange right);

}  // namespace rev::lint
