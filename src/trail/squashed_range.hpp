#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "rev/revision.hpp"
#include "schema/migration.hpp"
#include "schema/model.hpp"
#include "trail/walker.hpp"

namespace rev::trail {

/// A line of revisions that nothing enters or leaves but at its ends. What an upgrade to `last` runs before it lies
/// below its first one.
struct RevisionRange {
    RevisionId last;
    std::size_t size = 0;  ///< revisions, `last` included
};

/// What a range makes of the schema below it.
struct RangeChange {
    schema::Model before;
    schema::Model after;
    std::vector<schema::Rename> renames;  ///< as find_renames()
};

/// Runs the range in scratch. Throws RunError where a revision fails, and as Walker.
[[nodiscard]] RangeChange find_change(autogenerate::Workplace& place, const Sources& sources,
                                      const RevisionRange& range);

/// What a squash makes, held against what the revisions make that it stands for.
struct SquashProof {
    enum class Outcome {
        same,
        differs,
        unknown,  ///< the old revisions do not run
    };
    Outcome outcome = Outcome::same;
    std::string reason = {};  ///< unknown: why; differs: of what fails or of rows, without a full stop; else empty
    std::vector<schema::Change> changes = {};  ///< differs: from what the old ones make to what the squash makes
    bool after_downgrade = false;              ///< differs: only behind the downgrades
    std::string fails_on_rows = {};            ///< same: what a squash fails with where tables hold rows
};

/// Whose rows are looked at.
enum class SquashedRows {
    kept,      ///< the squash writes rows as the old revisions do
    left_out,  ///< it makes the schema alone, and may fail where tables hold rows
};

/// Runs both in scratch, each in a database of its own: up to the range, where tables that are there get made-up rows,
/// up, and down again. Both schemas and the numbers of rows are compared behind either. Rows that the old revisions do
/// not run on are left out.
/// Throws Error where what lies below does not run, "no_scratch", and as a stop does.
[[nodiscard]] SquashProof prove_squash(autogenerate::Workplace& place, const Sources& before, const Sources& squashed,
                                       const RevisionRange& range, SquashedRows rows);

}  // namespace rev::trail
