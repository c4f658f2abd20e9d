#pragma once

#include <string>

#include "catalog/postgres/rare.hpp"

namespace rev::catalog::postgres {

/// Rows of pg_depend between objects that users made: class, object, number, the same of what is needed, kind.
[[nodiscard]] std::string dependency_query();
/// present: the kinds whose catalogs are looked at, beside those that every database has.
/// class, object, owner: where that is not the current role.
[[nodiscard]] std::string owner_query(const RareKinds& present);
/// class, object, number, column's name, grantee, privileges (NULL: none), the default's: where these two differ.
[[nodiscard]] std::string grant_query(const RareKinds& present);
/// role, schema (NULL: all), kind of object, grantee, privileges, the default's.
[[nodiscard]] std::string default_grant_query();
/// class, object, number, column's name, text.
[[nodiscard]] std::string comment_query();
/// class, object, number, column's name, provider, label.
[[nodiscard]] std::string security_label_query();
/// kind in the plural, name.
[[nodiscard]] std::string unmodelled_query();

}  // namespace rev::catalog::postgres
