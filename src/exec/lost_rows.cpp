#include <fmt/format.h>

#include <set>

#include "exec/tables.hpp"
#include "rev/executor.hpp"

namespace rev {
namespace {

/// nullopt: there is no such table now, or it may not be read.
std::optional<std::size_t> count_rows(Database& database, const std::string& table) {
    // `table` comes from the revision file that is about to run, cut by the scanner into names and dots.
    const auto sql =
        fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) AS counted", table, LostRows::most_counted);
    try {
        return static_cast<std::size_t>(number(database.query_in_session(sql).at(0).at(0)));
    } catch (const Error& error) {
        const bool refused = error.code() == "sql_error" || error.code() == "query_failed";  // SQLite, PostgreSQL
        if (refused) return std::nullopt;
        throw;
    }
}

std::vector<std::string> tables_in(Database& database, const std::string& schema) {
    const std::vector<SqlValue> name{schema};
    const auto rows = database.query(
        "SELECT pg_catalog.format('%I.%I', schemaname, tablename) FROM pg_catalog.pg_tables "
        "WHERE schemaname = (pg_catalog.parse_ident(?))[1] ORDER BY 1",
        name);
    std::vector<std::string> tables;
    for (const auto& row : rows) tables.push_back(row.at(0).value_or(""));
    return tables;
}

std::vector<std::string> dropped_tables(Database& database, const PreparedStep& step) {
    auto dropped = dropped_relations(step.statements, database.dialect());
    if (database.dialect() != Dialect::postgresql) return dropped.tables;
    for (const auto& schema : dropped.schemas)
        for (auto& table : tables_in(database, schema)) dropped.tables.push_back(std::move(table));
    return dropped.tables;
}

}  // namespace

std::vector<LostRows> find_lost_rows(Database& database, const PreparedPlan& plan) {
    std::vector<LostRows> lost;
    std::set<std::string> seen;
    for (const auto& step : plan.steps) {
        if (step->step.direction != Direction::downgrade) continue;
        for (const auto& table : dropped_tables(database, *step)) {
            if (!seen.insert(table).second) continue;
            if (const auto rows = count_rows(database, table); rows.value_or(0) > 0) lost.push_back({table, *rows});
        }
    }
    return lost;
}

}  // namespace rev
