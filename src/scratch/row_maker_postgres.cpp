#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "scratch/row_maker.hpp"

namespace rev::scratch {
namespace {

/// Ordinary tables without a page (what partitioned ones hold is in their partitions) that fulfil a condition.
// The size is asked of the file system, for each table that is left: CASE keeps the planner from asking it first, and
// from reading all tables by their oids where it could find the few by their names.
// 16384 is the first oid that initdb does not give away, 1259 is pg_class, and 'e' ties an object to its extension.
std::string empty_tables_sql(std::string_view condition) {
    return fmt::format(R"(
SELECT c.oid::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relname, c.relkind::text,
       CASE WHEN c.relispartition THEN pg_get_partition_constraintdef(c.oid) END, n.nspname || '.' || c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {} AND c.relpersistence <> 't'
   AND CASE WHEN c.relkind = 'r' AND c.oid >= 16384 THEN pg_relation_size(c.oid) = 0 END
   AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 1259 AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY c.oid)",
                       condition);
}

/// Columns into which values can be written; identity, generated and serial ones fill themselves.
// A domain keeps the modifier in its type, not in the column. chr(31) stands in no label or name that people write.
constexpr KeptQuery columns_of_tables = {"rev_columns_of_tables", "oid[]", R"(
SELECT a.attrelid::text, a.attname, b.typname, b.typcategory::text, a.attnum::text,
       (SELECT string_agg(quote_literal(e.enumlabel), chr(31) ORDER BY e.enumsortorder) FROM pg_enum e
         WHERE e.enumtypid = b.oid),
       coalesce(nullif(a.atttypmod, -1), t.typtypmod)::text,
       ((a.attnotnull OR t.typnotnull) AND NOT a.atthasdef)::text,
       CASE WHEN t.typtype = 'd' THEN (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
                                        WHERE k.contypid = t.oid) END,
       CASE WHEN t.typtype = 'd' THEN (SELECT string_agg(k.conname, chr(31)) FROM pg_constraint k
                                        WHERE k.contypid = t.oid) END,
       (SELECT count(*) FROM pg_attribute m WHERE m.attrelid = b.typrelid AND m.attnum > 0 AND NOT m.attisdropped)::text,
       (SELECT s.typname FROM pg_range r JOIN pg_type s ON s.oid = r.rngsubtype WHERE r.rngtypid = b.oid),
       (SELECT s.typcategory::text FROM pg_type s WHERE s.oid = b.typelem)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
 WHERE a.attrelid = ANY(?::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attidentity = '' AND a.attgenerated = ''
   AND NOT EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                      AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
 ORDER BY a.attrelid, a.attnum)"};

constexpr KeptQuery rules_of_tables = {"rev_rules_of_tables", "oid[]", R"(
SELECT k.conrelid::text, k.conname, k.contype::text, array_to_string(k.conkey, ','),
       CASE WHEN k.contype = 'c' THEN pg_get_constraintdef(k.oid) END,
       (SELECT quote_ident(n.nspname) || '.' || quote_ident(r.relname) FROM pg_class r
          JOIN pg_namespace n ON n.oid = r.relnamespace WHERE r.oid = k.confrelid),
       (SELECT string_agg(quote_ident(f.attname), chr(31) ORDER BY u.place)
          FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
          JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = u.number),
       array_to_string(k.confkey, ','), (k.confrelid = k.conrelid)::text
  FROM pg_constraint k WHERE k.conrelid = ANY(?::oid[]) AND k.contype IN ('c', 'f', 'p', 'u', 'x')
 ORDER BY k.conrelid, k.conname)"};

// indkey is an int2vector, as a text with blanks; an expression is a 0 in it, which no column has. No join: for an
// array that it does not know the planner would read all of pg_class.
constexpr KeptQuery unique_indexes = {"rev_unique_indexes", "oid[]", R"(
SELECT i.indrelid::text, (SELECT x.relname FROM pg_class x WHERE x.oid = i.indexrelid),
       array_to_string(i.indkey::int2[], ',')
  FROM pg_index i WHERE i.indrelid = ANY(?::oid[]) AND i.indisunique)"};

std::string value_at(const SqlRow& row, std::size_t column) { return row.at(column).value_or(""); }

std::vector<std::string> parts_of(const std::string& list) {
    return list.empty() ? std::vector<std::string>() : base::split_list(list, '\x1f');
}

const std::map<std::string, std::vector<std::string>, std::less<>>& values_by_type() {
    static const std::map<std::string, std::vector<std::string>, std::less<>> all = {
        {"date",
         {"'2020-01-0{n}'", "'2019-01-0{n}'", "'2021-01-0{n}'", "'2999-01-0{n}'", "'1980-01-0{n}'", "current_date"}},
        {"timestamp",
         {"'2020-01-0{n} 12:00'", "'2019-01-0{n} 12:00'", "'2021-01-0{n} 12:00'", "'2999-01-0{n} 12:00'",
          "'1980-01-0{n} 12:00'"}},
        {"timestamptz",
         {"'2020-01-0{n} 12:00Z'", "'2019-01-0{n} 12:00Z'", "'2021-01-0{n} 12:00Z'", "'2999-01-0{n} 12:00Z'",
          "'1980-01-0{n} 12:00Z'"}},
        {"time", {"'0{n}:00'", "'1{n}:00'", "'2{n}:00'"}},
        {"timetz", {"'0{n}:00Z'", "'1{n}:00Z'", "'2{n}:00Z'"}},
        {"uuid", {"'00000000-0000-4000-8000-00000000000{n}'"}},
        {"json", {"'{\"a\": {n}}'", "'[{n}]'", "'{}'", "'[]'", "'{n}'", "'\"a\"'"}},
        {"jsonb", {"'{\"a\": {n}}'", "'[{n}]'", "'{}'", "'[]'", "'{n}'", "'\"a\"'"}},
        {"bytea", {"'\\x0{n}'", "''", "decode(repeat('0{n}', 16), 'hex')", "decode(repeat('0{n}', 32), 'hex')"}},
        {"inet", {"'10.0.0.{n}'", "'10.{n}.0.0/16'", "'::{n}'"}},
        {"cidr", {"'10.0.0.{n}/32'", "'10.{n}.0.0/16'"}},
        {"macaddr", {"'08:00:2b:01:02:0{n}'"}},
        {"macaddr8", {"'08:00:2b:01:02:03:04:0{n}'"}},
        {"xml", {"'<a>{n}</a>'"}},
        {"tsvector", {"'a{n}'"}},
        {"tsquery", {"'a{n}'"}},
        {"point", {"'({n},0)'"}},
        {"line", {"'{{n},1,0}'"}},
        {"lseg", {"'[({n},0),({n},1)]'"}},
        {"box", {"'({n},1),(0,0)'"}},
        {"path", {"'[({n},0),({n},1)]'"}},
        {"polygon", {"'(({n},0),({n},1),(0,1))'"}},
        {"circle", {"'<({n},0),1>'"}},
        {"pg_lsn", {"'0/{n}'"}},
        {"hstore", {"'a=>{n}'"}},
        {"ltree", {"'a.b{n}'"}},
        {"geometry", {"'POINT({n} 0)'", "'POLYGON((0 0,{n} 0,{n} 1,0 0))'", "'LINESTRING(0 0,{n} 0)'"}},
        {"geography", {"'POINT({n} 0)'", "'POLYGON((0 0,{n} 0,{n} 1,0 0))'"}},
        {"char", {"'{n}'", "'a'"}},
        {"name", {"'rev{n}'"}},
    };
    return all;
}

std::vector<std::string> texts_of_length(int length) {
    // Most columns take the first one. The others are for what a CHECK may ask: an address, a date, a number, JSON.
    const std::vector<std::string> all = {"rev{n}",
                                          "R{n}",
                                          "a{n}@b.example",
                                          "https://a.example/{n}",
                                          "2020-01-0{n}",
                                          "00{n}",
                                          "{n}",
                                          "a",
                                          "+4917{n}",
                                          "a-{n}",
                                          "",
                                          "[]",
                                          "2020-01-0{n}T12:00:00Z"};
    std::vector<std::string> values;
    // {n} becomes one digit, two characters less than it takes here.
    for (const auto& text : all)
        if (length == 0 || static_cast<int>(text.size()) - (text.find("{n}") == std::string::npos ? 0 : 2) <= length)
            values.push_back("'" + text + "'");
    return values;
}

/// Two ranges of numbers or times that do not meet.
std::vector<std::string> ranges_over(const std::string& subtype, bool is_multirange) {
    const std::string open = is_multirange ? "'{" : "'";
    const std::string close = is_multirange ? "}'" : "'";
    if (subtype == "date") return {open + "[2020-01-0{n},2020-01-0{n}]" + close};
    if (subtype.starts_with("timestamp")) return {open + "[2020-01-0{n} 08:00,2020-01-0{n} 09:00)" + close};
    if (subtype == "int4" || subtype == "int8" || subtype == "numeric" || subtype == "float8")
        return {open + "[{n}0,{n}5)" + close};
    // Of a subtype that is not known only the empty range can be written.
    return {is_multirange ? "'{}'" : "'empty'"};
}

std::vector<std::string> array_values(const std::string& element_category) {
    if (element_category == "N") return {"'{{n}}'", "'{}'", "'{1,2,3}'"};
    if (element_category == "S") return {"'{a{n}}'", "'{}'", "'{a,b,c}'"};
    if (element_category == "D") return {"'{2020-01-0{n}}'", "'{}'"};
    if (element_category == "B") return {"'{true}'", "'{}'"};
    return {"'{}'"};
}

/// A number of few digits before its point takes no large one. Source: numeric_typmod of PostgreSQL.
std::vector<std::string> numbers(int modifier, bool is_numeric) {
    // The modifier is precision << 16 | scale, and 4, the size of a length word, is added to it.
    const int precision = (modifier - 4) >> 16;
    const int scale = (modifier - 4) & 0x7FF;
    if (!is_numeric || modifier < 4 || precision - scale >= 5)
        return {"3000{n}", "{n}", "0", "0.{n}", "-{n}", "100", "10{n}", "1000000{n}"};
    if (precision > scale) return {"{n}", "0.{n}", "0", "-{n}", "-0.{n}"};
    return {"0.{n}", "0.0{n}", "0", "-0.{n}"};
}

/// By the type; empty: rev knows none of that type.
std::vector<std::string> values_of(const SqlRow& row) {
    const auto type = value_at(row, 2);
    const auto category = value_at(row, 3);
    const auto modifier = std::atoi(value_at(row, 6).c_str());  // pg_attribute.atttypmod; -1: none
    if (const auto labels = parts_of(value_at(row, 5)); !labels.empty()) return labels;
    if (const auto found = values_by_type().find(type); found != values_by_type().end()) return found->second;
    if (category == "A") return array_values(value_at(row, 12));
    if (category == "N") return numbers(modifier, type == "numeric");
    if (category == "B") return {"true", "false"};
    // varchar(n) and char(n) keep n + 4.
    if (category == "S") return texts_of_length(modifier > 4 ? modifier - 4 : 0);
    if (category == "R") return ranges_over(value_at(row, 11), type.find("multi") != std::string::npos);
    if (category == "T") return {"'{n} day'", "'{n} hour'", "'0'"};
    if (type == "bit" || type == "varbit") {
        // Other than with varchar, nothing is added to the length of bits.
        const auto digits = static_cast<std::size_t>(std::max(modifier, 1));
        return {"repeat('1', " + std::to_string(digits) + ")::varbit",
                "repeat('0', " + std::to_string(digits) + ")::varbit"};
    }
    if (category == "C") {
        // A row of NULLs: n fields have n - 1 commas between them.
        const auto members = static_cast<std::size_t>(std::max(std::atoi(value_at(row, 10).c_str()), 1));
        return {"'(" + std::string(members - 1, ',') + ")'"};
    }
    return {};
}

/// What of a table is asked for by its number.
struct NumberedTable {
    RowTable table;
    std::vector<int> numbers;  ///< attnum of each column
};

std::vector<std::size_t> indices_of(const NumberedTable& numbered, const std::string& numbers) {
    std::vector<std::size_t> indices;
    for (const auto& number : base::split_list(numbers)) {
        const auto found = std::ranges::find(numbered.numbers, std::atoi(number.c_str()));
        if (found != numbered.numbers.end())
            indices.push_back(static_cast<std::size_t>(found - numbered.numbers.begin()));
    }
    return indices;
}

void add_check_values(RowColumn& column, const std::string& check) {
    if (column.values.empty()) return;
    const bool is_text = column.values.front().starts_with('\'');
    const auto more = values_in_check(check, Dialect::postgresql, is_text);
    // Behind the first: where the CHECK lets the usual value pass, it is to be that.
    column.values.insert(column.values.begin() + 1, more.begin(), more.end());
}

void add_column(NumberedTable& numbered, const SqlRow& row) {
    RowColumn column{.name = value_at(row, 1), .required = value_at(row, 7) == "true", .values = values_of(row)};
    const auto index = numbered.table.columns.size();
    if (const auto check = value_at(row, 8); !check.empty()) {
        add_check_values(column, check);
        for (const auto& name : parts_of(value_at(row, 9))) numbered.table.rules.push_back({name, {index}});
    }
    numbered.table.columns.push_back(std::move(column));
    numbered.numbers.push_back(std::atoi(value_at(row, 4).c_str()));
}

/// The row of the same number of the table that a key leads to, or its first; then none.
void add_foreign_key(NumberedTable& numbered, const SqlRow& row) {
    const auto other = value_at(row, 5);
    const auto columns = parts_of(value_at(row, 6));
    const auto own = base::split_list(value_at(row, 3));
    const auto others = base::split_list(value_at(row, 7));
    const bool is_own = value_at(row, 8) == "true";
    for (std::size_t i = 0; i < own.size() && i < columns.size(); ++i) {
        const auto index = indices_of(numbered, own[i]);
        if (index.empty()) continue;
        auto& column = numbered.table.columns[index.front()];
        // By all columns of the key, so that each of them is taken from the same row.
        const auto from = fmt::format("SELECT {} FROM {} ORDER BY {}", columns[i], other, base::join(columns, ", "));
        const auto first = fmt::format("({} LIMIT 1)", from);
        const auto same = fmt::format("coalesce(({} LIMIT 1 OFFSET {{n}} - 1), {})", from, first);
        auto values = std::vector{same, first};
        // A key to the table itself: as long as it is empty, there is no row to refer to.
        if (!column.required) values.insert(is_own ? values.begin() : values.end(), "NULL");
        // A row that refers to itself.
        if (const auto target = indices_of(numbered, others[i]); is_own && !target.empty())
            if (const auto& known = numbered.table.columns[target.front()].values; !known.empty())
                values.push_back(known.front());
        column.values = std::move(values);
    }
}

void add_rule(NumberedTable& numbered, const SqlRow& row) {
    RowRule rule{value_at(row, 1), indices_of(numbered, value_at(row, 3))};
    if (value_at(row, 2) == "f") add_foreign_key(numbered, row);
    if (value_at(row, 2) == "c")
        for (const auto index : rule.columns) add_check_values(numbered.table.columns[index], value_at(row, 4));
    numbered.table.rules.push_back(std::move(rule));
}

/// What a partition takes is a CHECK on all of its columns, as far as is known.
void add_partition_rule(NumberedTable& numbered, const std::string& relation, const std::string& condition) {
    if (condition.empty()) return;
    RowRule rule{relation, {}};
    for (std::size_t i = 0; i < numbered.table.columns.size(); ++i) {
        auto& column = numbered.table.columns[i];
        // A name that is found within a longer word costs tries, and no more.
        if (condition.find(column.name) == std::string::npos) continue;
        rule.columns.push_back(i);
        add_check_values(column, condition);
    }
    numbered.table.rules.push_back(std::move(rule));
}

/// What may be the table's own of a name with its schema, either of which may hold dots. As an array of PostgreSQL.
std::string names_without_schema(const std::set<std::string>& qualified_names) {
    std::vector<std::string> quoted;
    for (const auto& qualified : qualified_names)
        for (auto dot = qualified.find('.'); dot != std::string::npos; dot = qualified.find('.', dot + 1)) {
            std::string name = "\"";
            for (const char c : qualified.substr(dot + 1)) {
                if (c == '"' || c == '\\') name += '\\';
                name += c;
            }
            quoted.push_back(name + '"');
        }
    return "{" + base::join(quoted, ",") + "}";
}

/// Of the names that are chosen, or of all; the choice itself is the caller's.
// By its name a table is found in an index. To look at all of them takes the longer the more there are.
std::vector<SqlRow> ask_for_empty_tables(Database& database, const TableChoice& choice, KeptQueries* kept) {
    static const auto of_any_sql = empty_tables_sql("c.relkind = 'r'");
    static const auto of_names_sql = empty_tables_sql("c.relname = ANY(?::name[])");
    static const KeptQuery of_any = {"rev_empty_tables", "", of_any_sql};
    static const KeptQuery of_names = {"rev_empty_tables_of_names", "name[]", of_names_sql};
    const std::array question = {choice.only ? KeptQuestion{&of_names, names_without_schema(*choice.only)}
                                             : KeptQuestion{&of_any, {}}};
    return ask(database, kept, question).at(0);
}

struct EmptyTables {
    std::map<std::string, NumberedTable> by_oid;
    std::vector<std::string> order;
    std::map<std::string, std::pair<std::string, std::string>> partitions;  ///< name and condition, by oid

    void add(const SqlRow& row) {
        const auto oid = value_at(row, 0);
        order.push_back(oid);
        by_oid[oid].table.name = value_at(row, 1);
        by_oid[oid].table.plain_name = value_at(row, 5);
        partitions[oid] = {value_at(row, 2), value_at(row, 4)};
    }
    /// nullptr: it holds rows.
    NumberedTable* find(const SqlRow& row) {
        const auto found = by_oid.find(value_at(row, 0));
        return found == by_oid.end() ? nullptr : &found->second;
    }
    void describe(std::span<const std::vector<SqlRow>> answers) {
        for (const auto& row : answers[0])
            if (auto* table = find(row)) add_column(*table, row);
        for (const auto& row : answers[1])
            if (auto* table = find(row)) add_rule(*table, row);
        for (const auto& row : answers[2])
            if (auto* table = find(row))
                table->table.rules.push_back({value_at(row, 1), indices_of(*table, value_at(row, 2))});
    }
};

}  // namespace

std::vector<RowTable> read_empty_postgres_tables(Database& database, const TableChoice& choice, KeptQueries* kept) {
    EmptyTables found;
    for (const auto& row : ask_for_empty_tables(database, choice, kept))
        if (choice.has(value_at(row, 2), value_at(row, 5))) found.add(row);
    if (found.order.empty()) return {};
    // By their oids, which all catalogs have an index on.
    const SqlValue oids = "{" + base::join(found.order, ",") + "}";
    const std::array what = {KeptQuestion{&columns_of_tables, oids}, KeptQuestion{&rules_of_tables, oids},
                             KeptQuestion{&unique_indexes, oids}};
    found.describe(ask(database, kept, what));
    std::vector<RowTable> tables;
    for (const auto& oid : found.order) {
        auto& numbered = found.by_oid.at(oid);
        add_partition_rule(numbered, found.partitions[oid].first, found.partitions[oid].second);
        tables.push_back(std::move(numbered.table));
    }
    return tables;
}

}  // namespace rev::scratch
