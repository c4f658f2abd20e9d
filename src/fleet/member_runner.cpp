#include "fleet/member_runner.hpp"

#include <fmt/format.h>

#include "app/connect.hpp"
#include "rev/graph.hpp"
#include "state/tables.hpp"

namespace rev::fleet {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

void fail(MemberResult& result, const Error& error) {
    result.outcome = Outcome::failed;
    result.error = error;
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

void MemberRunner::look_ahead(std::span<const MemberResult* const> results) {
    locked_.clear();
    if (results.size() < 2 || migrate_.extent != app::MigrateExtent::run || is_for_unfinished(migrate_.mode)) return;
    const auto& first = *results.front()->member;
    const auto place = first.url.display();
    std::map<std::string, const Member*> members;  // by schema
    for (const auto* result : results)
        if (!result->member->schema.empty() && result->member->url.display() == place)
            members.emplace(result->member->schema, result->member);
    if (members.size() < 2) return;
    try {
        auto& database = connections_.shared(first, app::Access::write);
        // Who holds a table of one of them keeps the others waiting no longer than that.
        constexpr milliseconds patience{1000};
        database.set_patience(patience);
        for (auto& [schema, state] : read_under_locks(database, members))
            locked_.emplace(members.at(schema), std::move(state));
        database.set_patience(context_.config.lock_timeout);
    } catch (const Error&) {  // each is asked by itself, over a new connection, and told what is wrong
        connections_.close();
    }
}

std::map<std::string, state::DatabaseState> MemberRunner::read_under_locks(
    Database& database, const std::map<std::string, const Member*>& members) const {
    const auto& version_table = context_.config.version_table;
    std::vector<std::string> schemas;
    std::vector<std::string> keys;
    for (const auto& [schema, member] : members) {
        schemas.push_back(schema);
        keys.push_back(state::sql_names(database, {schema, version_table}).key);
    }
    const auto had = database.try_locks(keys);
    std::vector<std::string> locked;
    for (std::size_t i = 0; i < schemas.size(); ++i)
        if (had[i]) locked.push_back(schemas[i]);
    if (locked.empty()) return {};
    return state::read_states_of(database, state::find_tables_of(database, version_table, locked));
}

void MemberRunner::migrate(MemberResult& result, std::optional<long long> lease) {
    const Member& member = *result.member;
    const auto config = config_of(member, context_.config, context_.given);
    app::Connector connector;
    connector.open = [&](app::Access access) { return connections_.open(member, config, access); };
    connector.is_missing_file = [&] { return app::is_missing_file(config, member.url); };
    const auto known = locked_.extract(&member);
    const auto done = app::migrate(migrate_, {.scripts = context_.scripts,
                                              .graph = context_.graph,
                                              .connector = connector,
                                              .reporter = reporter_,
                                              .stop = context_.stop,
                                              .settings = &config,
                                              .known = known.empty() ? nullptr : &known.mapped(),
                                              .lease = lease,
                                              .shared = &shared_});
    result.rows = done.result.rows;
    result.steps = done.result.steps.size();
    const bool had_work = is_for_unfinished(migrate_.mode) || !done.plan.steps.empty() || result.steps > 0;
    result.outcome = had_work ? Outcome::done : Outcome::up_to_date;
}

}  // namespace rev::fleet
