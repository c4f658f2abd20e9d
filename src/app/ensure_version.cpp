#include "app/ensure_version.hpp"

#include "app/connect.hpp"
#include "db/database.hpp"
#include "state/run_lock.hpp"
#include "state/state.hpp"

namespace rev::app {

bool ensure_version(const Config& config, const Connector& connector, state::Reporter& reporter) {
    const auto table = version_table(config);
    // Asked without a lock, so that whoever calls this waits for nobody where there is nothing to do.
    if (state::find_tables(*connector.open(Access::read), table).version.is_there()) return false;
    const auto database = connector.open(Access::write);
    state::RunLock lock(*database, table, config.lock_timeout, reporter);
    const bool created = state::ensure_version_table(*database, table);
    // Not left to the destructor: that the lock was lost meanwhile must not go unsaid.
    lock.release();
    return created;
}

void write_ensure_version(const Config& config, Dialect dialect, std::ostream& out) {
    state::ensure_version_table(*open_sql_writer(dialect, out), version_table(config));
}

}  // namespace rev::app
