#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "state/row_set.hpp"
#include "state/tables.hpp"

namespace rev::state {

/// A row of rev_log to be: what differs from event to event. Empty texts become NULL.
struct LogRecord {
    std::string event = {};
    std::string revision = {};
    std::string repeatable = {};
    std::string message = {};
    std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
    /// absent: the database measures it, from the start of the transaction (PostgreSQL only)
    std::optional<std::chrono::milliseconds> duration = {};
    std::size_t statements = 0;
    std::string checksum = {};
    std::string raw_checksum = {};
    std::string heads_after = {};
    std::string error = {};
    std::string source = {};
    std::optional<std::string> downgrade_sql = {};
    std::string header = {};
    std::string sql_from = {};
    std::vector<StatementNote> notes = {};
    SqlValue session = {};  ///< an upgrade with verify sections: what its section had set (session_state.hpp)
};

/// Makes the statements that add to rev_log. One lives for each run.
class LogWriter {
public:
    /// What all rows of a run have in common.
    struct Run {
        std::string name;  ///< random
        std::string version_table;
        std::string database_user;
        std::string os_user;  ///< as far as the operating system tells
        std::string host;
        std::string tag;
        std::optional<long long> lease = {};  ///< under which it works, see ExecuteOptions::lease
    };

    /// database: must outlive it.
    LogWriter(Database& database, const Tables& tables, std::string tag, std::optional<long long> lease = {});

    /// A change that hits one row while the lease is the newest of this version table, and none behind that. Its row is
    /// that of the event `lease`. Empty without a lease.
    [[nodiscard]] const std::string& lease_sql() const noexcept { return check_lease_; }
    /// For lease_sql(), in the order of its placeholders.
    [[nodiscard]] std::vector<SqlValue> lease_parameters() const;

    /// INSERT with `?` placeholders; measured: the duration is the database's own expression.
    [[nodiscard]] const std::string& insert_sql(bool measured_by_database) const {
        return measured_by_database ? insert_measured_ : insert_;
    }
    /// For insert_sql(true) if the record has no duration, else for insert_sql(false).
    [[nodiscard]] std::vector<SqlValue> parameters(const LogRecord& record) const;
    /// A random name that all rows of this run carry.
    [[nodiscard]] const std::string& run() const noexcept { return run_.name; }

private:
    Database* database_;
    Run run_;
    std::string insert_;
    std::string insert_measured_;
    std::string check_lease_;
};

/// Adds the row for something that changes no version row, in a transaction of its own, and makes the tables if they
/// are not there. heads_after is filled in. Throws Error.
void log_alone(Database& database, const VersionTable& table, LogRecord record, const std::string& tag);

/// Ids for the heads_after column: all of them, or the first fifty and how many more there are, as "+9950".
[[nodiscard]] std::string heads_text(const RowSet& rows);

/// rev_log.
[[nodiscard]] const OwnTable& log_table();

/// UTC with milliseconds: "2026-11-21 03:47:11.123Z".
[[nodiscard]] std::string utc_text(std::chrono::system_clock::time_point time);

}  // namespace rev::state
