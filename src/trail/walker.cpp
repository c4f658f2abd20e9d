#include "trail/walker.hpp"

#include <algorithm>
#include <utility>

#include "app/connect.hpp"
#include "app/worded.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "rev/stop.hpp"
#include "run/prepared.hpp"
#include "scratch/beyond.hpp"
#include "scratch/replay.hpp"
#include "state/reporter.hpp"
#include "state/tables.hpp"

namespace rev::trail {
namespace {

RowChange inverse(const RowChange& change) {
    switch (change.kind) {
        case RowChange::Kind::insert:
            return {RowChange::Kind::remove, change.to, {}};
        case RowChange::Kind::remove:
            return {RowChange::Kind::insert, {}, change.from};
        case RowChange::Kind::update:
            break;
    }
    return {RowChange::Kind::update, change.to, change.from};
}

}  // namespace

Walker::Walker(autogenerate::Workplace& place, const Revisions& revisions)
    : Walker(place, {place.options().graph, place.options().scripts}, revisions) {}

Walker::Walker(autogenerate::Workplace& place, const Sources& sources, const Revisions& revisions)
    : place_(place), sources_(sources), revisions_(revisions) {
    plan_ = app::worded([&] { return scratch::plan_replay(sources_.graph, revisions); });
    if (place.dialect() == Dialect::postgresql) beyond_ = scratch::find_beyond(prepared(plan_));
    // Of other files the workplace cannot find out what they need of the platform: its own were run before.
    asked_platform_ = &sources_.graph != &place.options().graph;
    std::vector<RevisionId> rows;
    for (const auto& step : plan_.steps) {
        rows_.push_back(rows);
        for (const auto& change : step.changes) apply(change, rows);
    }
    rows_.push_back(std::move(rows));
    const auto own = state::own_table_names(base::lower_case(place.config().version_table));
    own_tables_ = {own.begin(), own.end()};
}

Walker::~Walker() = default;

std::optional<Error> Walker::why_irreversible(std::size_t step) const {
    try {
        run::check(plan_back(step), sources_.scripts, scratch::replay_options(place_.config(), place_.dialect()));
        return std::nullopt;
    } catch (const Error& error) {
        // Only these two say that there is no way back. All others are faults that have to be told.
        if (error.code() != error_codes::irreversible && error.code() != error_codes::unwritten_section) throw;
        return error;
    }
}

std::size_t Walker::first_of(const Revisions& revisions) const {
    const auto is_one = [&](const Step& step) {
        return std::ranges::any_of(revisions, [&](const Revision* each) { return each->id == step.revision->id; });
    };
    return static_cast<std::size_t>(std::ranges::find_if(plan_.steps, is_one) - plan_.steps.begin());
}

bool Walker::is_reversible_to(std::size_t first) const {
    for (auto step = first; step < size(); ++step)
        if (why_irreversible(step)) return false;
    return true;
}

void Walker::start() {
    // It has a connection to the database that is about to go.
    fingerprints_.reset();
    // Before the session that it asks over.
    models_.reset();
    model_session_.reset();
    found_.reset();
    ++runs_;
    ++starts_;
    scratch_.reset();
    scratch_ = place_.make_scratch(beyond_);
    make_own_tables();
    fingerprints_ = open_fingerprints(scratch_->url(), {own_tables_.begin(), own_tables_.end()}, &scratch_->database());
}

/// Before anything is looked at: they are no change of the first step's. They are looked for once: nobody else moves
/// them. Whoever fails half-way starts with a new database.
void Walker::make_own_tables() {
    const auto table = app::version_table(place_.config());
    scratch::make_version_schema(database(), place_.config().version_table_schema);
    state::ensure_version_table(database(), table);
    found_ = state::read_state(database(), table, false);
}

Plan Walker::plan_of(std::size_t step) const {
    return {.from = rows_.at(step), .to = rows_.at(step + 1), .steps = {plan_.steps.at(step)}, .warnings = {}};
}

Plan Walker::plan_back(std::size_t step) const {
    auto plan = plan_of(step);
    std::swap(plan.from, plan.to);
    auto& back = plan.steps.front();
    back.direction = Direction::downgrade;
    std::ranges::reverse(back.changes);
    for (auto& change : back.changes) change = inverse(change);
    return plan;
}

run::PreparedPlan Walker::prepared(Plan plan) const {
    return run::prepare(std::move(plan), sources_.scripts, scratch::replay_options(place_.config(), place_.dialect()));
}

void Walker::run(const run::PreparedPlan& plan) {
    state::Reporter silent;
    ++runs_;
    auto options = scratch::replay_execution(place_.config());
    options.locked = &*found_;
    run::execute(database(), plan, options, silent);
}

void Walker::run_up(std::size_t step) { run(prepared(plan_of(step))); }

void Walker::up(std::size_t step) {
    try {
        run_up(step);
        known_to_run_ = std::max(known_to_run_, step + 1);
    } catch (const Error& error) {
        // A step that has run once lacks nothing of the platform: then its failure is about something else.
        if (asked_platform_ || step < known_to_run_ || !autogenerate::may_lack_extension(error)) throw;
        // The workplace finds out what the platform brings, or fails as this step did.
        asked_platform_ = true;
        (void)place_.replay(revisions_);
        start();
        for (std::size_t before = 0; before <= step; ++before) run_up(before);
    }
}

void Walker::start_at(std::size_t steps, const std::string& done) {
    start();
    for (std::size_t step = 0; step < steps; ++step) {
        heed_stop(done);
        up(step);
    }
}

void Walker::up_from(std::size_t first, const std::string& done) {
    for (auto step = first; step < size(); ++step) {
        heed_stop(done);
        up(step);
    }
}

void Walker::down_to(std::size_t first) {
    for (auto step = size(); step-- > first;) down(step);
}

void Walker::down(std::size_t step) { run(prepared(plan_back(step))); }

run::Losses Walker::losses_of_down(std::size_t step) {
    state::Reporter silent;
    return run::find_losses(database(), prepared(plan_back(step)), scratch::replay_execution(place_.config()), silent);
}

schema::Model Walker::read_model() {
    if (place_.dialect() == Dialect::sqlite) return place_.read(database());
    if (!models_) {
        model_session_ = open_reader(scratch_->url());
        models_.emplace(*model_session_);
    }
    return place_.read(*models_);
}

schema::Model Walker::model_after(std::size_t steps) {
    // Whatever fails here, the next call begins anew.
    auto other = std::move(other_);
    if (!other || other_steps_ > steps) {
        other = std::make_unique<Walker>(place_, sources_, revisions_);
        other->asked_platform_ = true;
        other->start();
        other_steps_ = 0;
    }
    // run_up() and not up(): the step has run here already, so the platform lacks nothing.
    for (; other_steps_ < steps; ++other_steps_) other->run_up(other_steps_);
    auto model = other->read_model();
    other_ = std::move(other);
    return model;
}

void heed_stop(const std::string& done) {
    if (stop_requested()) throw base::stop_error(done, {});
}

}  // namespace rev::trail
