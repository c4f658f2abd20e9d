#include "autogenerate/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "autogenerate/rows.hpp"
#include "autogenerate/sections.hpp"
#include "base/text.hpp"
#include "rev/plan.hpp"
#include "rev/revision_text.hpp"
#include "rev/stop.hpp"
#include "scratch/replay.hpp"

namespace rev::autogenerate {
namespace {

/// The revisions as files in memory: p1 <- p2 <- ...
class TrialHistory {
public:
    explicit TrialHistory(const Config& config, const schema::Migration& migration) {
        for (std::size_t i = 0; i < migration.revisions.size(); ++i) {
            names_.push_back(fmt::format("revision {} of the plan", i + 1));
            texts_.push_back(text_of(migration.revisions[i], i));
        }
        std::vector<RevisionText> files;
        for (std::size_t i = 0; i < texts_.size(); ++i) files.push_back({names_[i], texts_[i]});
        scripts_.emplace(config, files);
        graph_.emplace(scripts_->load_graph());
    }

    [[nodiscard]] const ScriptDirectory& scripts() const { return *scripts_; }
    [[nodiscard]] const Graph& graph() const { return *graph_; }

private:
    static std::string text_of(const schema::RevisionDraft& draft, std::size_t index) {
        RevisionHeader header;
        header.revision.id = fmt::format("p{}", index + 1);
        if (index > 0) header.revision.revises = {fmt::format("p{}", index)};
        header.revision.message = "on trial";
        if (!draft.transaction) header.transaction = false;
        if (!draft.sqlite_foreign_keys) header.sqlite_foreign_keys = false;
        return fmt::format("{}\n-- rev:upgrade\n{}\n-- rev:downgrade\n{}", format_header(header),
                           section_text(draft.upgrade, Purpose::proof), section_text(draft.downgrade, Purpose::proof));
    }

    std::vector<std::string> names_;
    std::vector<std::string> texts_;
    std::optional<ScriptDirectory> scripts_;
    std::optional<Graph> graph_;
};

/// One trial on one scratch database.
class Trial {
public:
    Trial(Workplace& place, const ProofRequest& request, const TrialHistory& history)
        : place_(place), request_(request), history_(history), scratch_(request.make_from()) {}

    void make_rows(const std::set<schema::FactId>& without) {
        make_up_rows(database(), request_.from, without);
        before_ = read_rows_of_tables(database(), request_.from);
    }

    /// Throws Error where a statement fails.
    void upgrade(Proof& proof) {
        run([&](const Graph& graph) { return plan_upgrade(graph, std::span<const RevisionId>(), "heads"); });
        const auto model = place_.read(database());
        compare_with(request_.to, model, "the upgrade does not give the desired schema", proof);
        // Where the schema is not the desired one, this would only say so once more.
        if (!plan_migration(model, request_.to, {}).revisions.empty() && proof.holds())
            proof.failures.emplace_back("a second autogenerate would write another revision");
        after_ = read_rows_of_tables(database(), request_.to);
        const auto lost = find_lost_rows(request_.from, before_, request_.to, after_, request_.options.hints.renames);
        for (const auto& each : lost) proof.failures.push_back("the upgrade loses rows: " + each);
    }

    void downgrade(Proof& proof) {
        const auto rows = history_.graph().heads();
        run([&](const Graph& graph) {
            const std::vector<RevisionId> at = {rows.front()->id};
            return plan_downgrade(graph, at, "base");
        });
        compare_with(request_.from, place_.read(database()), "the downgrade does not give the schema back", proof);
        const auto back = read_rows_of_tables(database(), request_.from);
        std::vector<schema::Rename> renames;
        for (const auto& rename : request_.options.hints.renames) renames.push_back({rename.to, rename.from});
        const auto lost = find_lost_rows(request_.to, after_, request_.from, back, renames);
        for (const auto& each : lost) proof.failures.push_back("the downgrade loses rows: " + each);
    }

private:
    Database& database() { return scratch_->database(); }

    template <typename MakePlan>
    void run(MakePlan make_plan) {
        auto config = place_.config();
        // Another than the project's: the replayed base has that one, and its rows are of the base.
        config.version_table = proof_table;
        const auto prepared = run::prepare(make_plan(history_.graph()), history_.scripts(),
                                           scratch::replay_options(config, place_.dialect()));
        state::Reporter silent;
        scratch::replay(database(), prepared, config, silent);
    }

    static void compare_with(const schema::Model& wanted, const schema::Model& model, const char* what, Proof& proof) {
        const auto changes = compare(model, wanted);
        if (!changes.empty())
            proof.failures.push_back(fmt::format("{}: {}", what, difference_text(changes, "is left")));
    }

    Workplace& place_;
    const ProofRequest& request_;
    const TrialHistory& history_;
    std::unique_ptr<scratch::ScratchDatabase> scratch_;
    RowsOfTables before_;
    RowsOfTables after_;
};

/// Tables of the statements that say of themselves that rows may make them fail.
std::set<schema::FactId> tables_that_may_fail(const schema::Migration& migration) {
    std::set<schema::FactId> tables;
    const auto add = [&](const std::vector<schema::Statement>& statements) {
        for (const auto& statement : statements)
            for (const auto& hazard : statement.hazards)
                if (hazard.kind == schema::HazardKind::may_fail) tables.insert(statement.object);
    };
    for (const auto& draft : migration.revisions) {
        add(draft.upgrade);
        add(draft.downgrade);
    }
    return tables;
}

/// An attribute that is not there has no value; beside `true` that is a no.
std::string value_text(const std::string& value, const std::string& other) {
    if (!value.empty()) return value;
    return other == "true" ? "false" : "none";
}

std::string failure_text(const Error& error) {
    auto text = fmt::format("{} ({})", error.what(), base::place_text(error.location()));
    if (!error.location().line_text.empty()) text += ": " + std::string(base::trim(error.location().line_text));
    return text;
}

}  // namespace

std::string difference_text(const std::vector<schema::Change>& changes, std::string_view surplus) {
    std::vector<std::string> parts;
    for (const auto& change : changes) {
        auto text = describe(change.id);
        if (change.action == schema::Change::Action::alter)
            text += fmt::format(" ({}: {} instead of {})", change.attribute, value_text(change.before, change.after),
                                value_text(change.after, change.before));
        if (change.action == schema::Change::Action::add) text += " is missing";
        if (change.action == schema::Change::Action::drop) text += fmt::format(" {}", surplus);
        parts.push_back(std::move(text));
    }
    return base::join_first(parts, "; ", 5);
}

Proof prove(Workplace& place, const ProofRequest& request) {
    const TrialHistory history(place.config(), request.migration);
    const auto may_fail = tables_that_may_fail(request.migration);
    // With rows everywhere first. Where a statement says that rows may make it fail, a failure is no verdict: then once
    // more, with those tables empty. Where none says so, the first trial is the last.
    for (const bool is_last : {may_fail.empty(), true}) {
        Proof proof;
        if (is_last)
            for (const auto& table : may_fail) proof.proven_empty.push_back(describe(table));
        try {
            Trial trial(place, request, history);
            trial.make_rows(is_last ? may_fail : std::set<schema::FactId>());
            trial.upgrade(proof);
            if (proof.holds()) trial.downgrade(proof);
            return proof;
        } catch (const Error& error) {
            if (ends_all(error)) throw;
            if (!is_last) continue;
            proof.failures.push_back(failure_text(error));
            return proof;
        }
    }
    return {};
}

}  // namespace rev::autogenerate
