#include "lint/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "lint/live_observer.hpp"
#include "lint/sqlite_observer.hpp"

namespace rev::lint {
namespace {

std::string duration_of(double seconds) {
    if (seconds < 90) return fmt::format("{:.0f} s", std::max(seconds, 1.0));
    if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.0f} h", seconds / 3600);
}

std::string rows_of(long long rows) {
    if (rows >= 10'000'000) return fmt::format("{} million rows", rows / 1'000'000);
    return fmt::format("{} rows", rows);
}

template <typename AnyObserver>
void run_below(AnyObserver& observer, const SectionText& section) {
    try {
        observer.run(section);
    } catch (CommandError& error) {
        throw Error(error)
            .with_location(run::as_written(error.location(), section.source()))
            .with_hint("facts need the revisions below to run in scratch");
    }
}

template <typename AnyObserver>
ObservedFacts observe_with(AnyObserver& observer, const std::vector<SectionText>& sections,
                           const std::set<std::string>& asked, bool is_one_plan) {
    ObservedFacts observed;
    bool is_first = true;
    for (const SectionText& section : sections) {
        // What comes after a failure runs on a schema that nobody will have.
        if (observer.has_failed()) break;
        if (!asked.contains(section.path)) {
            run_below(observer, section);
            continue;
        }
        observed[section.path] = observer.observe(section, is_first || !is_one_plan);
        is_first = false;
    }
    return observed;
}

/// Functions whose effect stays, whatever becomes of the transaction. dblink and the like talk to other sessions.
bool stays(std::string_view function) {
    // Sequences, signals, files and settings know of no rollback. nextval() stays, too, but leaves a gap at most.
    static constexpr std::array functions =
        std::to_array<std::string_view>({"setval", "pg_terminate_backend", "pg_cancel_backend", "lo_export",
                                         "pg_reload_conf", "pg_switch_wal", "pg_stat_reset"});
    return std::ranges::find(functions, function) != functions.end() || function.starts_with("dblink");
}

/// Why a statement cannot be taken back; empty: it can.
std::string why_it_stays(const SectionText& section, std::size_t number) {
    const Statement& statement = section.statements[number];
    if (statement.kind == StatementKind::outside_transaction) return "cannot run in a transaction";
    if (statement.kind == StatementKind::transaction_control) return "ends the transaction";
    if (section.dialect == Dialect::sqlite || !section.trees[number]) return {};
    const Node& tree = *section.trees[number];
    if (tree.has("CopyStmt") && !tree["CopyStmt"].flag("is_from")) return "writes outside the database";
    std::string why;
    walk(tree, [&](const Node& node) {
        if (node.name != "FuncCall") return;
        const auto names = strings_of(node["funcname"]);
        if (!names.empty() && stays(names.back())) why = "calls " + names.back() + "(), whose effect stays";
    });
    return why;
}

Error lock_not_had(const Error& error, const SectionText& section) {
    return Error(ExitCode::database, error_codes::database_locked,
                 fmt::format("a lock was not had in time: {}; everything is rolled back", error.what()))
        .with_location(run::as_written(error.location(), section.source()))
        .with_hint("try again when less is going on, or without --on-live: --facts works on a scratch database");
}

}  // namespace

ObservedFacts observe(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
                      const FactsRequest& facts) {
    std::set<std::string> asked;
    for (const auto* revision : request.revisions) asked.insert(revision->path);
    const auto place = scratch::open_place(facts.place);
    // With the extensions of the real one: revisions use their types.
    const auto scratch_database = place->make(place->target_extensions());
    const auto sections = sections_of(scripts, graph, request);
    if (request.dialect == Dialect::sqlite) {
        SqliteObserver observer(scratch_database->database(), SqliteObserver::End::kept);
        return observe_with(observer, sections, asked, request.is_one_plan);
    }
    const auto reader = open_database(scratch_database->url(), {});
    scratch::KeptQueries kept(*reader);
    Observer observer(scratch_database->database(), facts.rows, &kept);
    return observe_with(observer, sections, asked, request.is_one_plan);
}

void require_rollback(const std::vector<SectionText>& sections) {
    for (const SectionText& section : sections) {
        for (std::size_t number = 0; number < section.statements.size(); ++number) {
            const auto why = why_it_stays(section, number);
            if (why.empty()) continue;
            const Statement& statement = section.statements[number];
            throw Error(ExitCode::usage, error_codes::no_facts,
                        fmt::format("{} {}, so that it cannot be rolled back", statement.command, why))
                .with_location(run::place_of(section.source(), statement))
                .with_hint("--facts without --on-live runs it in a scratch database");
        }
    }
}

ObservedFacts observe_live(Database& database, const std::vector<SectionText>& sections,
                           const std::set<std::string>& asked, std::chrono::milliseconds lock_timeout) {
    require_rollback(sections);
    std::array begin = {Command{.kind = Command::Kind::begin}, Command{.kind = Command::Kind::limit}};
    begin[1].lock_timeout = lock_timeout;
    if (database.dialect() == Dialect::sqlite) {
        std::swap(begin[0], begin[1]);
        // Within a transaction it cannot be changed any more.
        if (!sections.empty()) database.set_foreign_keys(sections.front().enforces_foreign_keys);
    }
    database.run(begin);
    ObservedFacts observed;
    // It ends in any case, and a connection that is closed rolls back.
    struct Rollback {
        Database& database;
        ~Rollback() {
            try {
                database.rollback();
            } catch (const Error&) {  // the connection is gone, and the transaction with it
            }
        }
    } const rollback{database};
    if (database.dialect() == Dialect::sqlite) {
        SqliteObserver observer(database, SqliteObserver::End::rolled_back);
        return observe_with(observer, sections, asked, true);
    }
    LiveObserver observer(database, lock_timeout);
    for (const SectionText& section : sections) {
        try {
            auto facts = observer.observe(section);
            if (asked.contains(section.path)) observed[section.path] = std::move(facts);
        } catch (const CommandError& error) {
            if (error.sqlstate() == sqlstate::lock_not_available) throw lock_not_had(error, section);
            throw;
        }
        if (observer.has_failed()) break;
    }
    return observed;
}

TableSizes read_sizes(Database& database) {
    TableSizes sizes;
    for (const auto& row :
         // reltuples is the planner's estimate, -1 where a table was never analyzed: no table is read for this.
         database.query("SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname, "
                        "c.reltuples::bigint::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
                        "WHERE c.relkind IN ('r', 'p', 'm') AND c.reltuples > 0 "
                        "AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"))
        sizes[row[0].value_or("")] = std::atoll(row[1].value_or("0").c_str());
    return sizes;
}

void apply_sizes(const TableSizes& sizes, std::vector<Finding>& findings) {
    // What one core reads and writes of narrow rows: an estimate that is meant to be right by a factor of three.
    constexpr double read_in_a_second = 3'000'000;
    constexpr double written_in_a_second = 400'000;
    for (Finding& finding : findings) {
        const auto found = sizes.find(finding.relation);
        if (found == sizes.end()) continue;
        const bool writes = finding.rule == Rule::table_rewrite || (finding.facts && finding.facts->rewrite);
        const double seconds = static_cast<double>(found->second) / (writes ? written_in_a_second : read_in_a_second);
        finding.message += fmt::format("; about {} at {}", duration_of(seconds), rows_of(found->second));
        if (finding.facts) finding.facts->rows = found->second;
    }
}

}  // namespace rev::lint
