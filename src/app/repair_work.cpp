// Telling rev what became of a revision: rows, log and ledger change, and nothing runs.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/changed.hpp"
#include "app/connect.hpp"
#include "app/run_options.hpp"
#include "app/worded.hpp"
#include "app/work.hpp"
#include "run/prepared.hpp"
#include "run/unfinished.hpp"
#include "state/state.hpp"

namespace rev::app {
namespace {

/// The file of a revision that stopped half-way may be gone, so its full id will do.
RevisionId find_id(const Graph& graph, const std::string& symbol) {
    if (graph.find(symbol) != nullptr) return symbol;
    try {
        return resolve_one(graph, symbol).id;
    } catch (const GraphError& error) {
        if (error.kind == GraphError::Kind::unknown_revision) return symbol;
        throw to_error(error);
    }
}

/// The upgrade that the log has run of a revision and that no stamp or downgrade came after. log: newest first.
std::optional<state::LogEntry> standing_upgrade(const std::vector<state::LogEntry>& log, const RevisionId& id) {
    for (const auto& entry : log) {
        if (entry.revision != id) continue;
        if (entry.event == "upgrade") return entry;
        if (entry.event == "stamp" || entry.event == "downgrade") break;
    }
    return std::nullopt;
}

class RepairWork final : public Work {
public:
    RepairWork(const MigrateRequest& request, const RunContext& context)
        : request_(request),
          context_(context),
          id_(find_id(context.graph, request.targets.front().text)),
          table_(version_table(context.config())),
          first_access_(context.connector.is_missing_file() ? Access::read : Access::write) {}

    /// A database file that is missing is not made to be told that there is nothing to repair in it.
    [[nodiscard]] Access first_access() const override { return first_access_; }
    [[nodiscard]] const state::VersionTable& table() const override { return table_; }

    std::optional<MigrateResult> look(Database& database) override {
        if (!accepts()) run::require_unfinished(database, table_, id_);
        // Asked without the lock: act() reads everything anew under it.
        if (request_.confirm) request_.confirm(question(database));
        if (request_.on_ready) request_.on_ready();
        return std::nullopt;
    }

    MigrateResult act(Database& database) override {
        Plan plan;
        plan.from = state::read_rows(database, table_);
        if (accepts())
            accept(database);
        else
            close(database);
        plan.to = state::read_rows(database, table_);
        RunResult result;
        result.rows = plan.to;
        return {.plan = std::move(plan), .result = std::move(result), .dialect = database.dialect()};
    }

private:
    [[nodiscard]] bool accepts() const noexcept { return request_.mode == MigrateMode::accept_changed; }
    [[nodiscard]] run::RepairOutcome outcome() const noexcept {
        return request_.mode == MigrateMode::repair_applied ? run::RepairOutcome::applied
                                                            : run::RepairOutcome::not_applied;
    }
    [[nodiscard]] run::PrepareOptions options_for_files(Database& database) const {
        return prepare_options(context_.config(), context_.config().transaction, database);
    }
    [[nodiscard]] const Revision& revision() const {
        return *worded([&] { return &resolve_one(context_.graph, id_); });
    }

    Question question(Database& database) const {
        if (!accepts()) return RecordedOutcome{.revision = id_, .outcome = outcome()};
        // Refuses a file that could not run, before anything is asked.
        const auto prepared =
            run::prepare_upgrade_of(revision(), context_.graph, context_.scripts, options_for_files(database));
        const auto state = state::read_state(database, table_);
        const auto found = state.checksums.find(id_);
        const bool ran_nothing = found != state.checksums.end() && state::is_of_nothing(found->second);
        return AcceptedFile{.revision = revision().id,
                            .statements = prepared.steps.front()->statements.size(),
                            .upgrade = standing_upgrade(state::read_log(database, state.tables), id_),
                            .run_commands = ran_nothing ? commands_to_run(revision(), context_.graph, state.rows)
                                                        : std::vector<std::string>()};
    }

    void accept(Database& database) const {
        auto execute = execute_options(context_, context_.config().transaction);
        execute.tag = request_.tag;
        run::accept_changed(database, context_.graph, revision(), context_.scripts, options_for_files(database),
                            execute);
    }

    void close(Database& database) const {
        const auto upgrade = outcome() == run::RepairOutcome::applied ? upgrade_to_keep(database) : std::nullopt;
        run::repair(database, table_, id_, outcome(), request_.tag, upgrade ? upgrade->steps.front().get() : nullptr);
    }

    /// What the log is to keep, as of an upgrade; nullopt if the revision has no file, or one that could not run.
    [[nodiscard]] std::optional<run::PreparedPlan> upgrade_to_keep(Database& database) const {
        const auto* found = context_.graph.find(id_);
        if (found == nullptr) return std::nullopt;
        try {
            return run::prepare_upgrade_of(*found, context_.graph, context_.scripts, options_for_files(database));
        } catch (const Error& error) {
            // A revision that somebody finished by hand is recorded all the same.
            context_.reporter.warning(fmt::format("the log keeps no downgrade of {}: {}", id_, error.what()));
            return std::nullopt;
        }
    }

    const MigrateRequest& request_;
    const RunContext& context_;
    RevisionId id_;
    state::VersionTable table_;
    Access first_access_;
};

}  // namespace

std::unique_ptr<Work> make_repair_work(const MigrateRequest& request, const RunContext& context) {
    return std::make_unique<RepairWork>(request, context);
}

}  // namespace rev::app
