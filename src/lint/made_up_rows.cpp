#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "lint/observer.hpp"
#include "scratch/fill.hpp"

// Rows for empty tables. A value is a function of the row's number and the column's type alone, so that keys find what
// they refer to in the row of the same number.

namespace rev::lint {
namespace {

/// A domain by its base type; character types have their length + 4 in atttypmod; generated columns take no value.
/// pg_relation_size() and not a count: it is quick, and an emptied table has files of no size. Still it asks the file
/// system, and the planner, which takes it for free, would ask it of all tables: CASE keeps it behind the others.
constexpr scratch::KeptQuery columns_of_empty_tables = {"rev_lint_columns", "oid[]", R"(
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), quote_ident(a.attname), b.typname, b.typcategory::text,
       format_type(a.atttypid, a.atttypmod), (CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END)::text,
       (SELECT count(*) FROM pg_enum AS e WHERE e.enumtypid = b.oid)::text, format_type(b.oid, NULL), c.relname,
       CASE WHEN a.atthasdef OR a.attidentity <> '' THEN
         pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) END
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid JOIN pg_type AS t ON t.oid = a.atttypid
  JOIN pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attgenerated = '' AND c.oid = ANY(?::oid[])
   AND CASE WHEN c.relkind = 'r' AND a.attnum > 0 THEN pg_relation_size(c.oid) = 0 END
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
 ORDER BY c.oid, a.attnum)"};

struct MadeColumn {
    std::string name;
    std::string value;                 ///< SQL, over the row's number g
    SqlValue sequence = std::nullopt;  ///< that numbers its rows, quoted
};

std::string text_value(std::size_t length) {
    return length == 0 ? "'x' || g" : fmt::format("right('x' || g, {})", length);
}

/// SQL for a value; empty: none is known for the type, and the column gets its default.
std::string value_of(const SqlRow& row) {
    const auto& name = *row[2];
    const auto& category = *row[3];
    const auto& full = *row[4];
    const auto length = static_cast<std::size_t>(std::atoll(row[5].value_or("0").c_str()));
    const auto labels = std::atoll(row[6].value_or("0").c_str());
    static const std::map<std::string, std::string, std::less<>> by_name = {
        {"int2", "(1 + g % 30000)::int2"},
        {"int4", "g"},
        {"int8", "g"},
        {"date", "date '2020-01-01' + g"},
        {"timestamp", "timestamp '2020-01-01' + g * interval '1 minute'"},
        {"timestamptz", "timestamptz '2020-01-01 00:00Z' + g * interval '1 minute'"},
        {"time", "time '00:00' + g * interval '1 second'"},
        {"interval", "g * interval '1 second'"},
        {"uuid", "lpad(to_hex(g), 32, '0')::uuid"},
        {"json", "'{}'"},
        {"jsonb", "'{}'"},
        {"bytea", "'\\x00'"},
        {"inet", "inet '10.0.0.0' + g"},
        {"cidr", "'10.0.0.0/8'"},
        {"macaddr", "'08:00:2b:01:02:03'"},
        {"xml", "'<a/>'"},
        {"tsvector", "''"},
    };
    // By typcategory: E enums, A arrays, S strings, B booleans, R ranges, N numbers.
    if (category == "E") return labels == 0 ? "" : fmt::format("(enum_range(NULL::{}))[1 + g % {}]", *row[7], labels);
    if (category == "A") return "'{}'";
    if (category == "S") return fmt::format("({})::{}", text_value(length), full);
    if (category == "B") return "g % 2 = 0";
    if (category == "R") return name.find("multi") == std::string::npos ? "'empty'" : "'{}'";
    if (const auto found = by_name.find(name); found != by_name.end()) return found->second;
    return category == "N" ? "g % 9" : "";
}

struct EmptyTable {
    std::string name;
    std::string plain_name = {};  ///< without schema and quotes
    std::vector<MadeColumn> columns = {};
};

/// Of the tables that are filled: what the others refer to has rows already.
constexpr scratch::KeptQuery references = {"rev_lint_references", "oid[]", R"(
SELECT DISTINCT c.relname, r.relname FROM pg_constraint AS k
  JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS r ON r.oid = k.confrelid
 WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND k.conrelid = ANY(?::oid[]))"};

/// With the tables that they refer to, which need as many rows.
std::set<std::string> with_referenced(const std::vector<SqlRow>& keys, std::set<std::string> tables) {
    std::multimap<std::string, std::string> refers;
    for (const auto& row : keys) refers.emplace(*row[0], *row[1]);
    std::vector<std::string> left(tables.begin(), tables.end());
    while (!left.empty()) {
        const auto [begin, end] = refers.equal_range(left.back());
        left.pop_back();
        for (auto each = begin; each != end; ++each)
            if (tables.insert(each->second).second) left.push_back(each->second);
    }
    return tables;
}

std::vector<EmptyTable> empty_tables_of(const std::vector<SqlRow>& columns) {
    std::vector<EmptyTable> tables;
    for (const auto& row : columns) {
        if (tables.empty() || tables.back().name != *row[0]) tables.push_back({*row[0], row[8].value_or("")});
        if (auto value = value_of(row); !value.empty())
            tables.back().columns.push_back({*row[1], std::move(value), row[9]});
    }
    return tables;
}

bool fill(Database& database, const EmptyTable& table, std::size_t rows, ObservedMessage::Scans scans) {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const auto& column : table.columns) {
        names.push_back(column.name);
        values.push_back(column.value);
    }
    if (names.empty()) return true;
    const std::string sql = fmt::format(
        // OVERRIDING SYSTEM VALUE: identity columns get the row's number, too, so that keys meet.
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM generate_series(1, {}) AS g ON CONFLICT DO NOTHING",
        table.name, base::join(names, ", "), base::join(values, ", "), rows);
    std::vector<std::string> statements = {sql};
    // As if it had numbered them: what a revision inserts has to find its own numbers free.
    for (const auto& column : table.columns)
        if (column.sequence)
            statements.push_back(fmt::format("SELECT setval({}, {})", database.quote_literal(*column.sequence), rows));
    // What it has read, for foreign keys and by triggers, is not the next statement's.
    if (scans == ObservedMessage::Scans::handed_on) statements.emplace_back(scratch::hand_on_counts_sql);
    return scratch::try_inserts(database, statements);
}

}  // namespace

bool make_rows_up(Database& database, scratch::KeptQueries* kept, ObservedMessage::Scans scans, std::size_t rows,
                  const std::set<std::string>& words, const std::vector<std::string>& oids) {
    const auto listed = "{" + base::join(oids, ",") + "}";
    const std::array questions = {
        scratch::KeptQuestion{&columns_of_empty_tables, listed},
        scratch::KeptQuestion{&references, listed},
    };
    const auto answers = scratch::ask(database, kept, questions);
    auto left = empty_tables_of(answers[0]);
    if (left.empty()) return true;
    std::set<std::string> named;
    for (const EmptyTable& table : left)
        if (words.contains(base::lower_case(table.plain_name))) named.insert(table.plain_name);
    named = with_referenced(answers[1], std::move(named));
    // A few rows show what is read; only where it is worked on, many show what that costs.
    constexpr std::size_t few = 3;
    bool has_handed_on = scans == ObservedMessage::Scans::handed_on;
    const auto fill_with = [&](const EmptyTable& table, std::size_t wanted) {
        const bool is_filled = fill(database, table, wanted, scans);
        has_handed_on = has_handed_on && is_filled;
        return is_filled;
    };
    scratch::fill_in_rounds(left, [&](const EmptyTable& table) {
        return fill_with(table, named.contains(table.plain_name) ? rows : std::min(rows, few));
    });
    // What refuses many may take one.
    if (rows > 1)
        for (const EmptyTable& table : left) (void)fill_with(table, 1);
    return has_handed_on;
}

}  // namespace rev::lint
