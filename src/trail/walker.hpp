#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "catalog/read_model.hpp"
#include "rev/plan.hpp"
#include "run/losses.hpp"
#include "run/prepared.hpp"
#include "state/state.hpp"
#include "trail/fingerprint.hpp"

/// What the revisions of a history do to a schema, one by one, in scratch. Source: docs/prove.md.
namespace rev::trail {

/// Revisions, and where their files are. Both must outlive whoever is given it.
struct Sources {
    const Graph& graph;
    const ScriptDirectory& scripts;
};

/// A scratch database that goes up and down a history, revision by revision. Steps have numbers from 0, in the order in
/// which an upgrade from nothing runs them.
class Walker {
public:
    /// revisions: with all that they stand on. place: must outlive it. Throws Error as prepare() does.
    Walker(autogenerate::Workplace& place, const Revisions& revisions);
    /// Of other files than the place's own.
    Walker(autogenerate::Workplace& place, const Sources& sources, const Revisions& revisions);
    ~Walker();
    Walker(const Walker&) = delete;
    Walker& operator=(const Walker&) = delete;

    /// How many steps there are.
    [[nodiscard]] std::size_t size() const noexcept { return plan_.steps.size(); }
    /// Of a step; of the graph whose files it runs.
    [[nodiscard]] const Revision& revision(std::size_t step) const { return *plan_.steps.at(step).revision; }
    /// The first step that is one of `revisions`; size(): none is.
    [[nodiscard]] std::size_t first_of(const Revisions& revisions) const;
    /// Whether there is a way down from the last step to below `first`.
    [[nodiscard]] bool is_reversible_to(std::size_t first) const;
    /// Why there is no way down; nullopt: there is one.
    [[nodiscard]] std::optional<Error> why_irreversible(std::size_t step) const;

    /// A new, empty scratch database in place of the one there is.
    void start();
    /// The same, on which the first `steps` have run. done: of heed_stop(), between steps.
    void start_at(std::size_t steps, const std::string& done);
    /// Runs the upgrade of the step; all before it, and none behind, have run. Throws RunError where it fails.
    void up(std::size_t step);
    /// Its downgrade. Throws RunError.
    void down(std::size_t step);

    /// Runs the upgrades of all steps from `first` on.
    void up_from(std::size_t first, const std::string& done);
    /// Runs the downgrades from the last step down to `first`, that one included.
    void down_to(std::size_t first);

    /// What its downgrade would take from the rows that there are. Nothing is changed. Throws RunError.
    [[nodiscard]] run::Losses losses_of_down(std::size_t step);

    /// Of the scratch database at hand, from start() or start_at() on until the next one.
    [[nodiscard]] Database& database() { return scratch_->database(); }
    [[nodiscard]] Fingerprints& fingerprints() { return *fingerprints_; }
    /// How many sections were run, successfully or not. Another number: the schema may be another one.
    [[nodiscard]] std::size_t runs() const noexcept { return runs_; }
    /// How many scratch databases there were. Another number: it is a new one, without rows, also behind an up().
    [[nodiscard]] std::size_t starts() const noexcept { return starts_; }
    /// The whole schema as it is now, without rev's own tables and what scratch_setup brings.
    [[nodiscard]] schema::Model read_model();
    /// Of another scratch database, on which the first `steps` have run. It stays, and goes on from there: asked for
    /// more and more steps, each runs there once.
    [[nodiscard]] schema::Model model_after(std::size_t steps);
    /// Names of rev's own tables, in lower case.
    [[nodiscard]] const std::set<std::string>& own_tables() const noexcept { return own_tables_; }

private:
    [[nodiscard]] Plan plan_of(std::size_t step) const;
    [[nodiscard]] Plan plan_back(std::size_t step) const;
    void make_own_tables();
    void run(const run::PreparedPlan& plan);
    void run_up(std::size_t step);

    [[nodiscard]] run::PreparedPlan prepared(Plan plan) const;

    autogenerate::Workplace& place_;
    Sources sources_;
    Revisions revisions_;
    Plan plan_;
    std::vector<std::vector<RevisionId>> rows_;  ///< before each step
    std::string beyond_;
    std::set<std::string> own_tables_;
    bool asked_platform_ = false;
    std::size_t runs_ = 0;
    std::size_t starts_ = 0;
    std::size_t known_to_run_ = 0;  ///< how many steps have run once
    std::unique_ptr<scratch::ScratchDatabase> scratch_;
    std::optional<state::DatabaseState> found_;   ///< where rev's tables are in it
    std::unique_ptr<Fingerprints> fingerprints_;  ///< must go before the database that it looks at
    std::unique_ptr<Database> model_session_;     ///< PostgreSQL: another connection, which no section's run resets
    std::optional<catalog::ModelReader> models_;  ///< over it
    std::unique_ptr<Walker> other_;               ///< of model_after()
    std::size_t other_steps_ = 0;                 ///< that have run there
};

using autogenerate::ends_all;

/// The Error that `ask` throws; nullopt: none. What ends_all() goes on.
template <typename Ask>
[[nodiscard]] std::optional<Error> failure_of(const Ask& ask) {
    try {
        ask();
        return std::nullopt;
    } catch (const Error& error) {
        if (ends_all(error)) throw;
        return error;
    }
}

/// Throws the Error of a stop that was asked for. done: what is not complete then, such as "the proof is not complete".
void heed_stop(const std::string& done);

}  // namespace rev::trail
