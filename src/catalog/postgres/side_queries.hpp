#pragma once

#include <string>

#include "catalog/postgres/fact_query.hpp"

namespace rev::catalog::postgres {

/// Rows of pg_depend between objects that users made: class, object, number, the same of what is needed, kind.
[[nodiscard]] std::string dependency_query();
/// class, object, owner: where that is not the current role.
[[nodiscard]] std::string owner_query();
/// class, object, number, column's name, grantee, privileges (NULL: none), the default's: where these two differ.
[[nodiscard]] std::string grant_query();
/// role, schema (NULL: all), kind of object, grantee, privileges, the default's.
[[nodiscard]] std::string default_grant_query();
/// class, object, number, column's name, text.
[[nodiscard]] std::string comment_query();
/// class, object, number, column's name, provider, label.
[[nodiscard]] std::string security_label_query();
/// kind in the plural, name.
[[nodiscard]] std::string unmodelled_query();

}  // namespace rev::catalog::postgres
