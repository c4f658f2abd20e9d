#include "state/run_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/interrupt.hpp"
#include "base/sqlstate.hpp"
#include "base/stop_token.hpp"
#include "state/tables.hpp"

namespace rev::state {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Between two tries; random, so that many waiters do not try at the same moments.
milliseconds pause() {
    std::random_device random;
    return milliseconds(std::uniform_int_distribution<int>(50, 200)(random));
}

std::string describe_holder(Database& database, const std::string& key) {
    try {
        if (const auto holder = database.lock_holder(key))
            return fmt::format("another run of rev ({})", holder->description);
    } catch (const Error& error) {
        // A role that may not read pg_locks or pg_stat_activity learns less, and no other failure.
        if (error.sqlstate() != std::string_view(sqlstate::insufficient_privilege)) throw;
    }
    return "another run of rev";
}

/// Looks for the schema only where it is not known yet. With the schema: two projects in two schemas of one database do
/// not wait for each other.
VersionTable located(Database& database, const VersionTable& table) {
    const bool is_known = database.dialect() == Dialect::sqlite || !table.schema.empty();
    return is_known ? table : find_tables(database, table).table;
}

[[noreturn]] void throw_locked(Database& database, const std::string& key, milliseconds timeout) {
    throw Error(ExitCode::database, error_codes::locked,
                fmt::format("gave up after {} s waiting for {}", std::chrono::duration<double>(timeout).count(),
                            describe_holder(database, key)))
        .with_hint("wait until it has ended, or raise lock_timeout in alembic.yaml; nothing was changed");
}

}  // namespace

/// What the driver writes into it.
const OwnTable& lease_table() {
    static const OwnTable table = {.name = lease_name,
                                   .columns = {{"version_table", "text NOT NULL PRIMARY KEY", ""},
                                               {"token", "text NOT NULL", ""},
                                               {"lease_until", "timestamptz NOT NULL", ""},
                                               {"taken_at", "timestamptz NOT NULL", ""},
                                               {"holder", "text", ""}},
                                   .needed = 5};
    return table;
}

std::optional<LockHolder> find_run(Database& database, const FoundTables& tables) {
    const auto names = sql_names(database, tables.table);
    if (tables.leases.is_there()) database.set_lease_table(names.leases, Database::LeaseTable::ready);
    return database.lock_holder(names.key);
}

RunLock::RunLock(Database& database, const VersionTable& table, milliseconds timeout, Reporter& reporter,
                 const base::StopToken& stop, std::vector<Query> questions)
    : database_(database), table_(located(database, table)), questions_(std::move(questions)) {
    const auto names = sql_names(database, table_);
    key_ = names.key;
    database_.set_lease_table(names.leases, Database::LeaseTable::named);
    const auto start = Clock::now();
    auto next_report = start;
    // Asked again and again, not with pg_advisory_lock(): that would wait within the server, where a stop has to cancel
    // it, and SQLite has nothing like it.
    while (!try_once()) {
        if (stop.requested()) throw base::stop_error("nothing was changed", stop);
        const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
        if (waited >= timeout) throw_locked(database_, key_, timeout);
        if (Clock::now() >= next_report) {
            reporter.waiting(describe_holder(database_, key_), waited);
            next_report = Clock::now() + std::chrono::seconds(1);
        }
        // Not beyond the limit, so that the last try is made at its end.
        std::this_thread::sleep_for(std::min(pause(), timeout - waited));
    }
    held_ = true;
}

bool RunLock::try_once() {
    try {
        if (!try_lock()) return false;
        if (!database_.saw_lease_table()) return true;
        // They may be of a moment at which a run that has ended since was still at work.
        answers_.clear();
        return is_free_of_leases();
    } catch (const Error&) {
        if (uses_leases_ || !database_.needs_lease()) throw;
    }
    use_leases();
    return try_lock();
}

/// Where the session can hold no lock.
void RunLock::use_leases() {
    const auto found = find_tables(database_, table_);
    ensure_table(database_, found, lease_table());
    database_.set_lease_table(sql_names(database_, table_).leases, Database::LeaseTable::ready);
    uses_leases_ = true;
}

/// Another run may have a lease, as its session could hold no lock. One whose time is over ends here: whoever had it,
/// and was only frozen, finds it gone. One that cannot be locked is at work in a transaction.
bool RunLock::is_free_of_leases() {
    const auto found = find_tables(database_, table_);
    if (!found.leases.is_there()) return true;
    const auto name = sql_names(database_, table_).leases;
    const std::vector<SqlValue> parameters = {key_};
    (void)database_.query(
        fmt::format("DELETE FROM {0} WHERE version_table = (SELECT version_table FROM {0} WHERE version_table = ?"
                    " AND lease_until < pg_catalog.clock_timestamp() FOR UPDATE SKIP LOCKED) RETURNING 1",
                    name),
        parameters);
    if (database_.query(fmt::format("SELECT 1 FROM {} WHERE version_table = ?", name), parameters).empty()) return true;
    database_.set_lease_table(name, Database::LeaseTable::ready);
    database_.unlock(key_);
    return false;
}

bool RunLock::try_lock() {
    if (questions_.empty()) return database_.try_lock(key_);
    try {
        auto answers = database_.try_lock_and_ask(key_, questions_);
        if (answers) answers_ = std::move(*answers);
        return answers.has_value();
    } catch (const Error& error) {
        if (!is_of_missing_table(error)) throw;
    }
    questions_.clear();
    return database_.try_lock(key_);
}

void RunLock::release() {
    if (!held_) return;
    // First, so that the destructor does not try once more after a failure.
    held_ = false;
    try {
        database_.unlock(key_);
    } catch (const CommandError& error) {
        if (!error.connection_lost) throw;  // else the session is gone, and the lock with it
    }
}

RunLock::~RunLock() {
    try {
        release();
    } catch (const std::exception&) {  // the session ended, and the lock with it
    }
}

}  // namespace rev::state
