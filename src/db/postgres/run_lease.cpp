// The run lock where the session can hold none: behind a pooler that gives it to others between transactions, and on
// servers without advisory locks. A lease is only as good as its clock, so each transaction of a step begins by
// renewing it: whoever was frozen for longer than it lasts finds no row, and while a transaction has the row nobody can
// take it.

#include "db/postgres/run_lease.hpp"

#include <fmt/format.h>
#include <random>

#include "base/signals_blocked.hpp"
#include "db/postgres/answer.hpp"

namespace rev::db {
namespace {

using std::chrono::milliseconds;

std::string new_token() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}{:08x}", device(), device(), device());
}

}  // namespace

LeaseRow::LeaseRow(std::string table, std::string_view key, std::string key_literal, std::chrono::seconds length)
    : table_(std::move(table)), key_(key), key_literal_(std::move(key_literal)), token_(new_token()), length_(length) {}

std::string LeaseRow::until() const {
    return fmt::format("pg_catalog.clock_timestamp() OPERATOR(pg_catalog.+) pg_catalog.make_interval(secs => {})",
                       length_.count());
}

std::string LeaseRow::own() const {
    return fmt::format("version_table OPERATOR(pg_catalog.=) {} AND token OPERATOR(pg_catalog.=) '{}'", key_literal_,
                       token_);
}

std::vector<Query> LeaseRow::take(const std::string& holder) const {
    // SKIP LOCKED: who has the row in a transaction is at work, however long that takes.
    // NOT EXISTS: ON CONFLICT alone would wait for who is at work.
    return {{fmt::format("INSERT INTO {0} (version_table, token, lease_until, taken_at, holder)"
                         " SELECT ?, ?, {1}, pg_catalog.clock_timestamp(), ?"
                         " WHERE NOT EXISTS (SELECT FROM {0} WHERE version_table = ?)"
                         " ON CONFLICT (version_table) DO NOTHING RETURNING 1",
                         table_, until()),
             {key_, token_, holder, key_}},
            {fmt::format("UPDATE {0} SET token = ?, lease_until = {1}, taken_at = pg_catalog.clock_timestamp(),"
                         " holder = ? WHERE version_table = (SELECT version_table FROM {0} WHERE version_table = ?"
                         " AND (token = ? OR lease_until < pg_catalog.clock_timestamp()) FOR UPDATE SKIP LOCKED)"
                         " RETURNING 1",
                         table_, until()),
             {token_, holder, key_, token_}}};
}

std::string LeaseRow::renew() const {
    return fmt::format("UPDATE {} SET lease_until = {} WHERE {}", table_, until(), own());
}

std::string LeaseRow::renew_beside() const {
    return fmt::format(
        "UPDATE {0} SET lease_until = {1} WHERE version_table OPERATOR(pg_catalog.=)"
        " (SELECT version_table FROM {0} WHERE {2} FOR UPDATE SKIP LOCKED)",
        table_, until(), own());
}

Query LeaseRow::release() const { return {fmt::format("DELETE FROM {} WHERE {} RETURNING 1", table_, own())}; }

LeaseKeeper::LeaseKeeper(DatabaseUrl url, std::string renew, std::chrono::seconds lease)
    : url_(std::move(url)), renew_(std::move(renew)), lease_(lease) {
    url_.query.emplace("connect_timeout", "2");
    const base::SignalsBlocked while_it_starts;
    thread_ = std::thread([this] { beat(); });
}

LeaseKeeper::~LeaseKeeper() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool LeaseKeeper::ends() {
    const std::lock_guard lock(mutex_);
    return ends_;
}

void LeaseKeeper::beat() {
    std::unique_lock lock(mutex_);
    // Thrice within a lease: one renewal may fail.
    while (!wake_.wait_for(lock, milliseconds(lease_) / 3, [this] { return ends_; })) {
        lock.unlock();
        renew();
        lock.lock();
    }
}

/// What goes wrong here is noticed by the run itself: its next transaction finds that the lease is another's.
void LeaseKeeper::renew() {
    try {
        if (session_.raw == nullptr || PQstatus(session_.raw) != CONNECTION_OK) session_ = connect_postgres(url_);
    } catch (const Error&) {  // tried again with the next beat
        session_ = {};
        return;
    }
    if (PQsendQuery(session_.raw, renew_.c_str()) == 0) session_ = {};
    const auto deadline = std::chrono::steady_clock::now() + lease_;
    while (session_.raw != nullptr) {
        if (!wait_for_answer(session_.raw, deadline, [this] { return ends(); }))
            session_ = {};
        else if (!Result(PQgetResult(session_.raw)))
            return;
    }
}

}  // namespace rev::db
