#include "trail/row_tracker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "trail/first_part.hpp"

namespace rev::trail {
namespace {

// Another file: written anew or truncated. relnatts never goes down: a column that has gone and come back is another
// one. 1249 is pg_attribute and 2615 pg_namespace: what is renamed shows in their numbers.
// Partitioned tables have their rows in the partitions, and foreign ones in another database: relkind r is enough.
// The sum of the counters goes up with each row that is written. Arrays: texts for each row take twice as long, and the
// arrays of one answer have one order. One hash of what describes a table: what is handed over is most of the work.
constexpr scratch::KeptQuery states_in_postgresql = {"rev_row_states", "", R"(
SELECT array_agg(c.oid)::text,
       array_agg(hashtextextended(c.relname::text, hashint8extended(c.relfilenode::bigint,
                                  c.relnamespace::bigint * 2048 + c.relnatts)))::text,
       array_agg(pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid)
                 + pg_stat_get_tuples_deleted(c.oid))::text,
       concat(pg_stat_get_tuples_updated(1249), ' ', pg_stat_get_tuples_updated(2615))
  FROM pg_class c WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND c.oid >= 16384)"};

constexpr scratch::KeptQuery describe_in_postgresql = {"rev_row_tables", "oid[]", R"(
SELECT c.oid::text, n.nspname, c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 WHERE c.oid = ANY(?::oid[]) AND n.nspname NOT LIKE 'pg\_%' ORDER BY c.oid, a.attnum)"};

constexpr const char* states_in_sqlite =
    "SELECT name, rootpage || ' ' || sql FROM main.sqlite_schema WHERE type = "
    "'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

// pragma_table_list tells virtual tables and their shadow tables from the others. hidden: generated columns, whose
// values follow from the rest.
constexpr const char* describe_in_sqlite = R"(
SELECT s.name, '', s.name, c.name FROM main.sqlite_schema s JOIN pragma_table_list(s.name) l ON l.schema = 'main',
       pragma_table_xinfo(s.name, 'main') c
 WHERE s.type = 'table' AND l.type = 'table' AND c.hidden = 0 AND s.name IN ({})
 ORDER BY s.rowid, c.cid)";

/// Of an array of numbers, "{16385,16390}": what stands between the braces. NULL: nothing.
std::string_view elements_of(const SqlValue& array) {
    if (!array || array->size() < 2) return {};
    return std::string_view(*array).substr(1, array->size() - 2);
}

}  // namespace

void RowTracker::start(Database& database, scratch::KeptQueries* kept) {
    database_ = &database;
    kept_ = kept;
    tables_.clear();
    unread_.clear();
    not_taken_.clear();
    rows_.clear();
    columns_state_.clear();
    if (database.dialect() == Dialect::sqlite) (void)database.take_table_writes();  // from now on it takes note
    counts_ =
        database.dialect() == Dialect::sqlite || database.query(scratch::can_hand_on_counts_sql).at(0).at(0) == "true";
}

const scratch::KeptQuestion& RowTracker::question() {
    static const scratch::KeptQuestion states{&states_in_postgresql, {}};
    return states;
}

void RowTracker::look(std::optional<std::vector<SqlRow>> answer) {
    for (auto& [key, table] : tables_) table.is_there = false;
    const auto found =
        database_->dialect() == Dialect::sqlite ? look_at_sqlite() : look_at_postgresql(std::move(answer));
    forget_gone();
    if (!found.made.empty() || found.columns_may_differ) describe(found);
    unread_.insert(found.changed.begin(), found.changed.end());
    // A file that is there holds its pages until it is written anew, but SQLite's tables are counted.
    const auto& may_be_empty = database_->dialect() == Dialect::sqlite ? found.changed : found.made;
    not_taken_.insert(may_be_empty.begin(), may_be_empty.end());
}

void RowTracker::take_state(std::string_view key, std::string_view shape, std::string_view state, Found& found) {
    auto known = tables_.find(key);
    if (known == tables_.end()) known = tables_.emplace(std::string(key), Table{}).first;
    auto& table = known->second;
    table.is_there = true;
    if (table.is_left_out) return;
    const bool has_shape = counts_ && table.shape == shape;
    if (!has_shape) found.made.emplace(key);
    if (!has_shape || table.state != state) found.changed.emplace(key);
    table.shape = shape;
    table.state = state;
}

std::vector<SqlRow> RowTracker::ask(const scratch::KeptQuestion& question) {
    return scratch::ask(*database_, kept_, std::span(&question, 1)).at(0);
}

RowTracker::Found RowTracker::look_at_postgresql(std::optional<std::vector<SqlRow>> answer) {
    if (!answer) {
        if (counts_) (void)database_->query(scratch::hand_on_counts_sql);
        answer = ask(question());
    }
    const auto& row = answer->at(0);
    Found found;
    std::array<std::string_view, 3> lists;
    for (std::size_t i = 0; i < lists.size(); ++i) lists[i] = elements_of(row.at(i));
    auto& [keys, shapes, states] = lists;
    while (!keys.empty()) {
        const auto key = first_part(keys, ',');
        const auto shape = first_part(shapes, ',');
        take_state(key, shape, first_part(states, ','), found);
    }
    const auto columns = row.at(lists.size()).value_or("");
    found.columns_may_differ = columns_state_ != columns;
    columns_state_ = columns;
    return found;
}

RowTracker::Found RowTracker::look_at_sqlite() {
    Found found;
    for (const auto& row : database_->query(states_in_sqlite))
        take_state(row.at(0).value_or(""), row.at(1).value_or(""), {}, found);
    for (const auto& write : database_->take_table_writes()) {
        const auto known = tables_.find(write.table);
        if (known != tables_.end() && known->second.is_there && !known->second.is_left_out)
            found.changed.insert(write.table);
    }
    return found;
}

void RowTracker::forget_gone() {
    std::erase_if(tables_, [&](const auto& each) {
        const auto& [key, table] = each;
        if (table.is_there) return false;
        rows_.erase(table.description.name);
        unread_.erase(key);
        not_taken_.erase(key);
        return true;
    });
}

void RowTracker::describe(const Found& found) {
    auto keys = found.made;
    if (found.columns_may_differ)
        for (const auto& [key, table] : tables_)
            if (!table.is_left_out) keys.insert(key);
    auto descriptions = read_descriptions(keys);
    std::erase_if(keys, [&](const std::string& key) {
        return !found.made.contains(key) && descriptions[key] == tables_.at(key).description;
    });
    // All before any is read: names may have been exchanged.
    for (const auto& key : keys) rows_.erase(tables_.at(key).description.name);
    for (const auto& key : keys) tables_.at(key).description = std::move(descriptions[key]);
    unread_.insert(keys.begin(), keys.end());
}

RowTracker::Descriptions RowTracker::read_descriptions(const std::set<std::string>& keys) {
    std::vector<std::string> listed(keys.begin(), keys.end());
    std::vector<SqlRow> rows;
    if (database_->dialect() == Dialect::sqlite) {
        for (auto& key : listed) key = database_->quote_literal(key);
        rows = database_->query(fmt::format(describe_in_sqlite, base::join(listed, ", ")));
    } else {
        rows = ask({&describe_in_postgresql, "{" + base::join(listed, ",") + "}"});
    }
    Descriptions descriptions;
    for (const auto& row : rows) {
        const auto key = row.at(0).value_or("");
        const auto schema = row.at(1).value_or("");
        const auto name = row.at(2).value_or("");
        if (without_.contains(base::lower_case(name))) {
            tables_.at(key).is_left_out = true;
            continue;
        }
        auto& table = descriptions[key];
        if (table.name.empty()) {
            table.name = (schema.empty() ? "" : schema + ".") + name;
            table.address = (schema.empty() ? "main" : database_->quote_identifier(schema)) + "." +
                            database_->quote_identifier(name);
        }
        table.columns.push_back(row.at(3).value_or(""));
    }
    return descriptions;
}

std::set<std::string> RowTracker::take_changed() {
    std::set<std::string> names;
    for (const auto& key : std::exchange(not_taken_, {}))
        if (const auto& name = tables_.at(key).description.name; !name.empty()) names.insert(name);
    return names;
}

Query RowTracker::read_of(const Description& table) const {
    std::vector<std::string> values;
    for (const auto& column : table.columns) {
        const auto quoted = database_->quote_identifier(column);
        // As texts all types can be compared; quote() still tells 1 from '1'.
        values.push_back(database_->dialect() == Dialect::sqlite ? fmt::format("quote({})", quoted)
                                                                 : fmt::format("{}::text", quoted));
    }
    return {.sql = fmt::format("SELECT {} FROM {}", base::join(values, ", "), table.address)};
}

const RowsByTable& RowTracker::rows() {
    std::vector<Query> queries;
    std::vector<const Description*> asked;
    for (const auto& key : std::exchange(unread_, {})) {
        const auto& table = tables_.at(key).description;
        if (table.name.empty()) continue;
        asked.push_back(&table);
        queries.push_back(read_of(table));
    }
    if (asked.empty()) return rows_;
    auto answers = database_->query_all(queries);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        auto& rows = answers.at(i);
        // A table gives its rows in no order: only so two answers compare.
        std::ranges::sort(rows);
        rows_[asked[i]->name] = std::make_shared<const TableRows>(TableRows{asked[i]->columns, std::move(rows)});
    }
    return rows_;
}

RowsByTable read_rows(Database& database, std::set<std::string> without) {
    RowTracker tracker(std::move(without));
    tracker.start(database);
    tracker.look();
    return tracker.rows();
}

}  // namespace rev::trail
