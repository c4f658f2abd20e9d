#include "lint/truth.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "sql/statements.hpp"

namespace rev::test {

struct TableTruth {
    std::string name;
    int lock = 0;
    bool rewritten = false;
    long long read = 0;
    long long changed = 0;
    long long rows = 0;
    bool is_view = false;  ///< a materialized one
};

namespace {

/// What was there before: tables with their files and rows, and all names that code can ask for.
constexpr const char* remember = R"(
CREATE SCHEMA lint_truth;
CREATE TABLE lint_truth.tables AS
  SELECT c.oid, c.oid::regclass::text AS name, c.relfilenode, c.relkind = 'm' AS is_view,
    CASE WHEN c.relkind IN ('r', 'm') THEN
      (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ONLY ' || c.oid::regclass, false, true, '')))[1]::text::bigint
    ELSE 0 END AS rows
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname NOT LIKE 'pg%' AND n.nspname NOT IN ('information_schema', 'lint_truth');
CREATE VIEW lint_truth.all_names AS
  SELECT n.nspname || '.' || c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('public', 'old')
  UNION SELECT n.nspname || '.' || c.relname || '.' || a.attname FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('public', 'old') AND a.attnum > 0 AND NOT a.attisdropped
  UNION SELECT 'function ' || p.proname FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace
  UNION SELECT 'type ' || t.typname FROM pg_type AS t WHERE t.typtype IN ('e', 'd') AND t.typnamespace = 'public'::regnamespace
  UNION SELECT 'foreign key ' || k.conname FROM pg_constraint AS k WHERE k.contype = 'f'
  UNION SELECT 'value ' || e.enumlabel FROM pg_enum AS e
  UNION SELECT 'default ' || a.attname FROM pg_attrdef AS d JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
  UNION SELECT 'schema ' || n.nspname FROM pg_namespace AS n WHERE n.nspname = 'old';
CREATE TABLE lint_truth.names AS SELECT name FROM lint_truth.all_names;
)";

/// ANALYZE alone would look at each table of the catalog too, which takes longer than everything else of a case.
constexpr const char* analyze = R"(
DO $$ DECLARE each regclass; BEGIN
  FOR each IN SELECT c.oid FROM pg_class AS c WHERE c.relkind IN ('r', 'm', 'p') AND c.relnamespace IN
      (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
  LOOP EXECUTE 'ANALYZE ' || each; END LOOP;
END $$
)";

/// Behind a statement, in its transaction: of each table of before the strongest lock (as a number), whether it has a
/// new file, the rows that were read, and those that were changed.
constexpr const char* measure = R"(
SELECT t.name, coalesce((SELECT max(array_position(ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock',
    'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], l.mode))
    FROM pg_locks AS l WHERE l.pid = pg_backend_pid() AND l.relation = t.oid), 0),
  (c.oid IS NOT NULL AND c.relfilenode <> t.relfilenode)::int,
  coalesce(pg_stat_get_xact_tuples_returned(t.oid), 0),
  coalesce(pg_stat_get_xact_tuples_updated(t.oid) + pg_stat_get_xact_tuples_deleted(t.oid), 0), t.rows,
  t.is_view::int
FROM lint_truth.tables AS t LEFT JOIN pg_class AS c ON c.oid = t.oid ORDER BY t.name
)";

constexpr int share_lock = 5;
constexpr int access_exclusive_lock = 8;

std::string literal(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

std::vector<TableTruth> read_truth(const std::string& answer) {
    std::vector<TableTruth> tables;
    std::istringstream lines(answer);
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> fields;
        std::istringstream parts(line);
        for (std::string field; std::getline(parts, field, '|');) fields.push_back(field);
        if (fields.size() != 7) continue;
        tables.push_back({fields[0], std::stoi(fields[1]), fields[2] == "1", std::stoll(fields[3]),
                          std::stoll(fields[4]), std::stoll(fields[5]), fields[6] == "1"});
    }
    return tables;
}

/// Of a table with few rows the planner reads all, which it does not do of a large one with an index.
std::string planned_as_large(const std::string& statement) {
    static constexpr std::array changes = std::to_array<std::string_view>({"UPDATE", "DELETE", "MERGE", "WITH"});
    const bool is_change =
        std::ranges::any_of(changes, [&](std::string_view word) { return statement.starts_with(word); });
    return is_change ? "SET LOCAL enable_seqscan = off;" : "";
}

/// is_outside: only what stays can be seen; a new file is only made under a lock that blocks all.
void add_reasons(const std::vector<TableTruth>& tables, const std::vector<TableTruth>& held, bool is_outside,
                 Truth& truth) {
    const bool is_held = std::ranges::any_of(held, [](const auto& table) { return table.lock >= share_lock; });
    for (const auto& table : tables) {
        const bool is_read = table.rows > 0 && table.read >= table.rows;
        const bool blocks = table.lock >= share_lock || is_outside;
        if (table.rewritten && blocks) truth.reasons.push_back("rewrites " + table.name);
        // Nobody writes to a materialized view.
        const bool blocks_reader = table.lock >= share_lock && (!table.is_view || table.lock == access_exclusive_lock);
        if (is_read && blocks_reader) truth.reasons.push_back("reads " + table.name + " under a lock");
        if (is_read && table.lock < share_lock && is_held)
            truth.reasons.push_back("works on " + table.name + " while a table is locked");
        if (table.rows > 0 && table.changed >= table.rows) truth.reasons.push_back("changes all rows of " + table.name);
    }
}

}  // namespace

std::string Truth::text() const {
    std::string all = failure ? "fails: " + *failure + "\n" : std::string();
    for (const auto& reason : reasons) all += reason + "\n";
    return all.empty() ? "harmless\n" : all;
}

void Trial::give(const LintCase& lint_case) {
    database_.query(
        "DROP SCHEMA IF EXISTS lint_truth, old CASCADE; DROP SCHEMA IF EXISTS public, fresh CASCADE; "
        "CREATE SCHEMA public");
    database_.query(lint_case.given);
    database_.query(analyze);
}

Truth Trial::run(const LintCase& lint_case) {
    give(lint_case);
    database_.query(remember);
    Truth truth;
    if (lint_case.in_transaction && fails_as_one(lint_case, truth)) return truth;
    run_statements(lint_case, truth);
    if (truth.failure) return truth;
    const auto gone = database_.query(
        "SELECT string_agg(name, ', ') FROM (SELECT name FROM lint_truth.names EXCEPT SELECT name FROM "
        "lint_truth.all_names) AS gone WHERE CASE WHEN name LIKE 'foreign key %' THEN position(substr(name, 13) IN " +
        literal(lint_case.sql) + ") = 0 WHEN name LIKE 'default %' THEN " + literal(lint_case.sql) +
        " !~ ('\\m' || substr(name, 9) || '\\M') ELSE true END");
    if (!gone.empty()) truth.reasons.push_back("takes away " + gone);
    return truth;
}

int Trial::server_version() const {
    // 150018 is 15.18.
    return std::stoi(database_.query("SELECT current_setting('server_version_num')")) / 10000;
}

bool Trial::fails_as_one(const LintCase& lint_case, Truth& truth) {
    try {
        // An implicit transaction block would let some statements through that BEGIN does not.
        database_.query("BEGIN;" + lint_case.sql + ";ROLLBACK");
    } catch (const std::runtime_error& error) {
        truth.failure = error.what();
    }
    return truth.failure.has_value();
}

void Trial::run_statements(const LintCase& lint_case, Truth& truth) {
    std::string settings;
    std::vector<TableTruth> held;
    for (const Statement& statement : split_statements(lint_case.sql, Dialect::postgresql)) {
        const std::string text(statement.text);
        // What lasts no longer than its session or transaction is there for each statement behind it.
        if (text.starts_with("SET ") || text.starts_with("CREATE TEMPORARY ")) {
            settings += text + ";";
            continue;
        }
        try {
            const bool is_outside = statement.kind == StatementKind::outside_transaction;
            if (is_outside) {
                database_.query(text);
                add_reasons(read_truth(database_.query(measure)), held, true, truth);
            } else {
                const auto tables =
                    read_truth(database_.query(settings + planned_as_large(text) + text + ";" + measure));
                add_reasons(tables, held, false, truth);
                if (lint_case.in_transaction) held.insert(held.end(), tables.begin(), tables.end());
                database_.query(
                    "UPDATE lint_truth.tables AS t SET relfilenode = c.relfilenode FROM pg_class AS c "
                    "WHERE c.oid = t.oid");
            }
        } catch (const std::runtime_error& error) {
            truth.failure = error.what();
            return;
        }
    }
}

}  // namespace rev::test
