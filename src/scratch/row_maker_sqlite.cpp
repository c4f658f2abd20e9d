#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "scratch/row_maker.hpp"
#include "sql/token_text.hpp"

namespace rev::scratch {
namespace {

std::string text_in(const SqlRow& row, std::size_t column) { return row.at(column).value_or(""); }

std::vector<std::string> sqlite_values(const std::string& type) {
    // SQLite takes any words for a type, and looks for parts of them to find the affinity; so does this.
    const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
    if (has("bool")) return {"1", "0"};
    if (has("int") || has("num") || has("dec") || has("money"))
        return {"3000{n}", "{n}", "0", "-{n}", "0.{n}", "100", "1000000{n}"};
    if (has("real") || has("floa") || has("doub")) return {"{n}.5", "0.{n}", "0.0", "-{n}.5", "100.0"};
    if (has("blob")) return {"x'0{n}'", "x''", "zeroblob(16)", "zeroblob(32)"};
    if (has("date") || has("time"))
        // The number is a second of 2020-01-01 in Unix time.
        return {"'2020-01-0{n} 12:00:00'", "'2020-01-0{n}'", "'2019-01-0{n} 12:00:00'",
                "'2999-01-0{n} 12:00:00'", "'1980-01-0{n}'", "157783680{n}"};
    if (has("json")) return {"'{\"a\": {n}}'", "'[{n}]'", "'{}'", "'[]'", "'{n}'"};
    if (has("uuid")) return {"'00000000-0000-4000-8000-00000000000{n}'"};
    // A number and a blob come last: a CHECK may ask for typeof(), and most columns take a text.
    return {"'rev{n}'",
            "'R{n}'",
            "'a{n}@b.example'",
            "'https://a.example/{n}'",
            "'2020-01-0{n}'",
            "'00{n}'",
            "'{n}'",
            "'a'",
            "'{\"a\": {n}}'",
            "'[]'",
            "''",
            "{n}",
            "x'0{n}'"};
}

/// The texts in the parentheses behind each CHECK, and the name in front of it.
struct WrittenCheck {
    std::string name;
    std::string text;
};

std::vector<WrittenCheck> checks_in(std::string_view sql) {
    const auto text = sql::tokens_of(sql, Dialect::sqlite);
    std::vector<WrittenCheck> checks;
    for (std::size_t i = 0; i + 1 < text.tokens.size(); ++i) {
        if (!text.is(i, "CHECK") || !text.is(i + 1, "(")) continue;
        const auto behind = text.behind_parentheses(i + 1);
        if (!text.is(behind - 1, ")")) break;
        // The error names the constraint, or else quotes its condition.
        const bool has_name = i >= 2 && text.is(i - 2, "CONSTRAINT");
        const auto begin = text.tokens[i + 1].end;
        const auto condition = sql.substr(begin, text.tokens[behind - 1].begin - begin);
        checks.push_back({has_name ? text.name(i - 1) : std::string(base::trim(condition)), std::string(condition)});
        i = behind - 1;
    }
    return checks;
}

bool names_column(std::string_view condition, const std::string& column) {
    const auto text = sql::tokens_of(condition, Dialect::sqlite);
    return has_name(text, text.all_from(0), base::lower_case(column));
}

void add_columns(Database& database, const std::string& name, RowTable& table) {
    const std::array<SqlValue, 1> parameters = {name};
    // Generated columns are hidden ones here, and take no value.
    for (const auto& row :
         database.query("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo(?) WHERE hidden = 0",
                        parameters)) {
        RowColumn column{.name = text_in(row, 0)};
        // SQLite lets NULL into most primary keys, an old mistake that is kept; no foreign key can refer to such a row.
        column.required = (text_in(row, 2) != "0" && !row.at(3)) || text_in(row, 4) != "0";
        column.values = sqlite_values(base::lower_case(text_in(row, 1)));
        table.columns.push_back(std::move(column));
    }
}

void add_checks(std::string_view sql, RowTable& table) {
    for (const auto& check : checks_in(sql)) {
        RowRule rule{check.name, {}};
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            auto& column = table.columns[i];
            if (!names_column(check.text, column.name)) continue;
            rule.columns.push_back(i);
            const bool is_text = column.values.front().starts_with('\'');
            const auto more = values_in_check(check.text, Dialect::sqlite, is_text);
            column.values.insert(column.values.begin() + 1, more.begin(), more.end());
        }
        table.rules.push_back(std::move(rule));
    }
}

/// The row of the same number of the table that it leads to, or the first; then none.
void add_foreign_keys(Database& database, const std::string& name, RowTable& table) {
    const std::array<SqlValue, 1> parameters = {name};
    // "to" is NULL where REFERENCES names no columns: the primary key is meant, whose columns pk counts from 1.
    const auto keys = database.query(
        "SELECT k.\"from\", k.\"table\", coalesce(k.\"to\", (SELECT name FROM pragma_table_info(k.\"table\") WHERE pk "
        "= "
        "k.seq + 1)), k.id FROM pragma_foreign_key_list(?) k ORDER BY k.id, k.seq",
        parameters);
    std::map<std::string, std::string> orders;  // by key: all of its columns, so that they come from one row
    for (const auto& key : keys) {
        auto& order = orders[text_in(key, 3)];
        order += (order.empty() ? "" : ", ") + database.quote_identifier(text_in(key, 2));
    }
    for (const auto& key : keys) {
        const auto found = std::ranges::find_if(
            table.columns, [&](const auto& c) { return base::same_name(c.name, text_in(key, 0)); });
        // A key may lead to what is not there: SQLite minds it only when a row is written.
        if (found == table.columns.end() || !key.at(2)) continue;
        const auto other = database.quote_identifier(text_in(key, 1));
        const auto column = database.quote_identifier(text_in(key, 2));
        const auto from = fmt::format("SELECT {} FROM {} ORDER BY {}", column, other, orders[text_in(key, 3)]);
        const auto first = fmt::format("({} LIMIT 1)", from);
        const auto same = fmt::format("coalesce(({} LIMIT 1 OFFSET {{n}} - 1), {})", from, first);
        const bool is_own = base::same_name(text_in(key, 1), name);
        auto values = std::vector{same, first};
        if (!found->required) values.insert(is_own ? values.begin() : values.end(), "NULL");
        if (is_own) values.push_back(found->values.front());
        found->values = std::move(values);
    }
}

}  // namespace

std::vector<RowTable> read_empty_sqlite_tables(Database& database, const TableChoice& choice) {
    std::vector<RowTable> tables;
    // pragma_table_list tells plain tables from virtual ones and from the shadow tables that belong to these.
    std::string asked;
    if (choice.only)
        for (const auto& name : *choice.only) asked += (asked.empty() ? "" : ", ") + database.quote_literal(name);
    const auto rows = database.query(fmt::format(
        "SELECT s.name, s.sql FROM main.sqlite_schema s JOIN pragma_table_list(s.name) l ON l.schema = 'main' WHERE "
        "s.type = 'table' AND l.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'{} ORDER BY s.rowid",
        choice.only ? fmt::format(" AND s.name IN ({})", asked) : std::string()));
    for (const auto& row : rows) {
        const auto name = text_in(row, 0);
        if (!choice.has(name, name)) continue;
        RowTable table{.name = database.quote_identifier(name), .plain_name = name};
        if (text_in(database.query(fmt::format("SELECT EXISTS (SELECT 1 FROM main.{})", table.name)).at(0), 0) != "0")
            continue;
        add_columns(database, name, table);
        add_checks(text_in(row, 1), table);
        add_foreign_keys(database, name, table);
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace rev::scratch
