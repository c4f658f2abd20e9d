#pragma once

#include <string>

#include "schema/grid.hpp"
#include "schema/pair.hpp"

namespace rev::test {

enum class PlanForm { usual, online };

struct PairResult {
    std::string problems;          ///< what is not as it should be; empty: all is
    GridCells cells;               ///< what it tried
    bool has_online_form = false;  ///< the plan of the other form is another one
};

/// Takes a PostgreSQL database from one schema of the pair to the other and back, with rows.
[[nodiscard]] PairResult run_pair(const SchemaPair& pair, PlanForm form = PlanForm::usual);

}  // namespace rev::test
