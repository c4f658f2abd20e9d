#pragma once

#include "app/run_context.hpp"
#include "rev/config.hpp"
#include "rev/executor.hpp"

namespace rev::app {

[[nodiscard]] run::PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Dialect dialect);
/// The same with what the session at hand tells.
[[nodiscard]] run::PrepareOptions prepare_options(const Config& config, TransactionMode transaction,
                                                  Database& database);
[[nodiscard]] ExecuteOptions execute_options(const Config& config, TransactionMode transaction);
/// The same with what the use case was handed.
[[nodiscard]] ExecuteOptions execute_options(const app::RunContext& context, TransactionMode transaction);

}  // namespace rev::app
