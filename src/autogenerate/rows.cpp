#include "autogenerate/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "scratch/row_maker.hpp"

namespace rev::autogenerate {
namespace {

std::string quoted(Database& database, const schema::FactId& id) {
    std::string text;
    for (const auto& part : id.name) text += (text.empty() ? "" : ".") + database.quote_identifier(part);
    return text;
}

std::vector<const schema::Fact*> tables_of(const schema::Model& model) {
    std::vector<const schema::Fact*> tables;
    for (const auto& fact : model.facts())
        if (fact.id.kind == schema::Kind::table) tables.push_back(&fact);
    return tables;
}

/// As the server names them now: a generated one counts too.
std::vector<std::string> columns_of(const schema::Model& model, const schema::FactId& table) {
    std::vector<std::string> columns;
    const auto facts = model.facts();
    auto column =
        std::ranges::lower_bound(facts, schema::FactId{schema::Kind::column, table.name}, {}, &schema::Fact::id);
    // Sorted by id, and the names of a table's columns begin with its own.
    for (; column != facts.end() && column->id.kind == schema::Kind::column; ++column) {
        if (!std::equal(table.name.begin(), table.name.end(), column->id.name.begin())) break;
        columns.push_back(column->id.name.back());
    }
    return columns;
}

bool is_partitioned(const schema::Model& model, const schema::FactId& table) {
    const auto* fact = model.find(table);
    return fact != nullptr && fact->attributes.contains("partition by");
}

/// A sum over the values of each column, whatever the order of the rows.
std::string sums_sql(Database& database, const schema::Model& model, const schema::FactId& table,
                     const std::vector<std::string>& columns) {
    auto name = quoted(database, table);
    // Rows of heirs are those of other tables. A partitioned table has no others.
    if (database.dialect() == Dialect::postgresql && !is_partitioned(model, table)) name.insert(0, "ONLY ");
    std::string sql = "SELECT count(*)";
    const bool is_sqlite = database.dialect() == Dialect::sqlite;
    for (const auto& column : columns) {
        const auto quoted_column = database.quote_identifier(column);
        sql +=
            is_sqlite
                // SQLite has no hash function: the values themselves are compared.
                ? fmt::format(", (SELECT group_concat(v, char(10)) FROM (SELECT quote({0}) AS v FROM {1} ORDER BY v))",
                              quoted_column, name)
                : fmt::format(", md5(string_agg(coalesce({0}::text, '\\N'), E'\\n' ORDER BY {0}::text COLLATE \"C\"))",
                              quoted_column);
    }
    return sql + " FROM " + name;
}

/// The partitions of a table, and theirs.
std::set<schema::FactId> partitions_of(const schema::Model& model, const schema::FactId& table) {
    std::set<schema::FactId> found;
    for (const auto& fact : model.facts()) {
        if (fact.id.kind != schema::Kind::partition ||
            std::ranges::find(fact.depends_on, table) == fact.depends_on.end())
            continue;
        found.insert(fact.id);
        found.merge(partitions_of(model, {schema::Kind::table, fact.id.name}));
    }
    return found;
}

/// Whether it has other partitions than before, and so other rows: each partition is looked at by itself.
bool has_other_partitions(const schema::Model& before, const schema::FactId& table, const schema::Model& after,
                          const schema::FactId& new_table) {
    return is_partitioned(before, table) && is_partitioned(after, new_table) &&
           partitions_of(before, table) != partitions_of(after, new_table);
}

TableRows read_rows_of(Database& database, const schema::Model& model, const schema::FactId& table,
                       const std::vector<std::string>& columns) {
    // Some columns of many would be more than a statement may have.
    constexpr std::size_t most_columns = 200;
    auto some = columns;
    if (some.size() > most_columns) some.resize(most_columns);
    const auto row = database.query_in_session(sums_sql(database, model, table, some)).at(0);
    TableRows rows;
    const auto count = row.at(0).value_or("0");
    std::from_chars(count.data(), count.data() + count.size(), rows.count);
    for (std::size_t i = 0; i < some.size(); ++i) rows.columns[some[i]] = row.at(i + 1).value_or("");
    return rows;
}

schema::FactId renamed(const schema::FactId& id, const std::vector<schema::Rename>& renames) {
    const auto found = std::ranges::find(renames, id, &schema::Rename::from);
    return found == renames.end() ? id : found->to;
}

schema::FactId column_id(const schema::FactId& table, const std::string& column) {
    auto id = schema::FactId{schema::Kind::column, table.name};
    id.name.push_back(column);
    return id;
}

/// Whether the rows, composite values and enums that it is made of are what they were: with another column a row reads
/// otherwise, and nothing is lost.
bool holds_the_same(const schema::Model& before, const schema::Model& after, const schema::Fact& fact) {
    return std::ranges::all_of(fact.depends_on, [&](const schema::FactId& id) {
        using schema::Kind;
        if (id.kind != Kind::table && id.kind != Kind::type_composite && id.kind != Kind::domain) return true;
        const auto* old_type = before.find(id);
        const auto* new_type = after.find(id);
        if (old_type == nullptr || new_type == nullptr) return false;
        const auto part = id.kind == Kind::table ? Kind::column : Kind::attribute;
        const auto old_parts = schema::parts_in_order(before, part, id);
        const auto new_parts = schema::parts_in_order(after, part, id);
        const auto same = [](const schema::Fact* left, const schema::Fact* right) { return *left == *right; };
        return std::ranges::equal(old_parts, new_parts, same) && holds_the_same(before, after, *old_type);
    });
}

/// Whether a generated column is made of columns that are what they were: it follows them.
bool is_made_of_the_same(const schema::Model& before, const schema::Model& after, const schema::Fact& fact) {
    if (!fact.attributes.contains("generated")) return true;
    return std::ranges::all_of(fact.depends_on, [&](const schema::FactId& id) {
        const auto* old_column = before.find(id);
        const auto* new_column = after.find(id);
        return id.kind != schema::Kind::column ||
               (old_column != nullptr && new_column != nullptr && old_column->attributes == new_column->attributes);
    });
}

/// The column that it is in the other model, with its table's new name; whether its values are to be the same.
bool is_kept_as_it_is(const schema::Model& before, const schema::FactId& old_id, const schema::Model& after,
                      const schema::FactId& new_id) {
    const auto* old_fact = before.find(old_id);
    const auto* new_fact = after.find(new_id);
    return old_fact != nullptr && new_fact != nullptr && old_fact->attributes == new_fact->attributes &&
           holds_the_same(before, after, *old_fact) && is_made_of_the_same(before, after, *old_fact);
}

}  // namespace

void make_up_rows(Database& database, const schema::Model& model, const std::set<schema::FactId>& without) {
    std::set<std::string> wanted;
    for (const auto* table : tables_of(model))
        if (!without.contains(table->id)) wanted.insert(base::join(table->id.name, "."));
    scratch::RowMaker({}).fill_empty_tables(database, wanted);
}

RowsOfTables read_rows_of_tables(Database& database, const schema::Model& model) {
    RowsOfTables rows;
    for (const auto* table : tables_of(model)) {
        try {
            rows[table->id] = read_rows_of(database, model, table->id, columns_of(model, table->id));
        } catch (const Error& error) {  // a type without text, a virtual table: its rows can be counted
            if (error.code() == error_codes::interrupted || error.code() == error_codes::connection_lost) throw;
            // After a failure PostgreSQL answers nothing more in that transaction.
            if (database.in_transaction()) database.rollback();
            rows[table->id] = read_rows_of(database, model, table->id, {});
        }
    }
    return rows;
}

std::vector<std::string> find_lost_rows(const schema::Model& before_model, const RowsOfTables& before,
                                        const schema::Model& after_model, const RowsOfTables& after,
                                        const std::vector<schema::Rename>& renames) {
    std::vector<std::string> lost;
    for (const auto& [table, rows] : before) {
        const auto new_table = renamed(table, renames);
        const auto found = after.find(new_table);
        // A table that is gone was to go: the schemas say so.
        if (found == after.end() || has_other_partitions(before_model, table, after_model, new_table)) continue;
        if (found->second.count != rows.count) {
            lost.push_back(fmt::format("{} had {}, and has {}", describe(table),
                                       base::counted(static_cast<std::size_t>(rows.count), "row"),
                                       found->second.count));
            continue;
        }
        for (const auto& [column, sum] : rows.columns) {
            const auto old_id = column_id(table, column);
            auto new_id = renamed(old_id, renames);
            if (new_id == old_id) new_id = column_id(new_table, column);
            if (!is_kept_as_it_is(before_model, old_id, after_model, new_id)) continue;
            const auto now = found->second.columns.find(new_id.name.back());
            if (now != found->second.columns.end() && now->second != sum)
                lost.push_back(fmt::format("{} has not the values that it had", describe(old_id)));
        }
    }
    return lost;
}

}  // namespace rev::autogenerate
