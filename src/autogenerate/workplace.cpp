#include "autogenerate/workplace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "app/connect.hpp"
#include "app/repeatables.hpp"
#include "app/worded.hpp"
#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "rev/plan.hpp"
#include "rev/stop.hpp"
#include "scratch/beyond.hpp"
#include "scratch/replay.hpp"
#include "scratch/run_sql.hpp"
#include "script/squashed_files.hpp"
#include "state/reporter.hpp"
#include "state/tables.hpp"

namespace rev::autogenerate {

namespace fs = std::filesystem;

namespace {

std::set<schema::Kind> kinds_of(const std::vector<std::string>& names) {
    std::set<schema::Kind> kinds;
    for (const auto& name : names)
        if (const auto kind = schema::find_kind(name)) kinds.insert(*kind);
    return kinds;
}

/// Whether what ran makes one of the extensions itself, as the server says: then it is not the platform's.
bool takes_itself(const Error& error, std::vector<scratch::Extension>& platform) {
    // duplicate_object
    if (error.sqlstate() != sqlstate::duplicate_object) return false;
    const std::string_view message = error.what();
    return std::erase_if(platform, [&](const scratch::Extension& extension) {
               return message.find('"' + extension.name + '"') != std::string_view::npos;
           }) > 0;
}

/// Sorted, as models are.
std::vector<schema::FactId> added_between(const schema::Model& before, const schema::Model& after) {
    std::vector<schema::FactId> ids;
    for (const auto& fact : after.facts())
        if (before.find(fact.id) == nullptr) ids.push_back(fact.id);
    return ids;
}

schema::Model without(const schema::Model& model, const std::vector<schema::FactId>& ids) {
    std::vector<schema::Fact> facts;
    for (const auto& fact : model.facts())
        if (!std::ranges::binary_search(ids, fact.id)) facts.push_back(fact);
    return {model.dialect(),
            model.server_version(),
            std::move(facts),
            {model.unmodelled().begin(), model.unmodelled().end()}};
}

}  // namespace

Workplace::Workplace(WorkplaceOptions options, Dialect dialect) : options_(std::move(options)), dialect_(dialect) {}
Workplace::~Workplace() = default;

std::unique_ptr<Workplace> Workplace::another(state::Reporter& reporter) const {
    auto other = std::make_unique<Workplace>(WorkplaceOptions{.config = options_.config,
                                                              .scripts = options_.scripts,
                                                              .graph = options_.graph,
                                                              .reporter = reporter,
                                                              .way = options_.way,
                                                              .wait = options_.wait},
                                             dialect_);
    other->uses_live_ = uses_live_;
    return other;
}

bool Workplace::has_live() const {
    if (!uses_live_) return false;
    // A URL that names a variable without a value is meant to be there: require_url() says what is missing.
    if (config().url.empty() && !config().unresolved.contains("url")) return false;
    const auto url = parse_database_url(require_url(config()));
    if (url.dialect != dialect_) return false;
    return !(url.dialect == Dialect::sqlite && url.database.empty()) && !app::is_missing_file(config(), url);
}

std::unique_ptr<Database> Workplace::open(const DatabaseUrl& url) const {
    auto options = app::reading_options(config());
    options.interrupted = stop_requested;
    options.on_blocked = [this](const LockWait& wait, std::chrono::milliseconds waited) {
        options_.reporter.waiting(app::wait_text(wait), waited);
    };
    return app::open_waiting(url, options, options_.wait, options_.reporter);
}

Database& Workplace::live() {
    if (!live_) {
        try {
            live_ = open(parse_database_url(require_url(config())));
        } catch (const Error& error) {
            if (error.exit_code() != ExitCode::database) throw;
            throw Error(error).with_hint(error.hint() +
                                         "; `--from heads` works on the revisions alone, without the database");
        }
    }
    return *live_;
}

LiveState Workplace::live_state() {
    auto state = state::read_state(live(), app::version_table(config()), false);
    state::refuse_unfinished(state.unfinished);
    found_schema_ = state.tables.table.schema;
    return {std::move(state.tables), std::move(state.rows)};
}

catalog::ReadOptions Workplace::read_options(const std::vector<std::string>& schemas) const {
    catalog::ReadOptions options;
    if (const auto* settings = config().schema.find(dialect_)) {
        options.schemas = settings->schemas;
        options.exclude = settings->exclude;
        options.ignore = kinds_of(settings->ignore);
    }
    if (options.schemas.empty()) options.schemas = schemas;
    auto names = state::own_table_names(config().version_table);
    names.emplace_back(proof_table);
    for (const auto& table : names) {
        if (dialect_ == Dialect::sqlite) {
            options.own_tables.push_back({table});
            continue;
        }
        std::set<std::string> homes = {config().version_table_schema, found_schema_};
        homes.erase("");
        if (config().version_table_schema.empty()) homes.insert("public");
        for (const auto& home : homes) options.own_tables.push_back({home, table});
    }
    return options;
}

schema::Model Workplace::read(Database& database, const std::vector<std::string>& schemas) {
    return without_setup(catalog::read_model(database, read_options(schemas)));
}

schema::Model Workplace::read(catalog::ModelReader& reader) { return without_setup(reader.read(read_options({}))); }

schema::Model Workplace::read_live(const std::vector<std::string>& schemas) { return read(live(), schemas); }

schema::Model Workplace::read_url(const std::string& url, const std::vector<std::string>& schemas) {
    const auto parsed = parse_database_url(url);
    if (parsed.dialect != dialect_)
        throw Error(ExitCode::usage, error_codes::other_dialect,
                    fmt::format("{} is no {} database, and both sides of a difference are of one kind",
                                parsed.display(), dialect_name(dialect_)));
    const auto database = open(parsed);
    return read(*database, schemas);
}

/// The database whose server, version and locale scratch databases take after.
std::optional<DatabaseUrl> Workplace::target_url() const {
    if (config().url.empty()) return std::nullopt;
    auto url = parse_database_url(config().url);
    if (url.dialect != dialect_ || dialect_ == Dialect::sqlite) return std::nullopt;
    if (uses_live_) return url;
    try {
        (void)open(url);
        return url;
    } catch (const Error& error) {  // nothing of it is needed
        if (options_.tell) options_.tell(fmt::format("Not asked for its version: {}", error.what()));
        return std::nullopt;
    }
}

scratch::Place& Workplace::place(const std::string& reaches_beyond) {
    // One that was opened for what reaches beyond its database serves for all else; the other way round it must be
    // opened anew.
    if (place_ && (reaches_beyond.empty() || !place_for_.empty())) return *place_;
    if (config().scratch_url.empty() && config().unresolved.contains("scratch_url"))
        throw Error(config().unresolved.at("scratch_url"));
    scratch::PlaceRequest request;
    request.dialect = dialect_;
    request.target = target_url();
    request.scratch_url = config().scratch_url;
    request.way = options_.way;
    request.is_protected = config().is_protected;
    request.reaches_beyond = reaches_beyond;
    request.announce = options_.announce;
    request.tell = options_.tell;
    request.interrupted = stop_requested;
    place_ = scratch::open_place(request);
    place_for_ = reaches_beyond;
    return *place_;
}

std::unique_ptr<scratch::ScratchDatabase> Workplace::make_scratch() { return make_scratch({}); }

std::unique_ptr<scratch::ScratchDatabase> Workplace::make_scratch(const std::string& reaches_beyond) {
    auto made = place(reaches_beyond).make(platform_);
    set_up(*made);
    return made;
}

/// What scratch_setup makes is the platform's: the first time it is noted, so that no model has it.
void Workplace::set_up(scratch::ScratchDatabase& made) {
    for (const auto& sql : default_privileges_) {
        try {
            scratch::run_sql(made.database(), sql);
        } catch (const Error& error) {  // of a role that may not be spoken for, or that is not there
            if (ends_all(error)) throw;
        }
    }
    if (config().scratch_setup.empty()) return;
    const auto texts = scratch::read_ddl(config().scratch_setup);
    if (setup_) {
        scratch::load_ddl(made.database(), texts);
        return;
    }
    const auto before = catalog::read_model(made.database());
    scratch::load_ddl(made.database(), texts);
    setup_ = added_between(before, catalog::read_model(made.database()));
}

schema::Model Workplace::without_setup(const schema::Model& model) const {
    return setup_ && !setup_->empty() ? without(model, *setup_) : model;
}

schema::Model Workplace::without_repeatables(const schema::Model& model) const {
    return of_repeatables_.empty() ? model : without(model, of_repeatables_);
}

void Workplace::learn_repeatables(scratch::ScratchDatabase& scratch, const schema::Model& model) {
    Plan plan;
    plan.from = plan.to = state::read_rows(scratch.database(), app::version_table(config()));
    scratch::add_repeatables(plan, options_.scripts);
    if (plan.steps.empty()) return;
    const auto prepared = run::prepare(std::move(plan), options_.scripts, scratch::replay_options(config(), dialect_));
    scratch::replay(scratch.database(), prepared, config(), options_.reporter);
    of_repeatables_ = added_between(model, read(scratch.database()));
}

/// Tries without extensions that nothing of ours makes, then with those of the target: a platform has put them there.
ScratchModel Workplace::with_platform(const std::string& beyond, const std::function<ScratchModel()>& run) {
    // It ends: each turn takes an extension off the list, which is asked for once.
    for (;;) {
        try {
            return run();
        } catch (const Error& error) {
            if (takes_itself(error, platform_)) continue;
            if (asked_platform_ || !may_lack_extension(error)) throw;
            asked_platform_ = true;
            platform_ = place(beyond).target_extensions();
            if (platform_.empty()) throw;
        }
    }
}

/// Those that the target database has, wherever it is: they were made when its revisions were the heads.
void Workplace::add_logged_repeatables(Plan& plan) {
    std::set<std::string> made;
    for (const auto& status : app::find_repeatables(live(), live_state().tables, options_.scripts))
        if (status.state == app::RepeatableState::current || status.state == app::RepeatableState::changed)
            made.insert(status.name);
    scratch::add_repeatables(plan, options_.scripts);
    std::erase_if(plan.steps, [&](const Step& step) {
        return step.repeatable != nullptr && !made.contains(step.repeatable->name);
    });
}

ScratchModel Workplace::replay(const Revisions& revisions, scratch::Holding holding) {
    auto plan = app::worded([&] { return scratch::plan_replay(options_.graph, revisions); });
    // Repeatables are written for the newest schema: on an older one they need not run.
    if (holding == scratch::Holding::all && plan_upgrade(options_.graph, plan.to, "heads").steps.empty())
        scratch::add_repeatables(plan, options_.scripts);
    if (holding == scratch::Holding::as_logged) add_logged_repeatables(plan);
    const auto prepared = run::prepare(plan, options_.scripts, scratch::replay_options(config(), dialect_));
    const auto beyond = dialect_ == Dialect::postgresql ? scratch::find_beyond(prepared) : std::string();
    const auto run = [&] {
        ScratchModel made{make_scratch(beyond), {}};
        scratch::replay(made.scratch->database(), prepared, config(), options_.reporter);
        return made;
    };
    auto made = with_platform(beyond, run);
    if (lacks_default_privileges(made.scratch->database(), beyond)) made = with_platform(beyond, run);
    made.model = read(made.scratch->database());
    return made;
}

schema::Model Workplace::read(const Source& source, const std::vector<std::string>& schemas) {
    switch (source.kind) {
        case Source::Kind::database:
            return read_live(schemas);
        case Source::Kind::url:
            return read_url(source.text, schemas);
        case Source::Kind::desired:
            return load_desired().model;
        case Source::Kind::path:
            return load(scratch::read_ddl(std::vector{fs::absolute(source.text).lexically_normal()})).model;
        case Source::Kind::target:
            break;
    }
    // No other target asks the database where it is.
    const bool needs_rows = source.text.find("current") != std::string::npos;
    const auto rows = needs_rows ? live_state().rows : std::vector<RevisionId>();
    if (const auto apart = script::SquashedFiles(config()).taken_apart(options_.graph, rows)) {
        // A database within a squash has what the files from before it made.
        const WorkplaceOptions of_old_files{options_.config, options_.scripts, *apart, options_.reporter,
                                            options_.way,    options_.wait,    {},     options_.tell};
        Workplace within(of_old_files, dialect_);
        const auto revisions = app::worded([&] { return resolve(*apart, source.text, rows); });
        return within.replay(revisions, scratch::Holding::as_logged).model;
    }
    const auto revisions = app::worded([&] { return resolve(options_.graph, source.text, rows); });
    return replay(revisions, needs_rows ? scratch::Holding::as_logged : scratch::Holding::all).model;
}

bool may_lack_extension(const Error& error) {
    return error.sqlstate() == sqlstate::undefined_object || error.sqlstate() == sqlstate::undefined_function ||
           error.sqlstate() == sqlstate::invalid_schema_name;
}

bool ends_all(const Error& error) {
    return stop_requested() || error.code() == error_codes::interrupted ||
           error.code() == error_codes::connection_lost || error.code() == error_codes::no_scratch;
}

void require_at_heads(Workplace& place) {
    const auto state = place.live_state();
    const auto& graph = place.options().graph;
    // With scratch_setup, tables that no revision makes are to be expected.
    if (state.rows.empty() && place.config().scratch_setup.empty()) {
        const auto tables = state::find_unadopted_tables(place.live(), state.tables);
        if (!tables.empty())
            throw Error(
                ExitCode::database, error_codes::not_adopted,
                fmt::format("the database has tables that no revision made: {}", base::join_first(tables, ", ", 5)))
                .with_hint(
                    "take it over first, see `man rev-adopting`; `--from heads` looks at the "
                    "revisions alone");
    }
    const auto plan =
        app::worded(place.live(), state.tables.table, graph, [&] { return plan_upgrade(graph, state.rows, "heads"); });
    if (plan.steps.empty()) return;
    throw Error(ExitCode::database, error_codes::not_up_to_date,
                fmt::format("the database is not up to date: {} not applied",
                            plan.steps.size() == 1 ? std::string("1 revision is")
                                                   : fmt::format("{} revisions are", plan.steps.size())))
        .with_hint("run `rev upgrade heads` first; `--from heads` looks at the revisions alone");
}

void require_all_but(Workplace& place, const Revision& revision) {
    const auto state = place.live_state();
    const auto& graph = place.options().graph;
    const auto plan =
        app::worded(place.live(), state.tables.table, graph, [&] { return plan_upgrade(graph, state.rows, "heads"); });
    const auto is_pending = [&](const Step& step) { return step.revision->id == revision.id; };
    if (std::ranges::none_of(plan.steps, is_pending))
        throw Error(ExitCode::database, error_codes::is_applied,
                    fmt::format("{} is applied to the database: its file says what was run", revision.id))
            .with_hint(fmt::format("take it back first: `rev downgrade {}`",
                                   revision.revises.empty() ? "base" : revision.revises.front()));
    if (plan.steps.size() > 1)
        throw Error(ExitCode::database, error_codes::not_up_to_date,
                    fmt::format("the database lacks more than {}", revision.id))
            .with_hint("run `rev upgrade` up to what stands before it");
}

Dialect dialect_of(const Config& config, const std::optional<std::string>& wanted) {
    if (wanted) {
        if (const auto dialect = find_dialect(*wanted)) return *dialect;
        throw Error(ExitCode::usage, error_codes::bad_dialect, fmt::format("\"{}\" is no dialect", *wanted))
            .with_hint("postgresql or sqlite");
    }
    if (!config.url.empty()) return parse_database_url(config.url).dialect;
    const auto& by_dialect = config.schema.by_dialect;
    if (by_dialect.size() == 1) return by_dialect.begin()->first;
    return parse_database_url(require_url(config)).dialect;
}

}  // namespace rev::autogenerate
