#include "lint/observation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "scratch/kept_queries.hpp"

namespace rev::lint {
namespace {

// What a statement reads or writes anew it has locked. Functions, and not the views and tables over them: this is
// planned behind each statement, and a session that is reset keeps no plan. Nobody waits within a transaction of its
// own here.
constexpr const char* locked_sql =
    "SELECT l.relation::text AS oid, l.mode AS mode, coalesce(pg_relation_filenode(l.relation)::text, '') AS file, "
    "coalesce(pg_stat_get_xact_numscans(l.relation), 0)::text AS scans FROM pg_lock_status() AS l "
    "WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384";

constexpr const char* now_sql = "(extract(epoch FROM clock_timestamp()) * 1000)::numeric(20, 3)::text";

// What a transaction has counted stays in the session's numbers for a while after its end, where it is not handed on.
constexpr const char* scanned_sql =
    "SELECT coalesce((SELECT string_agg(c.oid::text || ' ' || pg_stat_get_xact_numscans(c.oid), ',') FROM pg_class AS "
    "c WHERE c.oid >= 16384 AND pg_stat_get_xact_numscans(c.oid) > 0), '')";

/// One lock after the other: a relation has one row for each of its modes.
void add_lock(std::vector<LockedRelation>& relations, LockedRelation one) {
    const auto known = std::ranges::find(relations, one.oid, &LockedRelation::oid);
    if (known == relations.end())
        relations.push_back(std::move(one));
    else
        known->modes += " " + one.modes;
}

/// The server lists locks in no order; which of two equals a finding names is not to change from run to run.
void sort_by_age(std::vector<LockedRelation>& relations) {
    std::ranges::sort(relations, {}, [](const LockedRelation& each) { return std::pair(each.oid.size(), each.oid); });
}

/// "16384,AccessShareLock,16390,2/16384,RowShareLock,16390,2/..."
std::vector<LockedRelation> relations_in(std::string_view text) {
    std::vector<LockedRelation> relations;
    for (const auto& part : base::split_list(text, '/')) {
        std::vector<std::string> fields;
        std::string_view rest = part;
        for (auto comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
            fields.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(comma + 1);
        }
        if (fields.size() != 3) continue;
        add_lock(relations, {fields[0], fields[1], fields[2], std::atoll(std::string(rest).c_str())});
    }
    sort_by_age(relations);
    return relations;
}

double number_in(const SqlValue& value) { return std::strtod(value.value_or("0").c_str(), nullptr); }

std::string locked_now_sql() {
    return fmt::format(
        "SELECT {}, (SELECT string_agg(concat_ws(',', t.oid, t.mode, t.file, t.scans), '/') FROM ({}) AS t)", now_sql,
        locked_sql);
}

}  // namespace

void ObservedMessage::add_command(const Command& command) {
    commands_.push_back(command);
    statement_of_.push_back(watches_.empty() ? 0 : watches_.size() - 1);
}

void ObservedMessage::add_fetch(std::string sql, SqlRow& row) {
    texts_.push_back(std::move(sql));
    add_command({.kind = Command::Kind::fetch, .sql = texts_.back(), .row = &row});
}

void ObservedMessage::add(const Command& statement, Local local) {
    auto& watch = watches_.emplace_back();
    add_command({.kind = Command::Kind::begin});
    if (watches_.size() == 1 && scans_ == Scans::kept_back) add_fetch(scanned_sql, scanned_);
    // Who reads the clock alone needs no plan.
    const auto asked = local.is_of_section ? locked_now_sql() : fmt::format("SELECT {}", now_sql);
    if (!local.sql.empty()) {
        texts_.push_back(std::move(local.sql));
        add_command({.kind = Command::Kind::sql, .sql = texts_.back(), .is_own = true});
    }
    add_fetch(asked, watch.begin);
    add_command(statement);
    add_fetch(locked_now_sql(), watch.end);
    add_command({.kind = Command::Kind::commit});
}

void ObservedMessage::add_end(bool resets) {
    // Handing them on lets the next message begin at nothing.
    if (scans_ == Scans::handed_on) add_fetch(scratch::hand_on_counts_sql, handed_on_);
    if (resets) add_command({.kind = Command::Kind::reset});
}

ObservedMessage::Outcome ObservedMessage::send(Database& database) {
    Outcome outcome;
    try {
        database.run(commands_);
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database.rollback();
        outcome.failed = statement_of_.at(std::min(error.command, statement_of_.size() - 1));
        outcome.failure = error;
    }
    if (!scanned_.empty()) outcome.scanned = base::split_list(scanned_.front().value_or(""), ',');
    for (const auto& [begin, end] : watches_) {
        auto& sight = outcome.sights.emplace_back();
        if (end.empty()) continue;
        sight = Sight{.relations = relations_in(end.at(1).value_or("")),
                      .before = begin.size() < 2 ? std::vector<LockedRelation>() : relations_in(begin[1].value_or("")),
                      .milliseconds = number_in(end.front()) - number_in(begin.front())};
    }
    return outcome;
}

std::vector<LockedRelation> read_locked(Database& database) {
    std::vector<LockedRelation> locked;
    for (const auto& row : database.query(locked_sql))
        add_lock(locked, {row[0].value_or(""), row[1].value_or(""), row[2].value_or(""),
                          std::atoll(row[3].value_or("0").c_str())});
    sort_by_age(locked);
    return locked;
}

}  // namespace rev::lint
