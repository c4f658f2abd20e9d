// Going on with a revision that stopped half-way outside a transaction.

#include <fmt/format.h>

#include <utility>

#include "app/run_options.hpp"
#include "app/work.hpp"
#include "run/execute.hpp"
#include "state/logged.hpp"
#include "state/state.hpp"

namespace rev::app {
namespace {

/// What finishing the run does.
Plan plan_of(const Graph& graph, const state::DatabaseState& before, const RunResult& result) {
    Plan plan;
    plan.from = before.rows;
    plan.to = result.rows;
    // find() may give null: a file that is gone does not keep what the log has from being finished.
    for (const auto& run : before.unfinished)
        plan.steps.push_back({run.direction, graph.find(run.revision), run.changes});
    return plan;
}

class ResumeWork final : public Work {
public:
    ResumeWork(const MigrateRequest& request, const RunContext& context)
        : request_(request), context_(context), from_log_(std::make_shared<FromLog>(context.graph, context.scripts)) {}

    [[nodiscard]] const state::VersionTable& table() const override { return execute_.table; }

    std::optional<MigrateResult> look(Database& database) override {
        execute_ = execute_options(context_, transaction());
        execute_.tag = request_.tag;
        execute_.max_batches = request_.max_batches;
        execute_.table = state::find_tables(database, execute_.table).table;
        if (request_.on_ready) request_.on_ready();
        return std::nullopt;
    }

    MigrateResult act(Database& database) override {
        const auto state = state::read_state(database, table(), reads_log());
        const auto& graph = reads_log() ? from_log_->read(database, state) : context_.graph;
        choose_source(state.unfinished);
        auto options = prepare_options(context_.config(), transaction(), database);
        if (reads_log())
            options.logged = [from_log = from_log_](const Revision& revision) { return from_log->file_of(revision); };
        auto result = rev::run::resume(database, graph, context_.scripts, options, execute_, context_.reporter);
        auto plan = plan_of(graph, state, result);
        return {.plan = std::move(plan),
                .result = std::move(result),
                .dialect = database.dialect(),
                .from_log = reads_log() ? from_log_ : nullptr};
    }

private:
    [[nodiscard]] bool reads_log() const noexcept { return request_.undo_from == SqlSource::log; }
    [[nodiscard]] TransactionMode transaction() const {
        return request_.transaction.value_or(context_.config().transaction);
    }

    /// What was begun with the SQL of the log goes on with it, and only if that is asked for again.
    void choose_source(const std::vector<state::UnfinishedRun>& unfinished) {
        if (unfinished.empty()) return;
        // The path in the ledger says where the SQL came from: a file, or a row of the log.
        if (!state::is_in_log(unfinished.front().path)) return from_log_->use_only({});
        const auto& id = unfinished.front().revision;
        if (!reads_log())
            throw Error(ExitCode::usage, error_codes::from_log_needed,
                        fmt::format("the downgrade of {} was begun with the SQL of the log", id))
                .with_hint("go on with `rev resume --from-log`");
        from_log_->use_only({id});
    }

    const MigrateRequest& request_;
    const RunContext& context_;
    std::shared_ptr<FromLog> from_log_;
    run::ExecuteOptions execute_;
};

}  // namespace

std::unique_ptr<Work> make_resume_work(const MigrateRequest& request, const RunContext& context) {
    return std::make_unique<ResumeWork>(request, context);
}

}  // namespace rev::app
