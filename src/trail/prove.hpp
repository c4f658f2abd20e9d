#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "rev/error.hpp"
#include "rev/graph.hpp"
#include "schema/migration.hpp"
#include "scratch/ddl.hpp"
#include "scratch/row_maker.hpp"
#include "trail/data_file.hpp"

namespace rev::trail {

/// What `rev prove` is asked for.
struct ProveRequest {
    Revisions revisions;                          ///< with all that they stand on
    std::optional<std::vector<RevisionId>> only;  ///< those to prove; absent: all
    bool with_rows = true;                        ///< tables hold rows meanwhile
    std::optional<scratch::DdlText> data = {};    ///< the rows; absent: made-up ones
    /// Is told before each revision, on one thread at a time; number: its place in the history, from 1.
    std::function<void(const Revision& revision, std::size_t number, std::size_t of)> tell = {};
};

/// What came of one revision.
struct ProvenRevision {
    enum class Verdict {
        restores,      ///< its downgrade gives back what was before, and its upgrade runs again to the same
        leaves,        ///< its downgrade gives something else
        fails,         ///< its downgrade, or its upgrade behind that, does not run
        irreversible,  ///< it says of itself that there is no way back: no failure
    };
    const Revision* revision = nullptr;
    Verdict verdict = Verdict::restores;
    std::vector<schema::Change> left = {};      ///< from before the upgrade to after the downgrade
    std::vector<schema::Change> again = {};     ///< from the first upgrade to the second
    std::optional<Error> failure = {};          ///< of the downgrade or the second upgrade
    bool failed_again = false;                  ///< failure: of the second upgrade
    bool only_with_rows = false;                ///< failure: without rows it runs
    std::vector<std::string> lost_rows = {};    ///< sentences; rows decide no verdict
    std::optional<Error> upgrade_failure = {};  ///< of its upgrade on rows: it was proven without any

    /// Whether nothing is wrong: to be irreversible is no failure.
    [[nodiscard]] bool is_proven() const noexcept {
        return verdict == Verdict::restores || verdict == Verdict::irreversible;
    }
};
/// "restores", "leaves", "fails", "irreversible".
[[nodiscard]] std::string_view verdict_name(ProvenRevision::Verdict verdict) noexcept;

/// What came of a proof.
struct ProvenHistory {
    std::vector<ProvenRevision> revisions;                       ///< in the order in which an upgrade runs them
    std::vector<scratch::TableWithoutRows> tables_without_rows;  ///< see RowMaker::failures()
    std::vector<DataFile::Unused> unused_data;

    /// Whether all revisions are proven. Tables without rows and unused data do not count.
    [[nodiscard]] bool holds() const;
    /// How many revisions have that verdict.
    [[nodiscard]] std::size_t count(ProvenRevision::Verdict verdict) const;
};

/// Runs each revision up, down and up again in scratch, and compares the schemas. Throws RunError where an upgrade
/// fails on a database without rows, Error "no_scratch", and as a stop does.
[[nodiscard]] ProvenHistory prove(autogenerate::Workplace& place, const ProveRequest& request);

}  // namespace rev::trail
