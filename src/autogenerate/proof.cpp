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
#include "state/reporter.hpp"

namespace rev::autogenerate {
namespace {

/// The revisions as files in memory: p1 <- p2 <- ...
class TrialHistory {
public:
    explicit TrialHistory(const Config& config, const schema::Migration& migration) {
        for (std::size_t i = 0; i < migration.revisions.size(); ++i) {
            names_.push_back(fmt::format("revision {} of the plan", i + 1));
            texts_.push_back(text_of(migration.revisions[i], i));
            find_lines(migration.revisions[i], i);
        }
        std::vector<RevisionText> files;
        for (std::size_t i = 0; i < texts_.size(); ++i) files.push_back({names_[i], texts_[i]});
        scripts_.emplace(config, files);
        graph_.emplace(scripts_->load_graph());
    }

    [[nodiscard]] const ScriptDirectory& scripts() const { return *scripts_; }
    [[nodiscard]] const Graph& graph() const { return *graph_; }

    /// The statement that the error is at; its reason is the error's.
    [[nodiscard]] std::optional<FailureOnRows> find_statement(const Error& error) const {
        const auto name = std::ranges::find(names_, error.location().file);
        if (name == names_.end()) return std::nullopt;
        const auto revision = static_cast<std::size_t>(name - names_.begin());
        for (const auto& each : lines_) {
            if (each.place.revision != revision || error.location().line < each.first) continue;
            if (error.location().line > each.last) continue;
            auto found = each.place;
            found.reason = error.what();
            return found;
        }
        return std::nullopt;
    }

private:
    struct StatementLines {
        std::size_t first = 0;
        std::size_t last = 0;
        FailureOnRows place;
    };

    /// The statements stand in the text in their order, each as it is.
    void find_lines(const schema::RevisionDraft& draft, std::size_t revision) {
        const auto& text = texts_[revision];
        std::size_t at = text.find("-- rev:upgrade");
        // Counted on from the statement before: from the beginning each time would be quadratic.
        std::size_t counted = 0;
        std::size_t line = 1;
        const auto line_of = [&](std::size_t place) {
            line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                                        text.begin() + static_cast<std::ptrdiff_t>(place), '\n'));
            counted = place;
            return line;
        };
        for (const bool in_upgrade : {true, false}) {
            const auto& statements = in_upgrade ? draft.upgrade : draft.downgrade;
            for (std::size_t i = 0; i < statements.size(); ++i) {
                at = text.find(statements[i].sql, at);
                if (at == std::string::npos) return;
                const auto end = at + statements[i].sql.size();
                const auto first = line_of(at);
                lines_.push_back(
                    {.first = first,
                     .last = line_of(end),
                     .place = {.revision = revision, .in_upgrade = in_upgrade, .statement = i, .reason = {}}});
                at = end;
            }
        }
    }

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
    std::vector<StatementLines> lines_;
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

/// The tables whose rows a statement may meet, by their names in the old schema.
class MetTables {
public:
    explicit MetTables(const ProofRequest& request) : request_(request) {}

    void add(const schema::FactId& object) {
        for (const auto* model : {&request_.from, &request_.to}) {
            const auto* fact = model->find(object);
            // Not up to the schema, which all tables are in.
            while (fact != nullptr && fact->id.kind != schema::Kind::table && !is_type(fact->id.kind))
                fact = fact->parent ? model->find(*fact->parent) : nullptr;
            if (fact == nullptr) continue;
            if (fact->id.kind == schema::Kind::table)
                tables_.insert(old_name(fact->id));
            else
                add_users(*model, fact->id);
        }
    }

    [[nodiscard]] std::set<schema::FactId> take() { return std::move(tables_); }

private:
    static bool is_type(schema::Kind kind) {
        return kind == schema::Kind::domain || kind == schema::Kind::type_composite ||
               kind == schema::Kind::type_enum || kind == schema::Kind::type_range || kind == schema::Kind::base_type;
    }

    /// A domain's condition meets the rows of every table with a column of it, and so on with types of types.
    void add_users(const schema::Model& model, const schema::FactId& type) {
        std::set<schema::FactId> types{type};
        for (bool grows = true; grows;) {
            grows = false;
            for (const auto& fact : model.facts()) {
                const auto uses =
                    std::ranges::any_of(fact.depends_on, [&](const auto& id) { return types.contains(id); });
                if (!uses) continue;
                if (fact.id.kind == schema::Kind::column && fact.parent) tables_.insert(old_name(*fact.parent));
                if (fact.id.kind == schema::Kind::domain || fact.id.kind == schema::Kind::type_composite)
                    grows = types.insert(fact.id).second || grows;
                if (fact.id.kind == schema::Kind::attribute && fact.parent)
                    grows = types.insert(*fact.parent).second || grows;
            }
        }
    }

    [[nodiscard]] schema::FactId old_name(const schema::FactId& table) const {
        const auto& renames = request_.options.hints.renames;
        const auto found = std::ranges::find(renames, table, &schema::Rename::to);
        return found == renames.end() ? table : found->from;
    }

    const ProofRequest& request_;
    std::set<schema::FactId> tables_;
};

/// Of the statements that say of themselves that rows may make them fail.
std::set<schema::FactId> tables_that_may_fail(const ProofRequest& request) {
    MetTables tables(request);
    const auto add = [&](const std::vector<schema::Statement>& statements) {
        for (const auto& statement : statements) {
            for (const auto& hazard : statement.hazards) {
                if (hazard.kind != schema::HazardKind::may_fail) continue;
                tables.add(statement.object);
                tables.add(hazard.object);
            }
        }
    };
    for (const auto& draft : request.migration.revisions) {
        add(draft.upgrade);
        add(draft.downgrade);
    }
    return tables.take();
}

std::set<schema::FactId> tables_of(const ProofRequest& request, const FailureOnRows& failure) {
    const auto& draft = request.migration.revisions.at(failure.revision);
    MetTables tables(request);
    tables.add((failure.in_upgrade ? draft.upgrade : draft.downgrade).at(failure.statement).object);
    return tables.take();
}

/// All that can have rows.
std::set<schema::FactId> all_tables(const schema::Model& model) {
    std::set<schema::FactId> tables;
    for (const auto& fact : model.facts())
        if (fact.id.kind == schema::Kind::table) tables.insert(fact.id);
    return tables;
}

/// Trials, each with fewer rows than the one before it, until one of them runs or there is nobody left to blame.
class Trials {
public:
    Trials(Workplace& place, const ProofRequest& request)
        : place_(place),
          request_(request),
          history_(place.config(), request.migration),
          marked_(tables_that_may_fail(request)) {}

    Proof run() {
        while (true) {
            try {
                return run_one();
            } catch (const Error& error) {
                if (ends_all(error)) throw;
                if (take_rows_out(error)) continue;
                Proof proof;
                proof.failures.push_back(failure_text(error));
                return proof;
            }
        }
    }

private:
    Proof run_one() {
        Proof proof;
        for (const auto& table : without_) proof.proven_empty.push_back(describe(table));
        Trial trial(place_, request_, history_);
        trial.make_rows(without_);
        trial.upgrade(proof);
        if (proof.holds()) trial.downgrade(proof);
        proof.on_rows = on_rows_;
        return proof;
    }

    /// First those of statements that say that rows may make them fail; then those that the statement works on that
    /// did; then all of them. False: none are left, or no statement is at fault.
    bool take_rows_out(const Error& error) {
        const auto before = without_.size();
        without_.insert(marked_.begin(), marked_.end());
        if (without_.size() > before) return true;
        const auto failure = history_.find_statement(error);
        if (!failure) return false;
        on_rows_.push_back(*failure);
        if (on_rows_.size() == 1) without_.merge(tables_of(request_, *failure));
        if (without_.size() == before) without_ = all_tables(request_.from);
        return without_.size() > before;
    }

    Workplace& place_;
    const ProofRequest& request_;
    const TrialHistory history_;
    std::set<schema::FactId> marked_;
    std::set<schema::FactId> without_;
    std::vector<FailureOnRows> on_rows_;
};

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

Proof prove(Workplace& place, const ProofRequest& request) { return Trials(place, request).run(); }

}  // namespace rev::autogenerate
