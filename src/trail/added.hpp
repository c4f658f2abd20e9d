#pragma once

#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "rev/graph.hpp"
#include "schema/migration.hpp"

namespace rev::trail {

/// What the downgrade of a revision takes away.
struct TakenAway {
    const Revision* revision = nullptr;
    /// "table account", "column account.email", "rows of account", "values of account.email"; each once, sorted.
    std::vector<std::string> lost;
};

/// What revisions add to those that are there already.
struct AddedChanges {
    std::vector<schema::Change> changes;  ///< with renames
    std::vector<schema::Hazard> hazards;  ///< of the plan that rev would make for these changes
    std::vector<TakenAway> downgrades;    ///< newest first, those that ran
    bool undone = false;                  ///< all downgrades ran
    std::vector<schema::Change> left;     ///< undone: from before the upgrades to behind the downgrades
    std::vector<std::string> remarks;     ///< what failed, in sentences
};

/// Runs the revisions in scratch, behind those that they are added to and on made-up rows, up and one by one down
/// again.
/// below: heads of what is there already. added: in the order to run them, one or more. Throws RunError where what is
/// there already does not run or a new revision fails without rows, Error "no_scratch", and as a stop does.
[[nodiscard]] AddedChanges try_added(autogenerate::Workplace& place, const Revisions& below, const Revisions& added);

}  // namespace rev::trail
