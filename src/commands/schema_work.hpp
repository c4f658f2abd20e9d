#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "commands/stop_on_signal.hpp"
#include "report/text_reporter.hpp"
#include "run/prepared.hpp"
#include "schema/migration.hpp"
#include "state/reporter.hpp"

namespace rev::commands {

/// What all commands take that look at schemas.
struct SchemaOptions {
    std::optional<std::string> scratch;
    std::optional<std::string> dialect;
};
/// --scratch, --dialect.
void declare_schema_options(Arguments& arguments, SchemaOptions& options);

/// Says nothing of a short replay, and of a long one from time to time how far it is. Warnings and waits go on to
/// `next`.
class ReplayReporter final : public state::Reporter {
public:
    /// next, err: must outlive it. quiet: says nothing of long ones either.
    ReplayReporter(state::Reporter& next, std::ostream& err, bool quiet) : next_(next), err_(err), quiet_(quiet) {}
    void step_started(const run::PreparedStep& step, std::size_t number, std::size_t of) override;
    void warning(std::string_view message) override { next_.warning(message); }
    void waiting(std::string_view for_what, std::chrono::milliseconds waited) override {
        next_.waiting(for_what, waited);
    }

private:
    using Clock = std::chrono::steady_clock;

    state::Reporter& next_;
    std::ostream& err_;
    bool quiet_;
    Clock::time_point last_ = Clock::now();
};

/// For a project that is at hand already. All that is given must outlive it.
[[nodiscard]] autogenerate::WorkplaceOptions workplace_options(Context& context, const SchemaOptions& options,
                                                               const ScriptDirectory& scripts, const Graph& graph,
                                                               state::Reporter& reporter);

/// Throws Error ("no_proof_in_transaction") for --scratch transaction: a schema is loaded there, no revision is run.
void require_replays(const autogenerate::Workplace& place);

/// What such a command works with: the project, its places for each dialect, who is told. A signal ends the work in
/// good order while it lives: no scratch database stays.
class SchemaWork {
public:
    /// Reads the revision files; opens no database. Throws Error.
    SchemaWork(Context& context, const SchemaOptions& options);
    SchemaWork(const SchemaWork&) = delete;
    SchemaWork& operator=(const SchemaWork&) = delete;

    /// The project, read once.
    [[nodiscard]] const ScriptDirectory& scripts() const noexcept { return scripts_; }
    [[nodiscard]] const Graph& graph() const noexcept { return graph_; }
    /// Of --dialect, else of the URL.
    [[nodiscard]] autogenerate::Workplace& place();
    [[nodiscard]] autogenerate::Workplace& place(Dialect dialect) { return place_for(dialect); }
    /// One for each dialect that `schema` names, that of the URL first; of --dialect alone where it is given.
    [[nodiscard]] std::vector<autogenerate::Workplace*> places();

    /// Says what the models hold and the comparison passes over.
    void tell_unmodelled(std::span<const schema::Unmodelled> unmodelled);
    /// Warns of what somebody changed by hand.
    void warn_of_drift(std::span<const schema::Change> drift);

private:
    autogenerate::Workplace& place_for(Dialect dialect);

    Context& context_;
    SchemaOptions options_;
    StopOnSignal stop_on_signal_;
    ScriptDirectory scripts_;
    Graph graph_;
    report::TextReporter reporter_;
    ReplayReporter replay_reporter_;
    std::vector<std::unique_ptr<autogenerate::Workplace>> places_;
};

/// Words of --fail-on. Throws Error "bad_hazard" with the nearest ones.
[[nodiscard]] std::set<schema::HazardKind> hazard_kinds(const std::vector<std::string>& names);

}  // namespace rev::commands
