#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "rev/error.hpp"
#include "rev/plan.hpp"
#include "rev/revision.hpp"

namespace rev::graph {

/// What the markers above a statement made of it. Source: docs/revision-files.md, "Guards" and "Data in batches".
struct StatementNote {
    std::size_t line = 0;     ///< of the marker in the file
    std::string marker;       ///< as it is written, from `rev:` on: "rev:unless column account.region"
    bool skipped = false;     ///< a guard said so; else it is one that was repeated
    std::size_t batches = 0;  ///< repeated: how often it changed rows
    long long rows = 0;       ///< repeated: how many in all

    bool operator==(const StatementNote&) const = default;
};

/// A step that was run.
struct StepResult {
    Direction direction = Direction::upgrade;
    RevisionId revision;  ///< empty: of none
    std::chrono::milliseconds duration{0};
    std::vector<StatementNote> notes = {};  ///< in the order of the file
    std::string repeatable = {};            ///< its name; empty: the step is of none
};

/// What a run did.
struct RunResult {
    std::vector<StepResult> steps;  ///< those that are committed, in their order
    std::vector<RevisionId> rows;   ///< of the version table now, in table order
    bool rows_known = true;         ///< false: the database could not be asked any more, and `rows` is empty
    std::size_t planned = 0;        ///< how many steps the run was to have
};

/// A run that stopped at a step. What was committed before stays: see `result`.
class RunError : public Error {
public:
    /// result: what the run had done by then.
    RunError(Error error, RunResult result) : Error(std::move(error)), result(std::move(result)) {}
    RunResult result;
};

}  // namespace rev::graph

namespace rev {
using graph::RunError;
using graph::RunResult;
using graph::StatementNote;
using graph::StepResult;
}  // namespace rev
