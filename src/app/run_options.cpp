#include "app/run_options.hpp"

#include "app/connect.hpp"
#include "run/execute.hpp"
#include "run/prepared.hpp"

namespace rev::app {

run::PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Dialect dialect) {
    run::PrepareOptions prepared;
    prepared.dialect = dialect;
    prepared.transaction = transaction;
    prepared.variables = config.variables;
    prepared.limits = config.limits;
    return prepared;
}

run::PrepareOptions prepare_options(const Config& config, TransactionMode transaction, Database& database) {
    auto prepared = prepare_options(config, transaction, database.dialect());
    // How the session reads strings now, which for a script nobody can ask.
    prepared.backslash = database.backslash();
    prepared.transactional_ddl = database.has_transactional_ddl();
    return prepared;
}

run::ExecuteOptions execute_options(const Config& config, TransactionMode transaction) {
    run::ExecuteOptions execute;
    execute.table = version_table(config);
    execute.transaction = transaction;
    execute.sqlite_foreign_keys = config.sqlite_foreign_keys;
    execute.lock_timeout = config.lock_timeout;
    return execute;
}

run::ExecuteOptions execute_options(const app::RunContext& context, TransactionMode transaction) {
    auto execute = execute_options(context.config(), transaction);
    execute.stop = context.stop;
    execute.now = context.now;
    execute.lease = context.lease;
    return execute;
}

}  // namespace rev::app
