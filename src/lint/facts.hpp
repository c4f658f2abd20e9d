#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lint/lint.hpp"
#include "lint/observer.hpp"
#include "scratch/place.hpp"

namespace rev::lint {

/// How facts are found.
struct FactsRequest {
    scratch::PlaceRequest place;
    std::size_t rows = 1000;  ///< made up for each table
};

/// Runs the revisions below and those of the request in a scratch database. PostgreSQL only. Throws Error: no place for
/// a scratch database, or a revision below fails there.
[[nodiscard]] ObservedFacts observe(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
                                    const FactsRequest& facts);

/// Rows of the largest tables, by name as `shown`, where they are known. Source: pg_class.reltuples.
using TableSizes = std::map<std::string, long long>;
[[nodiscard]] TableSizes read_sizes(Database& database);

/// Says in findings about reads and rewrites how long they would take on tables of these sizes.
void apply_sizes(const TableSizes& sizes, std::vector<Finding>& findings);

}  // namespace rev::lint
