#include "lint/sqlite_watch.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace rev::lint {
namespace {

// A virtual table has the root page 0, and so has a view: what the one holds is in its shadow tables.
constexpr const char* entries_sql =
    "SELECT name, type = 'view', rootpage, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND "
    "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

// SQLite takes a foreign key to a table that is not there, and complains only when rows are written.
constexpr const char* targets_sql = "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?)";

}  // namespace

const SqliteWatch::Tables& SqliteWatch::tables() {
    refresh();
    return tables_;
}

void SqliteWatch::forget() {
    version_.clear();
    entries_.clear();
    tables_.clear();
    dangling_.reset();
}

void SqliteWatch::refresh() {
    const auto writes = database_.take_table_writes();
    auto version = database_.query("SELECT schema_version FROM pragma_schema_version").at(0).at(0).value_or("");
    if (version != version_) {
        version_ = std::move(version);
        list();
    }
    std::set<std::string> written;
    for (const auto& write : writes) written.insert(write.table);
    for (const auto& name : written)
        if (tables_.contains(name)) count(name);
}

/// Counts those that were not there, or are in another place.
void SqliteWatch::list() {
    dangling_.reset();
    std::map<std::string, Entry> entries;
    for (const auto& row : database_.query(entries_sql)) {
        const auto name = row[0].value_or("");
        Entry entry{row[1] == "1", row[2].value_or(""), row[3].value_or("")};
        const auto before = entries_.find(name);
        if (before != entries_.end() && before->second.sql == entry.sql) entry.targets = before->second.targets;
        entries.emplace(name, std::move(entry));
    }
    entries_ = std::move(entries);
    std::erase_if(tables_, [&](const auto& each) { return !entries_.contains(each.first); });
    for (const auto& [name, entry] : entries_) {
        if (entry.is_view || entry.place == "0") continue;
        const auto known = tables_.find(name);
        if (known != tables_.end() && known->second.place == entry.place) continue;
        tables_[name].place = entry.place;
        count(name);
    }
}

void SqliteWatch::count(const std::string& name) {
    const auto answer = database_.query("SELECT count(*) FROM " + database_.quote_identifier(name));
    tables_[name].rows = std::atoll(answer.at(0).at(0).value_or("0").c_str());
}

const std::vector<std::string>& SqliteWatch::dangling() {
    refresh();
    if (!dangling_) {
        dangling_.emplace();
        find_dangling_keys();
        find_unreadable_views();
    }
    return *dangling_;
}

void SqliteWatch::find_dangling_keys() {
    std::set<std::string> there;
    for (const auto& [name, entry] : entries_)
        if (!entry.is_view) there.insert(base::lower_case(name));
    for (auto& [name, entry] : entries_) {
        if (entry.is_view) continue;
        if (!entry.targets) {
            const std::array<SqlValue, 1> parameters = {name};
            entry.targets.emplace();
            for (const auto& row : database_.query(targets_sql, parameters))
                entry.targets->push_back(row[0].value_or(""));
        }
        for (const auto& target : *entry.targets)
            if (!there.contains(base::lower_case(target)))
                dangling_->push_back(fmt::format("foreign keys of {} refer to {}, which is not there", name, target));
    }
}

void SqliteWatch::find_unreadable_views() {
    for (const auto& [name, entry] : entries_) {
        if (!entry.is_view) continue;
        try {
            // To prepare it is what fails: no row is wanted.
            (void)database_.query("SELECT 1 FROM " + database_.quote_identifier(name) + " LIMIT 0");
        } catch (const Error& error) {
            dangling_->push_back(fmt::format("view {} cannot be read: {}", name, error.what()));
        }
    }
}

}  // namespace rev::lint
