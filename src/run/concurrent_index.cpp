// What CREATE INDEX CONCURRENTLY and its like leave behind when they fail. They commit on their way, so no rollback
// takes it back, and a second try would find its name taken.

#include "run/concurrent_index.hpp"

#include <array>
#include <vector>

#include "sql/index_statement.hpp"

namespace rev::run {
namespace {

bool is_concurrent_reindex(const Statement& statement) {
    return statement.facts.verb == sql::Verb::reindex && statement.facts.concurrently;
}

}  // namespace

std::optional<ConcurrentIndex> find_concurrent_index(Database& database, const Statement& statement) {
    const auto names = sql::find_created_index(statement.text);
    if (!names || names->index.empty()) return std::nullopt;
    // parse_ident reads the name as the server does: quotes, capitals. The type name cuts it, at 63 bytes.
    const std::array<SqlValue, 2> parameters{names->table, names->index};
    // By the session's search_path: a name without a schema means what the statement meant by it.
    const auto rows = database.query_in_session(
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), i.indisvalid FROM pg_catalog.pg_index i"
        " JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
        " WHERE i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(?)"
        " AND c.relname OPERATOR(pg_catalog.=) CAST((pg_catalog.parse_ident(?))[1] AS pg_catalog.name)",
        parameters);
    if (rows.empty()) return std::nullopt;
    return ConcurrentIndex{.name = rows[0][0].value_or(""), .valid = rows[0][1] == "t"};
}

bool may_leave_unnamed_index(const Statement& statement) {
    if (is_concurrent_reindex(statement)) return true;
    const auto names = sql::find_created_index(statement.text);
    return names && names->index.empty();
}

/// As a text of an array, which goes into the ledger and comes back from there as a parameter.
std::string invalid_indexes(Database& database) {
    return database
        .query(
            "SELECT CAST(coalesce(array_agg(indexrelid ORDER BY indexrelid), '{}') AS text)"
            " FROM pg_catalog.pg_index WHERE NOT indisvalid")
        .at(0)
        .at(0)
        .value_or("{}");
}

std::vector<std::string> left_invalid_indexes(Database& database, const Statement& statement,
                                              const std::string& before) {
    // A partitioned index is INVALID until all partitions have theirs. Whoever builds one holds the table's lock all
    // the while.
    std::string query =
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index i"
        " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast'"
        " AND i.indexrelid <> ALL (CAST(? AS oid[]))"
        " AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.granted"
        " AND l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock'"
        " AND l.pid <> pg_catalog.pg_backend_pid())";
    std::vector<SqlValue> parameters{before};
    if (const auto names = sql::find_created_index(statement.text)) {
        // The table's name means what it means along the session's search_path; the rest is asked of the catalogs
        // alone.
        const std::array<SqlValue, 1> table{names->table};
        const auto oid = database.query_in_session("SELECT CAST(pg_catalog.to_regclass(?) AS pg_catalog.oid)", table);
        query += " AND i.indrelid = CAST(? AS oid)";
        parameters.push_back(oid.at(0).at(0));
    } else {
        // REINDEX CONCURRENTLY names what it builds and what it is about to drop so; the digits come where that name is
        // taken.
        query += " AND c.relname ~ '_cc(new|old)[0-9]*$'";
    }
    std::vector<std::string> found;
    for (const auto& row : database.query(query + " ORDER BY 1", parameters)) found.push_back(row[0].value_or(""));
    return found;
}

bool index_is_dropped(Database& database, const Statement& statement) {
    const auto name = sql::find_dropped_index(statement.text);
    if (!name) return false;
    const std::array<SqlValue, 1> parameters{*name};
    // NULL for a name that is not there, where ::regclass would fail.
    return !database.query_in_session("SELECT pg_catalog.to_regclass(?)", parameters).at(0).at(0).has_value();
}

bool enum_value_is_there(Database& database, const Statement& statement) {
    const auto added = added_enum_value(statement.text);
    if (!added) return false;
    const std::array<SqlValue, 2> parameters{added->type, added->value};
    return !database
                .query_in_session(
                    "SELECT 1 FROM pg_catalog.pg_enum WHERE enumtypid OPERATOR(pg_catalog.=) pg_catalog.to_regtype(?)"
                    " AND enumlabel OPERATOR(pg_catalog.=) ?",
                    parameters)
                .empty();
}

}  // namespace rev::run
