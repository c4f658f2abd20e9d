#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "rev/plan.hpp"
#include "rev/revision.hpp"
#include "rev/run_result.hpp"

namespace rev::state {

/// The table whose name the others' rows carry. Source: docs/database-state.md.
struct VersionTable {
    std::string schema;  ///< empty: the default
    std::string name = "alembic_version";
    bool makes_schema = false;  ///< where it is not there yet; else that is an error
};

/// A right on one of rev's tables that somebody has who is not trusted with it: not the current role, one that it is a
/// member of, the owner of the database or the schema, or a superuser. Source: PostgreSQL's relacl and attacl.
struct ForeignGrant {
    std::string table;       ///< quoted, with its schema
    std::string grantee;     ///< quoted; or PUBLIC
    std::string privileges;  ///< those that change something: "INSERT, UPDATE"
    /// The SQL that takes it away.
    [[nodiscard]] std::string revoke() const { return "REVOKE " + privileges + " ON " + table + " FROM " + grantee; }
};

/// One of rev's tables as it was found.
class FoundTable {
public:
    /// It is not there.
    FoundTable() = default;
    /// columns: as columns() gives them.
    explicit FoundTable(std::vector<std::string> columns) : columns_(std::move(columns)) {}
    /// Something of its name is there that is not rev's own. why: what whoever needs the table is told.
    explicit FoundTable(Error why) : foreign_(std::make_shared<const Error>(std::move(why))) {}

    /// Names of its columns, in order, on SQLite in lower case; empty: it is not there. Throws Error ("foreign_table",
    /// ExitCode::database) if it is not rev's own: nobody reads or writes such a table by mistake, and who does not ask
    /// for it is not kept from his work.
    [[nodiscard]] const std::vector<std::string>& columns() const {
        require_own();
        return columns_;
    }
    /// Throws as columns().
    [[nodiscard]] bool is_there() const { return !columns().empty(); }
    [[nodiscard]] bool has(std::string_view column) const {
        return std::ranges::find(columns(), column) != columns_.end();
    }
    void require_own() const {
        if (foreign_) throw Error(*foreign_);
    }

    bool operator==(const FoundTable&) const = default;

private:
    std::vector<std::string> columns_;
    std::shared_ptr<const Error> foreign_;  ///< null: there is none, or it is rev's own
};

/// rev's tables as they were at one moment.
struct FoundTables {
    explicit FoundTables(VersionTable table) : table(std::move(table)) {}

    /// On PostgreSQL with its schema: the configured one, else where the table is found along search_path, else the
    /// first of search_path. A run finds it once: from then on it stays, whatever search_path becomes and wherever a
    /// table of that name appears.
    VersionTable table;
    bool has_schema = true;  ///< whether that schema is there
    FoundTable version;      ///< rev's own, if it is there
    FoundTable log;
    FoundTable progress;
    FoundTable leases = {};                         ///< rev_lock; PostgreSQL only
    std::vector<ForeignGrant> foreign_grants = {};  ///< by table and grantee; none on SQLite
    /// PostgreSQL: of the rows in pg_class of the three that a run reads and writes. While it is the same, nobody but
    /// an owner, who is trusted, has changed them. Empty: not known, or there is something on them that others may
    /// change.
    std::string seal = {};

    /// Throws Error ("foreign_table") if any of them is not rev's own.
    void require_own() const {
        for (const auto* each : {&version, &log, &progress, &leases}) each->require_own();
    }
};
/// One query. Throws Error: "bad_version_table", or with ExitCode::database "no_schema" if search_path names none,
/// "foreign_table" if the version table has no column version_num, is a view or the like, or if a table of these names
/// is not to be trusted (see docs/security.md), "row_security" if the current role may not see all of its rows. That
/// one of the others lacks columns of rev's or is no table is an error of those who need it: see FoundTable.
[[nodiscard]] FoundTables find_tables(Database& database, const VersionTable& table);

/// The same for many schemas of a PostgreSQL database in one query. By schema; those are left out that are not there
/// or whose tables are not as they should be, of which find_tables() says what is wrong.
[[nodiscard]] std::map<std::string, FoundTables> find_tables_of(Database& database, const std::string& version_table,
                                                                std::span<const std::string> schemas);

/// Rows of the version table in table order; empty if the table is not there. Changes nothing.
[[nodiscard]] std::vector<RevisionId> read_rows(Database& database, const VersionTable& table);
[[nodiscard]] std::vector<RevisionId> read_rows(Database& database, const FoundTables& tables);

/// Creates the version table (Alembic's definition) and rev_log if they are not there; true if it did.
bool ensure_version_table(Database& database, const VersionTable& table);
bool ensure_version_table(Database& database, const FoundTables& tables);

/// One row of rev_log.
struct LogEntry {
    long long id = 0;
    std::string event;       ///< upgrade, downgrade, stamp, fail ...
    std::string revision;    ///< may be empty
    std::string repeatable;  ///< of apply, drop and their failures: the object's name, and no revision
    std::string message;
    std::string started_at;  ///< UTC, "2026-11-21 03:47:11.123Z"
    long long duration_ms = 0;
    long long statements = 0;  ///< that ran
    std::string checksum;
    std::string database_user;
    std::string os_user;
    std::string host;
    std::string rev_version;
    std::vector<RevisionId> heads_after;  ///< at most 50; when there are more, the last element says how many: "+9950"
    std::string error;
    std::string raw_checksum;                  ///< of the section's bytes; `checksum` is over its SQL tokens
    std::string tag;                           ///< --tag
    std::string source;                        ///< the revision file; empty for stamp and repair
    std::string run;                           ///< the same for all rows of one run
    std::optional<std::string> downgrade_sql;  ///< upgrade, accept: what would undo it; absent: irreversible
    std::string header;    ///< upgrade, accept: the file's header, for checkouts that lack the file; see format_header
    std::string sql_from;  ///< upgrade, downgrade and their failures: "file" or "log"; else empty
    std::vector<StatementNote> notes = {};  ///< what was left out or repeated; see state/notes.hpp
};

/// Newest first; limit 0: all. Empty if the table is not there.
[[nodiscard]] std::vector<LogEntry> read_log(Database& database, const VersionTable& table, std::size_t limit = 0);
[[nodiscard]] std::vector<LogEntry> read_log(Database& database, const FoundTables& tables, std::size_t limit = 0);

/// A revision that runs outside a transaction and is not finished. Source: rev_progress.
struct UnfinishedRun {
    RevisionId revision;
    Direction direction = Direction::upgrade;
    std::size_t statement = 0;  ///< 1-based: the one that was running; one more than `statements`: all have run
    std::size_t statements = 0;
    std::size_t line = 0;            ///< of that statement in the file
    std::string started_at;          ///< when that statement was begun; as LogEntry has it
    std::string error;               ///< empty if it was killed
    std::string path;                ///< of the revision file, as it was shown
    std::vector<RowChange> changes;  ///< of the version table, once it is finished
    std::string checksum;            ///< chained over the statements before `statement`
    std::size_t batches = 0;         ///< of `statement`, where it is repeated: how often it changed rows
    long long batch_rows = 0;        ///< how many in all
};
/// "12 batches of 58000 rows"
[[nodiscard]] std::string batches_text(std::size_t batches, long long rows);
/// "upgrade of 1975ea83b712 stopped at statement 2 of 5".
[[nodiscard]] std::string stopped_text(const UnfinishedRun& run);
/// By the time they started; empty if there are none. Changes nothing.
[[nodiscard]] std::vector<UnfinishedRun> read_unfinished(Database& database, const VersionTable& table);
[[nodiscard]] std::vector<UnfinishedRun> read_unfinished(Database& database, const FoundTables& tables);

/// Throws Error with ExitCode::database ("unfinished_run") if there is one: it names `rev resume` and `rev repair`.
void refuse_unfinished(const std::vector<UnfinishedRun>& runs);

/// Checksums of a section, as the log keeps them.
struct SectionChecksum {
    std::string checksum;      ///< over SQL tokens: comments, white space, CRLF and BOM do not count
    std::string raw_checksum;  ///< over the bytes

    bool operator==(const SectionChecksum&) const = default;
};
/// section: as the file has it, before variables are filled in.
[[nodiscard]] SectionChecksum section_checksum(std::string_view section, Dialect dialect);
/// Whether it is that of a section without a statement.
[[nodiscard]] bool is_of_nothing(const SectionChecksum& checksum);

/// The newest checksums of each revision that the log has applied. A stamp or a downgrade leaves empty ones: what is
/// applied now was not run by rev. Source: rev_log.
using AppliedChecksums = std::unordered_map<RevisionId, SectionChecksum>;

/// One query. Empty if there is no log, or it is one from before there were checksums.
[[nodiscard]] AppliedChecksums read_checksums(Database& database, const FoundTables& tables);

/// The newest `apply` or `drop` of a repeatable object in the log.
struct LoggedRepeatable {
    long long row = 0;  ///< of rev_log: a later event has a higher one
    bool is_applied = false;
    SectionChecksum checksum;  ///< of what was applied
    std::string source;        ///< its file then
};
/// By name. Source: rev_log.
using LoggedRepeatables = std::map<std::string, LoggedRepeatable, std::less<>>;
/// The same of repeatable objects.
[[nodiscard]] LoggedRepeatables read_logged_repeatables(Database& database, const FoundTables& tables);

/// What a plan is made from.
struct DatabaseState {
    FoundTables tables;
    std::vector<RevisionId> rows;  ///< of the version table, in table order
    std::vector<UnfinishedRun> unfinished;
    AppliedChecksums checksums;
    std::shared_ptr<const LoggedRepeatables> repeatables = {};  ///< null: they were not read
};
/// In two exchanges: where the tables are, then what they hold. Changes nothing. checksums: false leaves them empty.
[[nodiscard]] DatabaseState read_state(Database& database, const VersionTable& table, bool checksums = true);
/// The same where the tables were found before: in one exchange, if they are still these by their seal.
[[nodiscard]] DatabaseState read_state_again(Database& database, const FoundTables& found, bool checksums = true);
/// PostgreSQL: what the log says of what is applied, as one text, and in full.
struct LogSeal {
    SqlValue text = {};  ///< absent: nothing
    AppliedChecksums checksums = {};
};
/// In one exchange; nothing where there is no log. found: with a log as rev makes it now.
[[nodiscard]] LogSeal read_log_seal(Database& database, const FoundTables& found);
/// PostgreSQL: a log as it was read together with others.
struct LogAsRead {
    std::shared_ptr<const AppliedChecksums> checksums;  ///< of what is applied; logs that say the same share it
    std::shared_ptr<const LoggedRepeatables> repeatables;
    std::string sequence;  ///< oid of the one that numbers its rows
    std::string last;      ///< what that gave last: the log's newest row has it, and each row to come a greater one
};
/// Of schemas of one database, found by find_tables_of(), in two exchanges; by schema. Left out are those without a log
/// as rev makes it now, with a long one, and with one at which somebody is.
[[nodiscard]] std::map<std::string, LogAsRead> read_logs(Database& database,
                                                         const std::map<std::string, FoundTables>& found);
/// The rows of the version tables of those at which nothing is unfinished, in one exchange; by schema.
[[nodiscard]] std::map<std::string, std::vector<RevisionId>> read_finished_rows(
    Database& database, const std::map<std::string, FoundTables>& found);
/// PostgreSQL: a condition, for Database::lock_with_next_run(), that is true while the tables are those that were
/// found, the version table has these rows, nothing is unfinished, and the log has no row that is newer. nullopt: it
/// cannot be asked so.
[[nodiscard]] std::optional<std::string> unchanged_sql(Database& database, const FoundTables& found,
                                                       const std::vector<RevisionId>& rows, const LogAsRead& log);
/// The same with a log whose seal is one of these.
[[nodiscard]] std::optional<std::string> unchanged_sql(Database& database, const FoundTables& found,
                                                       const std::vector<RevisionId>& rows,
                                                       std::span<const LogSeal> seals);
/// Whether a question failed as a table, or a part of it, is not there any more.
[[nodiscard]] bool is_of_missing_table(const Error& error);
/// Its questions, for an exchange with others; none if the tables have no seal. And their answers, with the same
/// `checksums`: nullopt if the tables are not those any more.
[[nodiscard]] std::vector<Query> state_queries(Database& database, const FoundTables& found, bool checksums);
[[nodiscard]] std::optional<DatabaseState> to_state(Database& database, const FoundTables& found, bool checksums,
                                                    std::vector<std::vector<SqlRow>> answers);

/// Tables of a database that was there before rev: its version table has no row, as whoever calls this has seen, and
/// its log no revision that was ever applied. By name, with their schema where it is not that of the version table;
/// without those of rev, of extensions and of the database itself. Empty: no such database. Changes nothing.
[[nodiscard]] std::vector<std::string> find_unadopted_tables(Database& database, const FoundTables& tables);

}  // namespace rev::state
