#include "fleet/member_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/connect.hpp"
#include "base/text.hpp"
#include "rev/graph.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::fleet {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

/// Of what was shown or rehearsed: the member is where it was.
void tell_plan(MemberResult& result, const app::MigrateResult& done) {
    result.rows = done.plan.from;
    result.steps = done.plan.steps.size();
    result.outcome = result.steps == 0 ? Outcome::up_to_date : Outcome::behind;
    const auto ran = std::ranges::count_if(done.rehearsed, [](const auto& step) { return !step.unrehearsed; });
    if (!done.rehearsed.empty())
        result.remarks.push_back(fmt::format("{} of {} rehearsed", ran, base::counted(result.steps, "step")));
}

void fail(MemberResult& result, const Error& error) {
    result.outcome = Outcome::failed;
    result.error = in_fleet(error, *result.member);
}

}  // namespace

void MemberReporter::notice(std::string_view severity, std::string_view message) {
    if (result_ != nullptr) result_->remarks.push_back(fmt::format("{}: {}", severity, message));
}

void MemberReporter::warning(std::string_view message) {
    if (result_ != nullptr) result_->remarks.emplace_back(message);
}

/// Never throws for a member: one failure is a result, and whether the roll-out goes on is decided elsewhere.
void MemberRunner::run(MemberResult& result, std::optional<long long> lease) {
    const auto start = Clock::now();
    reporter_.listen_for(&result);
    try {
        migrate(result, lease);
    } catch (const RunError& error) {
        if (error.result.rows_known) result.rows = error.result.rows;
        result.steps = error.result.steps.size();
        fail(result, error);
    } catch (const GraphError& error) {
        fail(result, to_error(error));
    } catch (const Error& error) {
        fail(result, error);
    }
    reporter_.listen_for(nullptr);
    result.took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

void MemberRunner::look_ahead(std::span<const MemberResult* const> results, Known known) {
    ahead_.clear();
    if (results.size() < 2 || migrate_.extent != app::MigrateExtent::run || !has_plan(migrate_.mode)) return;
    const auto& first = *results.front()->member;
    const auto place = first.url->display();
    Members members;
    for (const auto* result : results)
        if (!result->member->schema.empty() && result->member->url->display() == place)
            members.emplace(result->member->schema, result);
    if (members.size() < 2) return;
    try {
        read_ahead(connections_.shared(first, app::Access::write), members, known);
    } catch (const Error&) {  // each is asked by itself, over a new connection, and told what is wrong
        ahead_.clear();
        connections_.close();
    }
}

void MemberRunner::read_ahead(Database& database, const Members& members, Known known) {
    std::vector<std::string> schemas;
    for (const auto& [schema, result] : members) schemas.push_back(schema);
    const auto found = state::find_tables_of(database, context_.config.version_table, schemas);
    const auto rows = known == Known::nothing ? state::read_finished_rows(database, found)
                                              : std::map<std::string, std::vector<RevisionId>>();
    const auto logs = state::read_logs(database, found);
    for (const auto& [schema, tables] : found) {
        const auto* result = members.at(schema);
        const auto own_rows = rows.find(schema);
        const auto log = logs.find(schema);
        if (known == Known::nothing && own_rows == rows.end()) continue;
        ahead_.emplace(result->member, Ahead{tables, known == Known::nothing ? own_rows->second : result->rows,
                                             log == logs.end() ? std::nullopt : std::optional(log->second)});
    }
}

void MemberRunner::migrate(MemberResult& result, std::optional<long long> lease) {
    const auto ahead = ahead_.extract(result.member);
    if (!ahead.empty() && migrate_as_read(result, lease, ahead.mapped())) return;
    migrate(result, lease, nullptr);
}

/// False if nothing was run, as it is not what was read, or another run has its lock.
bool MemberRunner::migrate_as_read(MemberResult& result, std::optional<long long> lease, const Ahead& ahead) {
    try {
        if (!ahead.log) return migrate_by_seal(result, lease, ahead);
        auto& database = connections_.shared(*result.member, app::Access::write);
        return migrate_if(state::unchanged_sql(database, ahead.tables, ahead.rows, *ahead.log), result, lease,
                          {ahead.tables, ahead.rows, {}, *ahead.log->checksums, ahead.log->repeatables});
    } catch (const RunError&) {
        throw;
    } catch (const GraphError&) {
        return false;
    } catch (const Error&) {  // nothing was run, and what is wrong is told by who asks anew
        return false;
    }
}

/// A log that was not read: it may say what those of others said, else it is asked by itself.
bool MemberRunner::migrate_by_seal(MemberResult& result, std::optional<long long> lease, const Ahead& ahead) {
    const auto run = [&](std::span<const state::LogSeal> seals) {
        auto& database = connections_.shared(*result.member, app::Access::write);
        return migrate_if(state::unchanged_sql(database, ahead.tables, ahead.rows, seals), result, lease,
                          {ahead.tables, ahead.rows, {}, seals.front().checksums});
    };
    const auto known = sound_.of(ahead.rows);
    if (!known.empty() && run(known)) return true;
    const std::array<state::LogSeal, 1> own{
        state::read_log_seal(connections_.shared(*result.member, app::Access::write), ahead.tables)};
    if (!run(own)) return false;
    sound_.add(ahead.rows, own.front());
    return true;
}

/// unchanged: see Database::lock_with_next_run(); nullopt: that cannot be asked.
bool MemberRunner::migrate_if(const std::optional<std::string>& unchanged, MemberResult& result,
                              std::optional<long long> lease, const state::DatabaseState& known) {
    auto& database = connections_.shared(*result.member, app::Access::write);
    const auto names = state::sql_names(database, known.tables.table);
    if (!unchanged || !database.lock_with_next_run({names.key, names.leases}, *unchanged)) return false;
    try {
        migrate(result, lease, &known);
        return true;
    } catch (const Error&) {
        if (!database.refused_lock()) throw;
        return false;
    }
}

void MemberRunner::migrate(MemberResult& result, std::optional<long long> lease, const state::DatabaseState* known) {
    const Member& member = *result.member;
    const auto config = config_of(member, context_.config, context_.given);
    app::Connector connector;
    connector.open = [&](app::Access access) { return connections_.open(member, config, access); };
    connector.is_missing_file = [&] { return app::is_missing_file(config, *member.url); };
    const auto done = app::migrate(migrate_, {.scripts = context_.scripts,
                                              .graph = context_.graph,
                                              .connector = connector,
                                              .reporter = reporter_,
                                              .stop = context_.stop,
                                              .settings = &config,
                                              .known = known,
                                              .lease = lease,
                                              .shared = &shared_});
    if (migrate_.extent != app::MigrateExtent::run) return tell_plan(result, done);
    result.rows = done.result.rows;
    result.steps = done.result.steps.size();
    const bool had_work = !has_plan(migrate_.mode) || !done.plan.steps.empty() || result.steps > 0;
    result.outcome = had_work ? Outcome::done : Outcome::up_to_date;
}

}  // namespace rev::fleet
