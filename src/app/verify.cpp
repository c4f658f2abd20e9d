#include "app/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "app/connect.hpp"
#include "app/run_options.hpp"
#include "app/worded.hpp"
#include "rev/plan.hpp"
#include "script/squashed_files.hpp"

namespace rev::app {
namespace {

/// In the order in which they would be applied.
Revisions applied_in_order(const Graph& graph, const std::vector<RevisionId>& rows) {
    const auto all = applied(graph, rows);
    const std::set<const Revision*> wanted(all.begin(), all.end());
    Revisions ordered;
    // A plan for an empty database is every revision in order; what is applied is a part of it.
    for (const auto& step : plan_upgrade(graph, {}, "heads").steps)
        if (wanted.contains(step.revision)) ordered.push_back(step.revision);
    return ordered;
}

[[noreturn]] void throw_not_applied(const Revision& revision) {
    throw Error(ExitCode::graph, error_codes::not_applied, fmt::format("revision {} is not applied", revision.id))
        .with_hint(fmt::format("`rev upgrade {}` runs its verify sections too", revision.id));
}

Revisions chosen(const Graph& graph, const std::vector<RevisionId>& rows, const std::vector<std::string>& symbols) {
    const auto all = applied_in_order(graph, rows);
    if (symbols.empty()) return all;
    std::set<const Revision*> wanted;
    for (const auto& symbol : symbols) {
        for (const auto* revision : resolve(graph, symbol, rows)) {
            // Its verify sections would fail for want of the tables, which says nothing.
            if (std::ranges::find(all, revision) == all.end()) throw_not_applied(*revision);
            wanted.insert(revision);
        }
    }
    Revisions result;
    std::ranges::copy_if(all, std::back_inserter(result), [&](const auto* each) { return wanted.contains(each); });
    return result;
}

Verified run_timed(Database& database, const run::VerifySection& section) {
    const auto start = std::chrono::steady_clock::now();
    auto failure = run::run_verify(database, section);
    const auto took = std::chrono::steady_clock::now() - start;
    return {&section, std::move(failure), std::chrono::duration_cast<std::chrono::milliseconds>(took)};
}

}  // namespace

Verification verify(const RunContext& context, const std::vector<std::string>& symbols,
                    const std::function<void(const Verified&)>& tell) {
    const auto database = context.connector.open(Access::read);
    const auto table = version_table(context.config());
    const auto rows = state::read_rows(*database, table);
    Verification found;
    if (auto apart = script::SquashedFiles(context.config()).taken_apart(context.graph, rows))
        found.taken_apart = std::make_shared<const Graph>(std::move(*apart));
    const auto& graph = found.taken_apart ? *found.taken_apart : context.graph;
    const auto revisions = worded(*database, table, graph, [&] { return chosen(graph, rows, symbols); });

    found.plan = run::plan_verify(revisions, context.scripts,
                                  prepare_options(context.config(), context.config().transaction, *database));
    // Sections are verified with the settings under which the revision ran, as the log has kept them.
    run::add_sessions(found.plan, *database, table);
    for (const auto& section : found.plan.sections) {
        const auto& result = found.results.emplace_back(run_timed(*database, section));
        if (result.failure) ++found.failed;
        if (tell) tell(result);
    }
    return found;
}

}  // namespace rev::app
