#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog/read_model.hpp"

namespace rev::catalog::postgres {

/// Answers of `questions`, each one SELECT, in their order. settings: statements without rows, to be sent in front of
/// them in the same exchange.
using Ask =
    std::function<std::vector<std::vector<SqlRow>>(std::vector<Query> settings, std::vector<std::string> questions)>;

/// The model of a PostgreSQL database, 13 to 18, in two exchanges: which server it is and what kinds of objects it has,
/// and all catalogs in one transaction. Within an open transaction it reads what that sees, and leaves it open.
[[nodiscard]] schema::Model read_postgres(Database& database, const ReadOptions& options, const Ask& ask);

}  // namespace rev::catalog::postgres
