#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "schema/model.hpp"
#include "scratch/row_maker.hpp"
#include "trail/data_file.hpp"
#include "trail/prove.hpp"
#include "trail/row_tracker.hpp"
#include "trail/table_rows.hpp"
#include "trail/walker.hpp"

namespace rev::trail {

/// What of a history a proof is of: steps from `first` on and before `end`. Those below are only run up.
struct Share {
    std::size_t first = 0;
    std::size_t end = std::numeric_limits<std::size_t>::max();  ///< as it is here: to the last step
    const std::atomic<bool>* is_given_up = nullptr;  ///< set by another thread: the proof is not wanted any more
};

/// One proof of a history, on one scratch database as long as nothing spoils it. A spoilt one is replaced by a new one
/// on which the revisions so far have run.
class Prover {
public:
    /// Both must outlive it. Throws as Walker's.
    Prover(autogenerate::Workplace& place, const ProveRequest& request);

    /// Steps that are to be proven, ascending.
    [[nodiscard]] std::vector<std::size_t> wanted() const;
    /// Once.
    [[nodiscard]] ProvenHistory run(const Share& share = {});

private:
    [[nodiscard]] bool is_wanted(std::size_t step) const;
    void prove_step(std::size_t step, ProvenRevision& proven);
    [[nodiscard]] bool go_up(std::size_t step, ProvenRevision& proven);
    [[nodiscard]] bool go_down(std::size_t step, ProvenRevision& proven);
    void look_at_what_is_left(std::size_t step, const std::string& before, ProvenRevision& proven);
    void go_up_again(std::size_t step, const std::string& touched, ProvenRevision& proven);
    [[nodiscard]] bool runs_again_without_rows(std::size_t step);
    void compare_again(std::size_t step, ProvenRevision& proven);

    /// A new database on which the first `steps` have run.
    void rebuild(std::size_t steps);
    void fill(std::size_t step);
    void fill_all();
    void fill_new(std::size_t step, const RowsByTable& before);
    void fill_tables(const std::set<std::string>& names);
    [[nodiscard]] RowsByTable rows();
    /// Asks only if something has been written since the last time.
    void track_rows();
    /// By us, and not by a revision.
    void has_written();

    /// asks_rows: with rows, also which tables have other rows now.
    const Look& look(bool asks_rows = true);
    /// Of the database as it is; asks only if something has run since the last look.
    const std::string& whole();

    const ProveRequest& request_;
    Walker walker_;
    scratch::RowMaker maker_;
    std::optional<DataFile> data_;
    RowTracker tracker_;
    std::size_t tracked_start_ = 0;              ///< of the walker
    std::optional<std::size_t> tracked_at_run_;  ///< of the walker
    std::set<std::string> may_be_empty_;         ///< names of tables
    std::set<std::string> made_;                 ///< of those that the step has made
    bool has_rows_ = false;                      ///< in the database at hand
    Look looked_;
    std::optional<std::size_t> looked_at_run_;  ///< of the walker
    bool has_written_since_look_ = false;
    ProvenHistory proof_;
};

}  // namespace rev::trail
