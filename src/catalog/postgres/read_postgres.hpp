#pragma once

#include "catalog/read_model.hpp"

namespace rev::catalog::postgres {

/// The model of a PostgreSQL database, 13 to 18, in two exchanges: which server it is, and all catalogs in one
/// transaction. Within an open transaction it reads what that sees, and leaves it open.
[[nodiscard]] schema::Model read_postgres(Database& database, const ReadOptions& options);

}  // namespace rev::catalog::postgres
