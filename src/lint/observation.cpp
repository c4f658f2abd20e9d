#include "lint/observation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"

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
    "SELECT set_config('rev.lint_scans', coalesce((SELECT string_agg(c.oid::text || ' ' || "
    "pg_stat_get_xact_numscans(c.oid), ',') FROM pg_class AS c WHERE c.oid >= 16384 "
    "AND pg_stat_get_xact_numscans(c.oid) > 0), ''), false)";

/// One lock after the other: a relation has one row for each of its modes.
void add_lock(std::vector<LockedRelation>& relations, LockedRelation one) {
    const auto known = std::ranges::find(relations, one.oid, &LockedRelation::oid);
    if (known == relations.end())
        relations.push_back(std::move(one));
    else
        known->modes += " " + one.modes;
}

/// From the second part on.
std::vector<LockedRelation> relations_in(const std::vector<std::string>& parts) {
    std::vector<LockedRelation> relations;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        std::vector<std::string> fields;
        std::string_view rest = parts[i];
        for (auto comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
            fields.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(comma + 1);
        }
        if (fields.size() != 3) continue;
        add_lock(relations, {fields[0], fields[1], fields[2], std::atoll(std::string(rest).c_str())});
    }
    return relations;
}

/// "1714.5/16384,AccessShareLock,16390,2/16384,RowShareLock,16390,2/..."
Sight sight_of(const std::string& begin, const std::string& end) {
    Sight sight;
    const auto parts = base::split_list(end, '/');
    sight.before = relations_in(base::split_list(begin, '/'));
    sight.relations = relations_in(parts);
    sight.milliseconds =
        std::strtod(parts.empty() ? "0" : parts.front().c_str(), nullptr) - std::strtod(begin.c_str(), nullptr);
    return sight;
}

}  // namespace

std::string ObservedMessage::setting(std::size_t statement, std::string_view moment) const {
    return fmt::format("'rev.lint_{}_{}_{}'", number_, statement, moment);
}

void ObservedMessage::add_own(std::string sql) {
    texts_.push_back(std::move(sql));
    commands_.push_back({.kind = Command::Kind::sql, .sql = texts_.back(), .is_own = true});
    statement_of_.push_back(statements_);
}

void ObservedMessage::add(const Command& statement, const std::string& local) {
    const auto add_kind = [&](Command::Kind kind) {
        commands_.push_back({.kind = kind});
        statement_of_.push_back(statements_);
    };
    add_kind(Command::Kind::begin);
    if (statements_ == 0 && scans_ == Scans::kept_back) add_own(scanned_sql);
    if (!local.empty()) add_own(local);
    add_own(fmt::format("SELECT set_config({}, {}, false)", setting(statements_, "begin"), now_sql));
    commands_.push_back(statement);
    statement_of_.push_back(statements_);
    add_own(
        fmt::format("SELECT set_config({}, (SELECT concat({}, '/', string_agg(concat_ws(',', t.oid, t.mode, "
                    "t.file, t.scans), '/')) FROM ({}) AS t), false)",
                    setting(statements_, "end"), now_sql, locked_sql));
    add_kind(Command::Kind::commit);
    ++statements_;
}

Query ObservedMessage::fetch() const {
    // Handing them on lets the next message begin at nothing.
    std::string sql = scans_ == Scans::handed_on ? "SELECT pg_stat_force_next_flush()::text"
                                                 : "SELECT current_setting('rev.lint_scans', true)";
    for (std::size_t i = 0; i < statements_; ++i)
        sql += fmt::format(", current_setting({}, true), current_setting({}, true)", setting(i, "begin"),
                           setting(i, "end"));
    return {.sql = std::move(sql)};
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
    const auto kept = database.query(fetch().sql).at(0);
    outcome.scanned = base::split_list(kept.at(0).value_or(""), ',');
    for (std::size_t i = 0; i < statements_; ++i) {
        auto& sight = outcome.sights.emplace_back();
        const auto& end = kept.at(2 + 2 * i);
        if (end && !end->empty()) sight = sight_of(kept.at(1 + 2 * i).value_or(""), *end);
    }
    return outcome;
}

std::vector<LockedRelation> read_locked(Database& database) {
    std::vector<LockedRelation> locked;
    for (const auto& row : database.query(locked_sql))
        add_lock(locked, {row[0].value_or(""), row[1].value_or(""), row[2].value_or(""),
                          std::atoll(row[3].value_or("0").c_str())});
    return locked;
}

}  // namespace rev::lint
