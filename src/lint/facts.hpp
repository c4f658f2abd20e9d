#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lint/lint.hpp"
#include "lint/observer.hpp"
#include "scratch/place.hpp"

namespace rev::lint {

/// How facts are found.
struct FactsRequest {
    scratch::PlaceRequest place;
    std::size_t rows = 50;  ///< made up for each table
};

/// Runs the revisions below and those of the request in a scratch database of the request's dialect. Throws Error: no
/// place for a scratch database, or a revision below fails there.
[[nodiscard]] ObservedFacts observe(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
                                    const FactsRequest& facts);

/// Refuses what cannot be rolled back: throws Error with ExitCode::usage ("no_facts"), located.
void require_rollback(const std::vector<SectionText>& sections);

/// The same on a database with real rows: the sections run in one transaction, which is rolled back, and wait for locks
/// no longer than lock_timeout. sections: those that the database lacks, in their order; asked: paths of those that are
/// looked at. Throws Error with ExitCode::database where a lock is not had.
[[nodiscard]] ObservedFacts observe_live(Database& database, const std::vector<SectionText>& sections,
                                         const std::set<std::string>& asked, std::chrono::milliseconds lock_timeout);

/// Rows of the largest tables, by name as `shown`, where they are known. Source: pg_class.reltuples.
using TableSizes = std::map<std::string, long long>;
[[nodiscard]] TableSizes read_sizes(Database& database);

/// Says in findings about reads and rewrites how long they would take on tables of these sizes.
void apply_sizes(const TableSizes& sizes, std::vector<Finding>& findings);

}  // namespace rev::lint
