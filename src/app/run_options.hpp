#pragma once

#include "app/run_context.hpp"
#include "rev/config.hpp"
#include "run/execute.hpp"
#include "run/prepared.hpp"

namespace rev::app {

/// What the configuration says of reading the steps: variables and limits. For a database that nobody can ask.
[[nodiscard]] run::PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Dialect dialect);
/// The same with what the session at hand tells.
[[nodiscard]] run::PrepareOptions prepare_options(const Config& config, TransactionMode transaction,
                                                  Database& database);
/// What the configuration says of running them.
[[nodiscard]] run::ExecuteOptions execute_options(const Config& config, TransactionMode transaction);
/// The same with what the use case was handed.
[[nodiscard]] run::ExecuteOptions execute_options(const app::RunContext& context, TransactionMode transaction);

}  // namespace rev::app
