#include "fleet/member_runner.hpp"

#include <fmt/format.h>

#include "app/connect.hpp"
#include "fleet/borrowed_database.hpp"
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

void MemberRunner::migrate(MemberResult& result) {
    const Member& member = *result.member;
    const auto config = config_of(member, context_.config, context_.given);
    app::Connector connector;
    connector.open = [&](app::Access access) { return open(member, config, access); };
    connector.is_missing_file = [&] { return is_missing_file(config, member.url); };
    const auto done = app::migrate(migrate_, {.scripts = context_.scripts,
                                              .graph = context_.graph,
                                              .connector = connector,
                                              .reporter = reporter_,
                                              .stop = context_.stop,
                                              .settings = &config});
    result.rows = done.result.rows;
    result.steps = done.result.steps.size();
    result.outcome = done.plan.steps.empty() && result.steps == 0 ? Outcome::up_to_date : Outcome::done;
}

std::unique_ptr<Database> MemberRunner::open(const Member& member, const Config& config, app::Access access) {
    if (access == app::Access::read) return open_database(member.url, reading_options(config));
    if (member.schema.empty()) return open_database(member.url, writing_options(config, reporter_, context_.stop));
    const auto place = member.url.display();
    // Connecting may take longer than a small revision: one connection serves all schemas of a database in turn.
    if (!connection_ || place != place_ || !connection_->is_alive()) {
        connection_.reset();
        connection_ = open_database(member.url, writing_options(context_.config, reporter_, context_.stop));
        place_ = place;
    }
    connection_->set_search_path(search_path_of(member, context_.config));
    return borrow(*connection_);
}

}  // namespace rev::fleet
