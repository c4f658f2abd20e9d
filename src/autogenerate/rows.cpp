#include "autogenerate/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

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

/// What the names of a table's columns, or of an enum's labels, end with.
std::vector<std::string> names_within(const schema::Model& model, schema::Kind kind, const schema::FactId& whole) {
    std::vector<std::string> names;
    const auto facts = model.facts();
    auto part = std::ranges::lower_bound(facts, schema::FactId{kind, whole.name}, {}, &schema::Fact::id);
    // Sorted by id, and these begin with the name of the whole.
    for (; part != facts.end() && part->id.kind == kind; ++part) {
        if (!std::equal(whole.name.begin(), whole.name.end(), part->id.name.begin())) break;
        names.push_back(part->id.name.back());
    }
    return names;
}

/// As the server names them now: a generated one counts too.
std::vector<std::string> columns_of(const schema::Model& model, const schema::FactId& table) {
    return names_within(model, schema::Kind::column, table);
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

/// The table that a partition is one of.
std::optional<schema::FactId> whole_of(const schema::Model& model, const schema::FactId& table) {
    const auto* link = model.find({schema::Kind::partition, table.name});
    return link == nullptr ? std::nullopt : schema::partitioned_table_of(*link);
}

/// The table at the top of it; itself if it is no partition.
schema::FactId root_of(const schema::Model& model, schema::FactId table) {
    while (const auto whole = whole_of(model, table)) table = *whole;
    return table;
}

schema::FactId renamed(const schema::FactId& id, const std::vector<schema::Rename>& renames) {
    const auto found = std::ranges::find(renames, id, &schema::Rename::from);
    return found == renames.end() ? id : found->to;
}

/// Whether another table has this name now.
bool is_new_name(const schema::FactId& id, const std::vector<schema::Rename>& renames) {
    return std::ranges::find(renames, id, &schema::Rename::to) != renames.end();
}

/// The partitions of a table, and theirs, as tables.
using Partitions = std::map<schema::FactId, std::set<schema::FactId>>;

/// By each table that has some.
Partitions partitions_of(const schema::Model& model) {
    Partitions found;
    for (const auto& fact : model.facts()) {
        if (fact.id.kind != schema::Kind::partition) continue;
        const schema::FactId table{schema::Kind::table, fact.id.name};
        for (auto whole = whole_of(model, table); whole; whole = whole_of(model, *whole)) found[*whole].insert(table);
    }
    return found;
}

std::string key_of(const schema::Model& model, const schema::FactId& table) {
    return is_partitioned(model, table) ? model.find(table)->attributes.at("partition by") : "";
}

/// What is to be the same of a table's rows.
enum class Kept : std::uint8_t { nothing, at_least_as_many, all };

/// Rows may move between the partitions of a table, so that these are looked at together where that says all.
class KeptRows {
public:
    KeptRows(const schema::Model& before, const schema::Model& after, const std::vector<schema::Rename>& renames)
        : before_(before),
          after_(after),
          renames_(renames),
          old_partitions_(partitions_of(before)),
          new_partitions_(partitions_of(after)) {}

    /// Of a table that both models have, under its name in each.
    Kept of(const schema::FactId& old_id, const schema::FactId& new_id) {
        const auto old_root = root_of(before_, old_id);
        const auto new_root = root_of(after_, new_id);
        const auto is_in_the_same = old_root != old_id && renamed(old_root, renames_) == new_root;
        if (is_in_the_same)
            return !holds_all(old_root, new_root) && takes_the_same(old_id, new_id) ? Kept::at_least_as_many
                                                                                    : Kept::nothing;
        // One that becomes a partition takes rows that its table has had itself.
        if (new_root != new_id && !is_partitioned(after_, new_id)) return Kept::at_least_as_many;
        const auto is_divided = is_partitioned(before_, old_id) || is_partitioned(after_, new_id);
        return is_divided && !holds_all(old_id, new_id) ? Kept::nothing : Kept::all;
    }

private:
    /// Whether no partition left the table with rows, nor came with some: it holds what it held, wherever.
    bool holds_all(const schema::FactId& old_id, const schema::FactId& new_id) {
        const auto [known, is_new] = holds_all_.emplace(old_id, false);
        if (!is_new) return known->second;
        std::set<schema::FactId> old_tables;
        for (const auto& table : old_partitions_[old_id]) old_tables.insert(renamed(table, renames_));
        const auto& new_tables = new_partitions_[new_id];
        const auto comes_empty = [&](const schema::FactId& table) {
            return old_tables.contains(table) || (before_.find(table) == nullptr && !is_new_name(table, renames_));
        };
        // Of a table that is divided no more, all go.
        const auto stays = [&](const schema::FactId& table) {
            return new_tables.contains(table) || (!is_partitioned(after_, new_id) && after_.find(table) == nullptr);
        };
        known->second = std::ranges::all_of(old_tables, stays) && std::ranges::all_of(new_tables, comes_empty);
        return known->second;
    }

    /// Whether the same rows belong to the partition as before: those that others take come out of default ones.
    [[nodiscard]] bool takes_the_same(schema::FactId old_table, schema::FactId new_table) const {
        for (;;) {
            const auto* was = before_.find({schema::Kind::partition, old_table.name});
            const auto* is = after_.find({schema::Kind::partition, new_table.name});
            if (was == nullptr || is == nullptr) return was == is;
            const auto& bound = was->attributes.at("bound");
            if (bound == "DEFAULT" || bound != is->attributes.at("bound")) return false;
            const auto old_whole = whole_of(before_, old_table);
            const auto new_whole = whole_of(after_, new_table);
            if (!old_whole || !new_whole || key_of(before_, *old_whole) != key_of(after_, *new_whole)) return false;
            old_table = *old_whole;
            new_table = *new_whole;
        }
    }

    const schema::Model& before_;
    const schema::Model& after_;
    const std::vector<schema::Rename>& renames_;
    Partitions old_partitions_;
    Partitions new_partitions_;
    std::map<schema::FactId, bool> holds_all_;  ///< by the table's old name
};

/// Foreign tables, and those that have one as a partition: no scratch database asks a server that others use.
std::set<schema::FactId> tables_with_rows_elsewhere(const schema::Model& model) {
    std::set<schema::FactId> found;
    for (const auto* table : tables_of(model)) {
        if (!table->attributes.contains("server")) continue;
        for (std::optional whole = table->id; whole; whole = whole_of(model, *whole)) found.insert(*whole);
    }
    return found;
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
        if (id.kind == Kind::type_enum) {
            // A label that is renamed reads otherwise in each row.
            const auto labels = names_within(after, Kind::enum_label, id);
            return std::ranges::all_of(names_within(before, Kind::enum_label, id), [&](const std::string& label) {
                return std::ranges::find(labels, label) != labels.end();
            });
        }
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

/// Whether a generated column is made of columns and by routines that are what they were: it follows them.
bool is_made_of_the_same(const schema::Model& before, const schema::Model& after, const schema::Fact& fact) {
    if (!fact.attributes.contains("generated")) return true;
    return std::ranges::all_of(fact.depends_on, [&](const schema::FactId& id) {
        const auto* old_fact = before.find(id);
        const auto* new_fact = after.find(id);
        return (id.kind != schema::Kind::column && id.kind != schema::Kind::routine) ||
               (old_fact != nullptr && new_fact != nullptr && old_fact->attributes == new_fact->attributes);
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
    const auto elsewhere = tables_with_rows_elsewhere(model);
    for (const auto* table : tables_of(model)) {
        if (elsewhere.contains(table->id)) continue;
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
    KeptRows kept_rows(before_model, after_model, renames);
    for (const auto& [table, rows] : before) {
        const auto new_table = renamed(table, renames);
        const auto found = after.find(new_table);
        // A table that is gone was to go: the schemas say so.
        if (found == after.end() || (new_table == table && is_new_name(table, renames))) continue;
        const auto kept = kept_rows.of(table, new_table);
        if (kept == Kept::nothing || (kept == Kept::at_least_as_many && found->second.count >= rows.count)) continue;
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
