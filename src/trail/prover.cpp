#include "trail/prover.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rev::trail {
namespace {

using Verdict = ProvenRevision::Verdict;

constexpr const char* not_complete = "the proof is not complete";

}  // namespace

Prover::Prover(autogenerate::Workplace& place, const ProveRequest& request)
    : request_(request),
      walker_(place, request.revisions),
      maker_(walker_.own_tables()),
      tracker_(walker_.own_tables()) {
    if (request.with_rows && request.data) data_.emplace(*request.data, place.dialect());
}

std::vector<std::size_t> Prover::wanted() const {
    std::vector<std::size_t> steps;
    for (std::size_t step = 0; step < walker_.size(); ++step)
        if (is_wanted(step)) steps.push_back(step);
    return steps;
}

ProvenHistory Prover::run(const Share& share) {
    walker_.start();
    const auto end = std::min(share.end, walker_.size());
    for (std::size_t step = 0; step < end; ++step) {
        heed_stop(not_complete);
        if (share.is_given_up != nullptr && *share.is_given_up) break;
        const auto& revision = walker_.revision(step);
        if (request_.tell && step >= share.first) request_.tell(revision, step + 1, walker_.size());
        if (step < share.first || !is_wanted(step)) {
            walker_.up(step);
            if (data_) data_->run_pending(walker_.database(), step);
            continue;
        }
        auto& proven = proof_.revisions.emplace_back(ProvenRevision{.revision = &revision});
        prove_step(step, proven);
    }
    if (data_)
        proof_.unused_data = data_->unused();
    else
        proof_.tables_without_rows = maker_.failures();
    return std::move(proof_);
}

bool Prover::is_wanted(std::size_t step) const {
    return !request_.only || std::ranges::find(*request_.only, walker_.revision(step).id) != request_.only->end();
}

void Prover::prove_step(std::size_t step, ProvenRevision& proven) {
    const auto before = whole();
    if (request_.with_rows) fill(step);
    const auto rows_before = rows();
    walker_.fingerprints().begin_step();
    const bool kept_rows = go_up(step, proven);
    const auto touched = look().touched;
    if (walker_.why_irreversible(step)) {
        proven.verdict = Verdict::irreversible;
    } else {
        if (kept_rows && request_.with_rows) fill_new(step, rows_before);
        if (go_down(step, proven)) {
            look_at_what_is_left(step, before, proven);
            if (kept_rows && has_rows_) proven.lost_rows = lost_rows(rows_before, rows());
            go_up_again(step, touched, proven);
        }
    }
}

/// Whether it ran with the rows that there were. Where rows are in its way it runs without.
bool Prover::go_up(std::size_t step, ProvenRevision& proven) {
    const auto starts = walker_.starts();
    try {
        walker_.up(step);
        // up() begins a new database where it finds out that the platform lacks something: that one has no rows.
        return walker_.starts() == starts;
    } catch (const Error& error) {
        if (!has_rows_ || ends_all(error)) throw;
        proven.upgrade_failure = error;
    }
    rebuild(step);
    // What is touched is told since the look before: without one here it would be of all steps so far.
    (void)look();
    walker_.fingerprints().begin_step();
    walker_.up(step);
    return false;
}

/// Whether it ran, with rows or without.
bool Prover::go_down(std::size_t step, ProvenRevision& proven) {
    auto failure = failure_of([&] { walker_.down(step); });
    if (!failure) return true;
    proven.failure = std::move(failure);
    proven.verdict = Verdict::fails;
    // A section outside a transaction may have stopped half-way: the database is of no more use.
    const bool had_rows = has_rows_;
    rebuild(step + 1);
    if (!had_rows) return false;
    failure = failure_of([&] { walker_.down(step); });
    if (!failure) {
        proven.only_with_rows = true;
        return true;
    }
    proven.failure = std::move(failure);
    rebuild(step + 1);
    return false;
}

void Prover::look_at_what_is_left(std::size_t step, const std::string& before, ProvenRevision& proven) {
    if (look().whole == before) return;
    proven.left = compare(walker_.model_after(step), walker_.read_model());
    if (!proven.left.empty() && proven.verdict == Verdict::restores) proven.verdict = Verdict::leaves;
}

void Prover::go_up_again(std::size_t step, const std::string& touched, ProvenRevision& proven) {
    if (auto failure = failure_of([&] { walker_.up(step); })) {
        if (has_rows_ && proven.left.empty() && runs_again_without_rows(step)) {
            proven.upgrade_failure = std::move(failure);
            return;
        }
        if (!proven.failure) {
            proven.failure = std::move(failure);
            proven.failed_again = true;
        }
        if (proven.left.empty()) proven.verdict = Verdict::fails;
        rebuild(step + 1);
        return;
    }
    // Rows that are made up come with the next step.
    if (has_rows_ && data_) {
        data_->run_again(walker_.database(), step);
        has_written();
    }
    // What has been made gets rows next, and behind them is asked again which tables have others now.
    const bool asks_rows = made_.empty();
    if (!proven.left.empty() || look(asks_rows).touched != touched) compare_again(step, proven);
}

/// What the upgrade itself has written may be in its way the second time; or only rows that nobody but we put there.
bool Prover::runs_again_without_rows(std::size_t step) {
    rebuild(step + 1);
    const auto failure = failure_of([&] {
        walker_.down(step);
        walker_.up(step);
    });
    return !failure;
}

void Prover::compare_again(std::size_t step, ProvenRevision& proven) {
    proven.again = compare(walker_.model_after(step + 1), walker_.read_model());
    if (proven.again.empty()) return;
    if (proven.verdict == Verdict::restores) proven.verdict = Verdict::leaves;
    rebuild(step + 1);
}

void Prover::rebuild(std::size_t steps) {
    has_rows_ = false;
    may_be_empty_.clear();
    made_.clear();
    if (data_) data_->reset();
    walker_.start_at(steps, not_complete);
}

void Prover::fill(std::size_t step) {
    if (data_) {
        data_->run_pending(walker_.database(), step);
        has_written();
    } else {
        fill_all();
    }
    has_rows_ = true;
}

/// Before anything is looked for those get rows that the step before has made twice: both times the same, as a rule.
void Prover::fill_all() {
    may_be_empty_.merge(std::exchange(made_, {}));
    std::set<std::string> tried;
    while (true) {
        // Once each: a table that takes no row stays empty, and would be found again for ever.
        tried.insert(may_be_empty_.begin(), may_be_empty_.end());
        if (!may_be_empty_.empty()) fill_tables(std::exchange(may_be_empty_, {}));
        track_rows();
        auto found = tracker_.take_changed();
        std::erase_if(found, [&](const std::string& name) { return tried.contains(name); });
        if (found.empty()) return;
        may_be_empty_.merge(found);
    }
}

/// What was there before and is empty now stays so: the upgrade has emptied it.
void Prover::fill_new(std::size_t step, const RowsByTable& before) {
    if (data_) return fill(step);
    // What the step makes may have the name of another table of before.
    maker_.forget_names();
    track_rows();
    may_be_empty_.merge(tracker_.take_changed());
    for (const auto& name : may_be_empty_)
        if (!before.contains(name)) made_.insert(name);
    for (const auto& name : made_) may_be_empty_.erase(name);
    fill_tables(made_);
}

void Prover::fill_tables(const std::set<std::string>& names) {
    if (names.empty()) return;
    maker_.ask_through(walker_.fingerprints().kept_queries());
    may_be_empty_.merge(maker_.fill_empty_tables(walker_.database(), names));
    has_written();
}

RowsByTable Prover::rows() {
    if (!has_rows_) return {};
    track_rows();
    return tracker_.rows();
}

void Prover::track_rows() {
    if (std::exchange(tracked_start_, walker_.starts()) != walker_.starts()) {
        tracker_.start(walker_.database(), walker_.fingerprints().kept_queries());
        tracked_at_run_.reset();
    }
    if (tracked_at_run_ == walker_.runs()) return;
    const bool is_answered = looked_at_run_ == walker_.runs() && !has_written_since_look_;
    tracker_.look(is_answered ? std::exchange(looked_.answer, {}) : std::nullopt);
    tracked_at_run_ = walker_.runs();
}

void Prover::has_written() {
    tracked_at_run_.reset();
    has_written_since_look_ = true;
}

const Look& Prover::look(bool asks_rows) {
    // The next thing to be asked is which tables have other rows now.
    looked_ = walker_.fingerprints().look(asks_rows && request_.with_rows ? &RowTracker::question() : nullptr);
    looked_at_run_ = walker_.runs();
    has_written_since_look_ = false;
    return looked_;
}

const std::string& Prover::whole() {
    if (looked_at_run_ != walker_.runs()) (void)look();
    return looked_.whole;
}

}  // namespace rev::trail
