#include "rewrite/replay.hpp"

#include <fmt/format.h>

#include <array>

#include "rev/executor.hpp"
#include "rev/statements.hpp"

namespace rev::rewrite {
namespace {

std::string text_of(const SqlValue& value) { return value.value_or(""); }

}  // namespace

std::vector<std::string> differences(const ReplayedSchema& before, const ReplayedSchema& after) {
    std::vector<std::string> found;
    for (const auto& [name, text] : before.objects) {
        const auto same = after.objects.find(name);
        if (same == after.objects.end())
            found.push_back(name + " is gone");
        else if (same->second != text)
            found.push_back(name + " is another one");
    }
    for (const auto& [name, text] : after.objects)
        if (!before.objects.contains(name)) found.push_back(name + " is new");
    // The number of rows and not the rows: data that a revision makes up (random ids, the time) differs from run to
    // run.
    for (const auto& [table, rows] : before.rows)
        if (const auto same = after.rows.find(table); same != after.rows.end() && same->second != rows)
            found.push_back(fmt::format("table {} has {} rows, not {}", table, same->second, rows));
    return found;
}

std::vector<std::string> gone(const ReplayedSchema& before, const ReplayedSchema& after) {
    std::vector<std::string> lost;
    for (const auto& [table, columns] : before.columns) {
        const auto left = after.columns.find(table);
        if (left == after.columns.end()) {
            lost.push_back("table " + table);
            continue;
        }
        for (const auto& column : columns)
            if (!left->second.contains(column)) lost.push_back(fmt::format("column {}.{}", table, column));
    }
    return lost;
}

SqliteReplay::SqliteReplay(const Config& config) : config_(config) {
    DatabaseUrl in_memory;
    in_memory.dialect = Dialect::sqlite;
    database_ = open_database(in_memory, {});
}

void SqliteReplay::up(const Replayed& side, std::string_view target) {
    run(side, [&](auto rows) { return plan_upgrade(side.graph, rows, target); });
}

void SqliteReplay::down(const Replayed& side, const RevisionId& id) {
    run(side, [&](auto rows) {
        const auto& parents = side.graph.find(id)->revises;
        // The id before the `@` keeps the other branches of its parent.
        return plan_downgrade(side.graph, rows, id + "@" + (parents.empty() ? "base" : parents.front()));
    });
}

void SqliteReplay::run(const Replayed& side, const std::function<Plan(std::span<const RevisionId>)>& make_plan) {
    run::PrepareOptions prepare_options;
    prepare_options.variables = config_.variables;
    ExecuteOptions options;
    options.table = {"", config_.version_table};
    options.sqlite_foreign_keys = config_.sqlite_foreign_keys;
    const auto rows = state::read_rows(*database_, options.table);
    state::Reporter nobody;
    (void)execute(*database_, run::prepare(make_plan(rows), side.scripts, prepare_options), options, nobody);
}

bool SqliteReplay::is_own_table(const std::string& name) const {
    return name == config_.version_table || name == "rev_log" || name == "rev_progress";
}

ReplayedSchema SqliteReplay::schema() {
    ReplayedSchema schema;
    for (const auto& row : database_->query("SELECT type, name, tbl_name, sql FROM sqlite_schema")) {
        const auto type = text_of(row[0]);
        const auto name = text_of(row[1]);
        if (is_own_table(text_of(row[2])) || name.starts_with("sqlite_")) continue;
        // By tokens: SQLite keeps the text of a CREATE as it was written.
        schema.objects.emplace(type + " " + name, normalized_sql(text_of(row[3]), Dialect::sqlite));
        if (type != "table") continue;
        schema.rows[name] =
            text_of(database_->query("SELECT count(*) FROM " + database_->quote_identifier(name)).front().front());
        const std::array<SqlValue, 1> table{name};
        // table_xinfo and not table_info, which leaves out generated columns.
        for (const auto& column : database_->query("SELECT name FROM pragma_table_xinfo(?)", table))
            schema.columns[name].insert(text_of(column.front()));
    }
    return schema;
}

std::string failure_of(const std::function<void()>& ask) {
    try {
        ask();
        return {};
    } catch (const GraphError& error) {
        return error.what();
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace rev::rewrite
