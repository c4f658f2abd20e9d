#include "fleet/member_runner.hpp"

#include <fmt/format.h>

#include "app/connect.hpp"
#include "rev/graph.hpp"

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
void MemberRunner::run(MemberResult& result) {
    const auto start = Clock::now();
    reporter_.listen_for(&result);
    try {
        migrate(result);
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
    found_.clear();
    if (results.size() < 2 || migrate_.extent != app::MigrateExtent::run) return;
    const auto& first = *results.front()->member;
    const auto place = first.url.display();
    std::vector<std::string> schemas;
    for (const auto* result : results)
        if (!result->member->schema.empty() && result->member->url.display() == place)
            schemas.push_back(result->member->schema);
    if (schemas.size() < 2) return;
    try {
        auto all = state::find_tables_of(connections_.shared(first, app::Access::write), context_.config.version_table,
                                         schemas);
        for (const auto* result : results)
            if (auto found = all.find(result->member->schema); found != all.end())
                found_.emplace(result->member, std::move(found->second));
    } catch (const Error&) {  // each is asked by itself, and told what is wrong
        return;
    }
}

void MemberRunner::migrate(MemberResult& result) {
    const Member& member = *result.member;
    const auto config = config_of(member, context_.config, context_.given);
    app::Connector connector;
    connector.open = [&](app::Access access) { return connections_.open(member, config, access); };
    connector.is_missing_file = [&] { return app::is_missing_file(config, member.url); };
    std::optional<state::DatabaseState> known;
    if (auto found = found_.extract(&member); !found.empty())
        known.emplace(state::DatabaseState{std::move(found.mapped()), result.rows, {}, {}});
    const auto done = app::migrate(migrate_, {.scripts = context_.scripts,
                                              .graph = context_.graph,
                                              .connector = connector,
                                              .reporter = reporter_,
                                              .stop = context_.stop,
                                              .settings = &config,
                                              .known = known ? &*known : nullptr,
                                              .shared = &shared_});
    result.rows = done.result.rows;
    result.steps = done.result.steps.size();
    const bool had_work = is_for_unfinished(migrate_.mode) || !done.plan.steps.empty() || result.steps > 0;
    result.outcome = had_work ? Outcome::done : Outcome::up_to_date;
}

}  // namespace rev::fleet
