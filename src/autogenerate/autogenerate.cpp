// `rev revision --autogenerate`, in this order: what the revisions make (base), what is desired, what somebody changed
// by hand (drift), the plan from base to desired, its proof in scratch, and the files. What can be refused is refused
// before anything slow.

#include "autogenerate/autogenerate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/worded.hpp"
#include "autogenerate/hints.hpp"
#include "autogenerate/sections.hpp"
#include "base/text.hpp"
#include "schema/hints.hpp"
#include "schema/schemas.hpp"
#include "script/repeatables.hpp"

namespace rev::autogenerate {

namespace fs = std::filesystem;

namespace {

/// A DROP that is planned against the live database may be of something that no revision knows.
bool drops_something(const schema::Migration& migration) {
    return std::ranges::any_of(migration.changes,
                               [](const auto& change) { return change.action == schema::Change::Action::drop; });
}

bool holds_nothing(const schema::Model& model) {
    constexpr schema::Kind objects[] = {
        schema::Kind::table,         schema::Kind::view,      schema::Kind::materialized_view, schema::Kind::routine,
        schema::Kind::sequence,      schema::Kind::type_enum, schema::Kind::type_composite,    schema::Kind::domain,
        schema::Kind::virtual_table, schema::Kind::extension};
    return std::ranges::none_of(model.facts(), [&](const schema::Fact& fact) {
        return std::ranges::find(objects, fact.id.kind) != std::end(objects);
    });
}

/// Tables that get a column, which are in both models: those of which it matters whether they hold a row.
std::vector<schema::FactId> grown_tables(const std::vector<schema::Change>& changes, const schema::Model& base) {
    std::vector<schema::FactId> tables;
    for (const auto& change : changes) {
        if (change.action == schema::Change::Action::drop || change.id.kind != schema::Kind::column) continue;
        schema::FactId table{schema::Kind::table, {change.id.name.begin(), change.id.name.end() - 1}};
        if (base.find(table) != nullptr && std::ranges::find(tables, table) == tables.end())
            tables.push_back(std::move(table));
    }
    return tables;
}

std::set<schema::FactId> tables_with_rows(Database& live, const std::vector<schema::FactId>& tables) {
    std::set<schema::FactId> found;
    for (const auto& table : tables) {
        std::string name;
        for (const auto& part : table.name) name += (name.empty() ? "" : ".") + live.quote_identifier(part);
        try {
            const auto rows = live.query_in_session(fmt::format("SELECT 1 FROM {} LIMIT 1", name));
            if (!rows.empty()) found.insert(table);
        } catch (const CommandError& error) {
            if (error.connection_lost || error.code() == error_codes::interrupted) throw;
            if (live.in_transaction()) live.rollback();
        } catch (const Error&) {  // it is not there, or may not be read: then it is not known to hold one
            continue;
        }
    }
    return found;
}

/// Throws Error: it is no head, so that others stand on what it has.
const Revision& replaced_head(const Graph& graph, const std::string& symbol) {
    const auto& revision = *app::worded([&] { return &resolve_one(graph, symbol); });
    if (graph.is_head(revision) && !graph.is_depended_upon(revision)) return revision;
    throw Error(ExitCode::graph, error_codes::not_a_head,
                fmt::format("{} is no head: other revisions stand on what it has", revision.id))
        .with_hint("`rev heads` lists the heads; without --replace a new revision is written");
}

/// What there is without it.
Revisions heads_without(const Graph& graph, const Revision& replaced) {
    Revisions revisions;
    for (const auto* head : graph.heads())
        if (head != &replaced) revisions.push_back(head);
    for (const auto& parent : replaced.revises) revisions.push_back(graph.find(parent));
    for (const auto* dependency : graph.dependencies(replaced)) revisions.push_back(dependency);
    return revisions;
}

/// One search for what lacks.
class Search {
public:
    Search(Workplace& place, const AutogenerateRequest& request) : place_(place), request_(request) {
        if (request.replace) replaced_ = &replaced_head(place.options().graph, *request.replace);
    }

    Lack run() {
        lack_.dialect = place_.dialect();
        check_live();
        lack_.desired = place_.load_desired();
        // Behind the desired schema: where the base is a live database, it tells which of its schemas count.
        read_base();
        leave_repeatables_out();
        refuse_empty();
        find_drift();
        plan();
        confirm_drops();
        return std::move(lack_);
    }

private:
    [[nodiscard]] bool leaves_live_alone() const { return request_.from && request_.from != "database"; }

    void check_live() {
        if (leaves_live_alone()) place_.leave_live_alone();
        if (request_.from == "database" || !place_.has_live()) return;
        if (replaced_)
            require_all_but(place_, *replaced_);
        else
            require_at_heads(place_);
    }

    void read_base() {
        if (replaced_) return read_replayed_base(heads_without(place_.options().graph, *replaced_));
        const auto source = parse_source(request_.from.value_or("heads"));
        if (source.kind == Source::Kind::target && source.text.find("current") == std::string::npos)
            return read_replayed_base(app::worded([&] { return resolve(place_.options().graph, source.text); }));
        lack_.base = place_.read(source, schema::schemas_of({&lack_.desired.model}));
    }

    void read_replayed_base(const Revisions& revisions) {
        if (place_.is_in_transaction()) {
            lack_.base_reason =
                "with --scratch transaction nothing is replayed, so the database counts as what the revisions make";
            lack_.base = place_.read_live(schema::schemas_of({&lack_.desired.model}));
            return;
        }
        lack_.base_revisions = revisions;
        const auto before = place_.platform();
        try {
            lack_.base_kept = place_.replay(revisions, scratch::Holding::revisions_only);
            lack_.base = lack_.base_kept->model;
            // The replay has found that extensions of the platform are needed: then both sides must have them.
            if (place_.platform() != before) lack_.desired = place_.load_desired();
        } catch (const RunError& error) {
            // A history that does not begin at nothing.
            if (!place_.has_live() || error.exit_code() != ExitCode::revision_failed) throw;
            lack_.base_reason = fmt::format(
                "the revisions cannot be replayed from nothing, so the database counts as what they make: "
                "{}:{}: {}",
                error.location().file, error.location().line, error.what());
            lack_.base = place_.read_live(schema::schemas_of({&lack_.desired.model}));
        }
    }

    /// A desired schema need not have them, and its author may change them there only in vain: they are the files'.
    void leave_repeatables_out() {
        if (place_.options().scripts.repeatables().empty() || place_.is_in_transaction()) return;
        try {
            learn_repeatables();
        } catch (const RunError& error) {
            // A history that does not begin at nothing tells nothing of what its objects are.
            if (lack_.base_reason.empty() || error.exit_code() != ExitCode::revision_failed) throw;
        }
        lack_.base = place_.without_repeatables(lack_.base);
        lack_.desired.model = place_.without_repeatables(lack_.desired.model);
    }

    void learn_repeatables() {
        const auto heads = place_.options().graph.heads();
        if (lack_.base_kept && lack_.base_kept->scratch && lack_.base_revisions == heads) {
            place_.learn_repeatables(*lack_.base_kept->scratch, lack_.base);
            lack_.base_kept->scratch.reset();  // it has them now: the proof begins with another one
            return;
        }
        const auto made = place_.replay(heads, scratch::Holding::revisions_only);
        place_.learn_repeatables(*made.scratch, made.model);
    }

    void refuse_empty() const {
        if (request_.allow_empty || !holds_nothing(lack_.desired.model) || holds_nothing(lack_.base)) return;
        throw Error(ExitCode::usage, error_codes::empty_schema,
                    "the desired schema is empty: the revision would drop everything that there is")
            .with_hint("check `schema` in alembic.yaml; --allow-empty writes it all the same");
    }

    void find_drift() {
        if (!lack_.base_kept || !place_.has_live() || request_.from) return;
        const auto live =
            place_.without_repeatables(place_.read_live(schema::schemas_of({&lack_.base, &lack_.desired.model})));
        lack_.drift = compare(lack_.base, live);
    }

    void plan() {
        auto& options = lack_.options;
        options.online =
            (request_.online || place_.config().autogenerate_online) && place_.dialect() == Dialect::postgresql;
        options.foreign_keys_enforced = place_.config().sqlite_foreign_keys;
        options.hints = read_hints(lack_.desired);
        for (const auto& text : request_.renames) {
            const auto rename = schema::read_rename(text, lack_.base, lack_.desired.model);
            // A rename of the command line goes over one that the desired schema has.
            std::erase_if(options.hints.renames, [&](const auto& each) { return each.to == rename.to; });
            options.hints.renames.push_back(rename);
        }
        complete_renames(options.hints, lack_.base, lack_.desired.model);
        // Whether a new column needs a value for old rows is a question of the live database alone.
        if (place_.has_live())
            options.tables_with_rows = tables_with_rows(
                place_.live(), grown_tables(compare(lack_.base, lack_.desired.model, options.hints), lack_.base));
        lack_.migration = plan_migration(lack_.base, lack_.desired.model, options);
        if (ask_for_renames()) lack_.migration = plan_migration(lack_.base, lack_.desired.model, options);
        if (lack_.desired.unchecked_function_bodies) leave_bodies_unchecked(lack_.migration);
    }

    bool ask_for_renames() {
        if (!request_.questions.is_rename) return false;
        bool any = false;
        for (const auto& rename : lack_.migration.possible_renames) {
            const bool is_taken = std::ranges::any_of(lack_.options.hints.renames, [&](const auto& each) {
                return each.from == rename.from || each.to == rename.to;
            });
            if (is_taken || !request_.questions.is_rename(rename)) continue;
            lack_.options.hints.renames.push_back(rename);
            any = true;
        }
        return any;
    }

    /// As the desired schema has it: bodies may name what is made behind them.
    static void leave_bodies_unchecked(schema::Migration& migration) {
        const auto makes_routine = [](const schema::Statement& statement) {
            return statement.object.kind == schema::Kind::routine;
        };
        for (auto& draft : migration.revisions)
            for (auto* section : {&draft.upgrade, &draft.downgrade})
                if (std::ranges::any_of(*section, makes_routine))
                    section->insert(section->begin(), {.sql = "SET check_function_bodies = off"});
    }

    void confirm_drops() const {
        if (lack_.base_reason.empty() || !drops_something(lack_.migration) || request_.drops_confirmed) return;
        const auto question =
            fmt::format("{}. The revision drops what no revision may have made. Write it?", lack_.base_reason);
        if (request_.questions.confirm) return request_.questions.confirm(question);
        throw Error(ExitCode::usage, error_codes::not_confirmed, question)
            .with_hint("add --yes to write it without being asked");
    }

    Workplace& place_;
    const AutogenerateRequest& request_;
    const Revision* replaced_ = nullptr;
    Lack lack_;
};

/// What was written goes again when something behind it fails.
class NewFiles {
public:
    ~NewFiles() {
        std::error_code ignored;
        if (!kept_)
            for (const auto& script : created_) fs::remove(script.file, ignored);
    }
    void add(CreatedScript script) { created_.push_back(std::move(script)); }
    [[nodiscard]] const CreatedScript& last() const { return created_.back(); }
    std::vector<CreatedScript> keep() {
        kept_ = true;
        return std::move(created_);
    }

private:
    std::vector<CreatedScript> created_;
    bool kept_ = false;
};

/// Behind the first, each revises the one before it.
rev::ScriptRequest request_behind(const rev::ScriptRequest& first, const CreatedScript& before) {
    rev::ScriptRequest request;
    request.message = first.message;
    request.version_path = first.version_path;
    request.node.heads = {before.revision.id};
    return request;
}

std::vector<CreatedScript> write_files(const WorkplaceOptions& options, const std::vector<FileDraft>& drafts,
                                       const rev::ScriptRequest& script) {
    NewFiles files;
    std::optional<Graph> grown;
    for (const auto& draft : drafts) {
        auto request = grown ? request_behind(script, files.last()) : script;
        if (!draft.title.empty()) request.message += ": " + draft.title;
        request.body = ScriptBody{.sections = draft.sections};
        if (!draft.transaction) request.body->transaction = false;
        if (!draft.sqlite_foreign_keys) request.body->sqlite_foreign_keys = false;
        const auto& graph = grown ? *grown : options.graph;
        files.add(app::worded([&] { return options.scripts.create(graph, request); }));
        grown = app::graph_with(graph, files.last().revision);
    }
    return files.keep();
}

Proof prove_lack(Workplace& place, Lack& lack) {
    ProofRequest request{.from = lack.base,
                         .to = lack.desired.model,
                         .migration = lack.migration,
                         .options = lack.options,
                         .make_from = {},
                         .unchecked_function_bodies = false};
    const bool is_replayed = lack.base_kept.has_value();
    request.make_from = [&]() -> std::unique_ptr<scratch::ScratchDatabase> {
        if (is_replayed) {
            // A trial changes its database, so that this one serves for the first, and the next one is replayed again.
            if (lack.base_kept->scratch) return std::move(lack.base_kept->scratch);
            return place.replay(lack.base_revisions, scratch::Holding::revisions_only).scratch;
        }
        return place.load({{"the database's schema", dump_text(lack.base)}}).scratch;
    };
    return prove(place, request);
}

/// What failed on made-up rows may fail on others.
void mark_failures(schema::Migration& migration, const Proof& proof) {
    for (const auto& failure : proof.on_rows) {
        auto& draft = migration.revisions.at(failure.revision);
        auto& statement = (failure.in_upgrade ? draft.upgrade : draft.downgrade).at(failure.statement);
        statement.hazards.push_back({schema::HazardKind::may_fail, statement.object,
                                     fmt::format("failed on made-up rows: {}", failure.reason)});
    }
}

void find_met(const AutogenerateRequest& request, AutogenerateResult& result) {
    for (const auto& lack : result.lacks)
        for (const auto& hazard : hazards_of(lack.migration))
            if (request.fail_on.contains(hazard.kind)) result.met.insert(hazard.kind);
}

/// In the place of what the file has.
void rewrite_file(const WorkplaceOptions& options, const std::vector<FileDraft>& drafts, const Revision& revision) {
    if (drafts.size() > 1)
        throw Error(ExitCode::graph, error_codes::several_revisions_needed,
                    fmt::format("this takes {} revisions, and --replace writes one", drafts.size()))
            .with_hint("leave --replace out, or --online");
    ScriptBody body{.sections = drafts.front().sections};
    if (!drafts.front().transaction) body.transaction = false;
    if (!drafts.front().sqlite_foreign_keys) body.sqlite_foreign_keys = false;
    options.scripts.rewrite(revision, body);
}

/// Refuses before anything slow is done what create() would refuse at the end.
void refuse_unsound_request(const Workplace& place, const rev::ScriptRequest& script) {
    auto node = script.node;
    // Any id: nothing is written here.
    if (node.id.empty()) node.id = "0";
    if (place.options().graph.find(node.id) != nullptr && script.node.id.empty()) return;
    (void)app::worded([&] { return plan_new_revision(place.options().graph, node); });
}

}  // namespace

std::vector<schema::Hazard> hazards_of(const schema::Migration& migration) {
    std::vector<schema::Hazard> hazards;
    for (const auto& draft : migration.revisions)
        for (const auto& statement : draft.upgrade)
            hazards.insert(hazards.end(), statement.hazards.begin(), statement.hazards.end());
    return hazards;
}

Lack find_lack(Workplace& place, const AutogenerateRequest& request) { return Search(place, request).run(); }

std::vector<Lack> find_lacks(const std::vector<Workplace*>& places, const AutogenerateRequest& request) {
    std::vector<Lack> lacks;
    for (auto* place : places) {
        try {
            lacks.push_back(find_lack(*place, request));
        } catch (const Error& error) {
            if (places.size() < 2 || error.code() != error_codes::no_scratch) throw;
            const auto other = place->dialect() == Dialect::sqlite ? Dialect::postgresql : Dialect::sqlite;
            throw Error(error).with_hint(
                fmt::format("{}; `--dialect {}` works on that alone", error.hint(), dialect_name(other)));
        }
    }
    return lacks;
}

bool has_changes(const AutogenerateResult& result) {
    return std::ranges::any_of(result.lacks, [](const Lack& lack) { return !lack.migration.revisions.empty(); });
}

AutogenerateResult autogenerate(const std::vector<Workplace*>& places, const AutogenerateRequest& request) {
    if (!request.replace) refuse_unsound_request(*places.front(), request.script);
    AutogenerateResult result;
    result.lacks = find_lacks(places, request);
    if (!has_changes(result)) return result;
    find_met(request, result);
    if (!result.met.empty()) return result;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (result.lacks[i].migration.revisions.empty()) continue;
        if (places[i]->is_in_transaction()) {
            result.unproven_places.push_back(result.lacks[i].dialect);
            continue;
        }
        auto proof = prove_lack(*places[i], result.lacks[i]);
        result.proven = result.proven && proof.holds();
        mark_failures(result.lacks[i].migration, proof);
        result.proofs[result.lacks[i].dialect] = std::move(proof);
    }
    if (!result.proven && !request.unproven) return result;
    find_met(request, result);
    if (!result.met.empty()) return result;
    std::map<Dialect, std::vector<schema::RevisionDraft>> drafts;
    for (const auto& lack : result.lacks) drafts[lack.dialect] = lack.migration.revisions;
    // Where the settings have several dialects and only one is worked on, an unnamed section would run on the other
    // too.
    const bool named = places.size() == 1 && places.front()->config().schema.by_dialect.size() > 1;
    const auto& options = places.front()->options();
    if (request.replace) {
        result.rewritten = &replaced_head(options.graph, *request.replace);
        rewrite_file(options, join_drafts(drafts, named), *result.rewritten);
    } else {
        result.created = write_files(options, join_drafts(drafts, named), request.script);
    }
    return result;
}

}  // namespace rev::autogenerate
