// Upgrade, downgrade and stamp: a plan from where the database is to a target.

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "app/changed.hpp"
#include "app/connect.hpp"
#include "app/repeatables.hpp"
#include "app/run_options.hpp"
#include "app/shared_plans.hpp"
#include "app/worded.hpp"
#include "app/work.hpp"
#include "base/text.hpp"
#include "run/execute.hpp"
#include "run/prepared.hpp"
#include "script/squashed_files.hpp"
#include "state/state.hpp"
#include "state/tables.hpp"

namespace rev::app {

namespace fs = std::filesystem;

namespace {

/// The steps that were asked about, by what they do: with SqlSource::log each planning makes its revisions anew.
using StepNames = std::set<std::pair<Direction, std::string>>;

std::pair<Direction, std::string> name_of(const Step& step) {
    if (step.repeatable != nullptr) return {step.direction, step.repeatable->name};
    return {step.direction, step.revision == nullptr ? RevisionId() : step.revision->id};
}

StepNames names_of(const Plan& plan) {
    StepNames names;
    for (const auto& step : plan.steps) names.insert(name_of(step));
    return names;
}

/// Another tool may move the rows while somebody thinks about the question: it asks for no lock of rev's.
void require_part_of(const StepNames& confirmed, const Plan& plan) {
    const auto is_confirmed = [&](const Step& step) { return confirmed.contains(name_of(step)); };
    if (std::ranges::all_of(plan.steps, is_confirmed)) return;
    throw Error(ExitCode::database, error_codes::plan_changed,
                "the version table was changed after the question was asked")
        .with_hint("run the command again");
}

class TargetWork final : public Work {
public:
    TargetWork(const MigrateRequest& request, const RunContext& context)
        : request_(request),
          context_(context),
          changed_(config().on_changed, context.graph, context.scripts, context.reporter,
                   context.shared == nullptr ? nullptr : context.shared->files()),
          from_log_(std::make_shared<FromLog>(context.graph, context.scripts)),
          // Opening for writing would make an SQLite file that is not there yet, for a run that may have nothing to do.
          first_access_(is_shown() || context.connector.is_missing_file() ? Access::read : Access::write) {}

    [[nodiscard]] Access first_access() const override { return first_access_; }
    /// A rehearsal on a database file that is not there yet is one in memory.
    [[nodiscard]] Access last_access() const override {
        return request_.extent == MigrateExtent::run ? Access::write : first_access_;
    }
    [[nodiscard]] const state::VersionTable& table() const override { return found_.table; }

    std::optional<MigrateResult> look(Database& database) override {
        const bool is_known = knows_state(database);
        auto state =
            is_known ? *context_.known : state::read_state(database, version_table(config()), needs_checksums());
        // Found once: whatever search_path becomes, the run stays with this table.
        found_ = state.tables;
        // What is known is checked under the lock, by run_steps().
        auto plan = is_known ? unchecked_plan_for(database, state) : plan_for(database, state);
        for (const auto& warning : plan.warnings) context_.reporter.warning(warning);
        // The most frequent run of all, that of a deployment without a new revision, takes no lock and writes nothing.
        if (plan.steps.empty()) return answer(std::move(plan), {.steps = {}, .rows = state.rows}, database);
        if (request_.inspect) request_.inspect(plan, database);
        if (is_shown()) {
            auto conditional = run::check(plan, context_.scripts, options_for_files(database));
            auto shown = answer(std::move(plan), {}, database);
            shown.conditional = std::move(conditional);
            return shown;
        }
        // Before the lock: a file that cannot run is to be refused at once, and not after a wait.
        prepared_ = prepared(std::move(plan), database);
        if (request_.on_ready) request_.on_ready();
        if (!runs_sql()) warn_of_unwritten(prepared_.plan);
        if (is_known && reads_once()) locked_ = std::move(state);
        return std::nullopt;
    }

    [[nodiscard]] std::vector<Query> questions(Database& database) const override {
        if (!reads_once() || locked_) return {};
        return state::state_queries(database, found_, needs_checksums());
    }

    void take(Database& database, std::vector<std::vector<SqlRow>>&& answers) override {
        if (!answers.empty()) locked_ = state::to_state(database, found_, needs_checksums(), std::move(answers));
    }

    MigrateResult act(Database& database) override {
        // The log may tell other SQL under the lock.
        if (reads_log()) prepared_ = {};
        return request_.extent == MigrateExtent::rehearse ? rehearse_steps(database) : run_steps(database);
    }

    /// Also where the run then did not start, and whoever watches has kept no line about the backup.
    void explain(Error& error) const override {
        if (backup_) error.with_detail(run::with_backup_named(error.detail(), *backup_));
    }

private:
    [[nodiscard]] const Config& config() const noexcept { return context_.config(); }
    /// A connection that was lost meanwhile has lost the lock with it, and what was read is worth nothing.
    [[nodiscard]] bool knows_state(Database& database) const {
        return context_.known != nullptr &&
               database.has_lock_ready(state::sql_names(database, context_.known->tables.table).key);
    }
    /// Whether what is read as soon as the lock is had is what the plan is made from: while somebody is asked, the rows
    /// may change.
    [[nodiscard]] bool reads_once() const { return request_.extent == MigrateExtent::run && !asks() && !backs_up(); }
    [[nodiscard]] bool is_shown() const noexcept { return request_.extent == MigrateExtent::show; }
    [[nodiscard]] bool reads_log() const noexcept { return request_.undo_from == SqlSource::log; }
    [[nodiscard]] bool runs_sql() const noexcept { return request_.mode != MigrateMode::stamp; }
    [[nodiscard]] bool runs_repeatables() const noexcept {
        return runs_sql() && request_.repeatables == RepeatableUse::run;
    }
    [[nodiscard]] Direction direction() const noexcept {
        return request_.mode == MigrateMode::downgrade ? Direction::downgrade : Direction::upgrade;
    }
    [[nodiscard]] bool asks() const {
        const bool is_question =
            request_.mode == MigrateMode::downgrade || (request_.mode == MigrateMode::stamp && request_.purge);
        return is_question && request_.confirm;
    }
    [[nodiscard]] bool backs_up() const { return runs_sql() && request_.backup_to; }
    [[nodiscard]] TransactionMode transaction() const { return request_.transaction.value_or(config().transaction); }

    /// SqlSource::log says already what is to be done about changed files.
    [[nodiscard]] bool checks_files() const noexcept { return runs_sql() && !reads_log(); }
    [[nodiscard]] bool needs_checksums() const { return reads_log() || (checks_files() && changed_.needs_checksums()); }

    [[nodiscard]] run::PrepareOptions options_for_files(Database& database) const {
        auto options = prepare_options(config(), transaction(), database);
        if (reads_log())
            options.logged = [from_log = from_log_](const Revision& revision) { return from_log->file_of(revision); };
        return options;
    }

    [[nodiscard]] run::ExecuteOptions options_for_run() const {
        auto options = execute_options(context_, transaction());
        options.table = table();
        options.found = &found_;
        if (locked_) options.locked = &*locked_;
        options.tag = request_.tag;
        options.max_batches = request_.max_batches;
        options.checksums = needs_checksums();
        return options;
    }

    Plan plan_for(Database& database, const state::DatabaseState& state) {
        auto plan = unchecked_plan_for(database, state);
        if (checks_files()) check_files(state, database.dialect());
        return plan;
    }

    /// Without looking whether files are as they were run: what the log says is not known yet.
    Plan unchecked_plan_for(Database& database, const state::DatabaseState& state) {
        const auto& graph = reads_log() ? from_log_->read(database, state) : graph_for(state.rows);
        const bool is_shared = context_.shared != nullptr && &graph == &context_.graph;
        auto plan = worded(database, table(), context_.graph, [&] {
            return is_shared ? context_.shared->plan(request_, graph, state.rows)
                             : make_plan(request_, graph, state.rows);
        });
        // Asked first: their files are read only where they may run.
        if (!runs_repeatables()) return plan;
        const auto& repeatables = context_.scripts.repeatables();
        if (!repeatables.empty())
            add_repeatables(plan, graph, direction(), {repeatables, logged_of(database, state), database.dialect()});
        return plan;
    }

    static state::LoggedRepeatables logged_of(Database& database, const state::DatabaseState& state) {
        return state.repeatables ? *state.repeatables : state::read_logged_repeatables(database, state.tables);
    }

    /// A plan whose revisions are not those of the files is nobody else's.
    [[nodiscard]] run::PreparedPlan prepared(Plan plan, Database& database) const {
        const bool is_shared = context_.shared != nullptr && !reads_log() && taken_apart_->empty();
        const auto options = options_for_files(database);
        return is_shared ? context_.shared->prepare(std::move(plan), context_.scripts, options)
                         : run::prepare(std::move(plan), context_.scripts, options);
    }

    /// A database within a squash goes on with the files from before it.
    const Graph& graph_for(const std::vector<RevisionId>& rows) {
        auto graph = script::SquashedFiles(config()).taken_apart(context_.graph, rows);
        return graph ? taken_apart_->emplace_back(std::move(*graph)) : context_.graph;
    }

    /// Of a squash that the database is within, no file is there to be compared.
    void check_files(const state::DatabaseState& state, Dialect dialect) {
        const auto is_within = [&](const RevisionId& row) {
            return context_.graph.find(row) == nullptr && script::find_squash_around(context_.graph, row) != nullptr;
        };
        if (std::ranges::none_of(state.rows, is_within)) return changed_.check(state, dialect);
        // As if the database stood where the squash begins: what is below that has files to compare with.
        auto below = state;
        std::set<RevisionId> rows;
        for (const auto& row : state.rows) {
            const auto* squash = is_within(row) ? script::find_squash_around(context_.graph, row) : nullptr;
            if (squash == nullptr)
                rows.insert(row);
            else
                rows.insert(squash->revises.begin(), squash->revises.end());
        }
        below.rows.assign(rows.begin(), rows.end());
        changed_.check(below, dialect);
    }

    [[nodiscard]] MigrateResult answer(Plan plan, RunResult result, const Database& database) const {
        return {.plan = std::move(plan),
                .result = std::move(result),
                .dialect = database.dialect(),
                .from_log = reads_log() ? from_log_ : nullptr,
                .taken_apart = taken_apart_};
    }

    /// A stamp reads no sections, and what it records as applied may be nothing yet.
    void warn_of_unwritten(const Plan& plan) const {
        for (const auto& step : plan.steps) {
            if (step.revision == nullptr) continue;
            try {
                const auto file = context_.scripts.read(*step.revision);
                for (const auto& section : file.sections) {
                    if (section.kind != SectionKind::upgrade || !section.todo) continue;
                    const auto unwritten = unwritten_section(file, section);
                    context_.reporter.warning(fmt::format("{}: {}; it is recorded as applied all the same",
                                                          base::place_text(unwritten.location()), unwritten.what()));
                }
            } catch (const Error&) {  // what is wrong with a section keeps no stamp from running
            }
        }
    }

    MigrateResult rehearse_steps(Database& database) {
        const auto state = state::read_state(database, table(), needs_checksums());
        // Planned anew under the lock, like a run: what is rehearsed is what would run now.
        auto prepared = run::prepare(plan_for(database, state), context_.scripts, options_for_files(database));
        auto result = answer(prepared.plan, {}, database);
        result.rehearsed = run::rehearse(database, prepared, options_for_run());
        // Tried once more: on SQLite both watch the same notes of the connection.
        if (request_.mode == MigrateMode::downgrade)
            result.losses = run::find_losses(database, prepared, options_for_run(), context_.reporter);
        result.prepared = std::move(prepared);
        return result;
    }

    MigrateResult run_steps(Database& database) {
        std::optional<StepNames> confirmed;
        if (asks() || backs_up()) confirmed = ask_and_back_up(database);
        Plan plan;
        // Called by run_planned() with what it reads under the lock, and again if the rows have moved meanwhile.
        const auto planner = [&](const state::DatabaseState& state) {
            plan = plan_for(database, state);
            if (confirmed) require_part_of(*confirmed, plan);
            return plan;
        };
        auto result = run::run_planned(database, planner, context_.scripts, options_for_files(database),
                                       options_for_run(), context_.reporter, std::move(prepared_));
        return answer(std::move(plan), std::move(result), database);
    }

    /// What comes before the first step. Returns the steps that were agreed to; nullopt: nobody was asked.
    std::optional<StepNames> ask_and_back_up(Database& database) {
        std::optional<StepNames> confirmed;
        auto plan = plan_for(database, state::read_state(database, table(), needs_checksums()));
        if (plan.steps.empty()) return confirmed;
        if (asks()) {
            confirmed = names_of(plan);
            prepared_ = run::prepare_unless_equal(std::move(plan), std::move(prepared_), context_.scripts,
                                                  options_for_files(database));
            // Under the lock, so that what is agreed to is what runs. Somebody who thinks for an hour keeps others
            // waiting for an hour; they are told by whom.
            ask(database);
        }
        // After the question: no backup for a run that nobody wants.
        if (backs_up()) back_up_first(database);
        return confirmed;
    }

    void ask(Database& database) {
        if (request_.mode == MigrateMode::stamp) {
            auto rows = prepared_.plan.from;
            std::ranges::sort(rows);
            if (!rows.empty()) request_.confirm(ForgottenRows{std::move(rows)});
            return;
        }
        auto losses = run::find_losses(database, prepared_, options_for_run(), context_.reporter);
        for (const auto& remark : losses.remarks) context_.reporter.warning(remark);
        if (!losses.empty()) request_.confirm(std::move(losses));
    }

    void back_up_first(Database& database) {
        const auto backup = run::back_up(database, table(), *request_.backup_to, request_.tag, context_.stop);
        backup_ = backup.file;
        context_.reporter.backed_up(backup);
    }

    const MigrateRequest& request_;
    const RunContext& context_;
    ChangedGuard changed_;
    std::shared_ptr<FromLog> from_log_;
    std::shared_ptr<std::deque<Graph>> taken_apart_ = std::make_shared<std::deque<Graph>>();
    Access first_access_;
    state::FoundTables found_{state::VersionTable{}};  ///< where they were at the start
    std::optional<state::DatabaseState> locked_;       ///< as it was when the lock was had
    run::PreparedPlan prepared_;                       ///< before the lock, or what was asked about under it
    std::optional<fs::path> backup_;                   ///< the backup that was made for this run
};

}  // namespace

Plan make_plan(const MigrateRequest& request, const Graph& graph, std::span<const RevisionId> rows) {
    switch (request.mode) {
        case MigrateMode::downgrade:
            return plan_downgrade(graph, rows, request.targets.front());
        case MigrateMode::stamp:
            return plan_stamp(graph, rows, request.targets, request.purge);
        default:
            return plan_upgrade(graph, rows, request.targets.front());
    }
}

std::unique_ptr<Work> make_target_work(const MigrateRequest& request, const RunContext& context) {
    return std::make_unique<TargetWork>(request, context);
}

}  // namespace rev::app
