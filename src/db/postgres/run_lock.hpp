#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rev/error.hpp"

namespace rev::db {

/// The SELECT that releases the run lock of the key; its one value is whether it was held.
[[nodiscard]] std::string unlock_sql(std::string_view key);
/// The same for several, at least one: a row for each, in their order.
[[nodiscard]] std::string unlock_sql(std::span<const std::string> keys);

/// A condition: whether the role may call all functions that a session's lock needs.
inline constexpr std::string_view may_use_locks =
    "(SELECT pg_catalog.bool_and(coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure(f), 'EXECUTE'),"
    " false)) FROM pg_catalog.unnest(ARRAY['pg_catalog.pg_try_advisory_lock(bigint)',"
    " 'pg_catalog.pg_advisory_unlock(bigint)', 'pg_catalog.pg_try_advisory_xact_lock(bigint)',"
    " 'pg_catalog.pg_advisory_unlock_all()']) AS f)";

/// Whether the server says that the role may not do it.
[[nodiscard]] bool is_of_missing_right(const Error& error);

}  // namespace rev::db
