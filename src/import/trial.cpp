#include "import/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "base/files.hpp"
#include "base/text.hpp"
#include "catalog/read_model.hpp"
#include "db/database.hpp"
#include "run/named_settings.hpp"
#include "run/prepared.hpp"
#include "scratch/load.hpp"
#include "scratch/replay.hpp"
#include "script/listing.hpp"
#include "sql/literals.hpp"
#include "sql/statements.hpp"
#include "state/reporter.hpp"
#include "state/tables.hpp"

namespace rev::foreign {
namespace {

/// Returns a row where the tool does not find its table any more; empty: it always does.
std::string_view lost_table_query(const Database& database, const ToolRun& run) {
    if (database.dialect() == Dialect::sqlite || run.table.find('.') != std::string_view::npos) return {};
    switch (run.tool.recording) {
        case Recording::by_schema:
            return {};
        case Recording::along_path:
            return "SELECT 1 WHERE NOT 'public' OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(false))";
        case Recording::in_current_schema:
            return "SELECT 1 WHERE pg_catalog.current_schema() OPERATOR(pg_catalog.<>) 'public'";
    }
    return {};
}

/// As Diesel and Flyway have it. They cannot know what a live database's default is, and nor can this.
std::optional<Command> restored_path(const Database& database, Session session) {
    if (session != Session::kept_but_path || database.dialect() == Dialect::sqlite) return std::nullopt;
    return Command{.kind = Command::Kind::sql, .sql = "RESET search_path"};
}

/// In a transaction that goes on with the next file, what is SET LOCAL in one holds in that one too.
std::string keep_local_settings(std::string_view sql) {
    std::string keep =
        "DO $$ BEGIN PERFORM pg_catalog.set_config(name, pg_catalog.current_setting(name), false) FROM "
        "pg_catalog.pg_settings WHERE source OPERATOR(pg_catalog.=) 'session'; ";
    // Those of applications, and the role, are not listed there. The role comes last: it may not be allowed the others.
    auto names = run::named_settings(sql).names;
    names.emplace_back("role");
    for (const auto& name : names) {
        const auto literal = sql::text_literal(name, Dialect::postgresql);
        keep += fmt::format(
            "IF pg_catalog.current_setting({0}, true) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_settings "
            "WHERE "
            "name OPERATOR(pg_catalog.=) {0}) THEN PERFORM pg_catalog.set_config({0}, pg_catalog.current_setting({0}), "
            "false); END IF; ",
            literal);
    }
    return keep + "END $$";
}

void run_in_transaction(Database& database, std::string_view sql, std::string_view expected_empty, Session session) {
    std::vector<Command> commands{{.kind = Command::Kind::begin}};
    if (!base::trim(sql).empty()) commands.push_back({.kind = Command::Kind::sql, .sql = sql});
    if (!expected_empty.empty()) commands.push_back({.kind = Command::Kind::expect_empty, .sql = expected_empty});
    // What a file has SET must not reach the next one: rev begins each revision anew.
    if (session == Session::anew) commands.push_back({.kind = Command::Kind::reset});
    const bool keeps = session == Session::kept_in_transaction && database.dialect() == Dialect::postgresql;
    const auto keep = keeps ? keep_local_settings(sql) : std::string();
    if (keeps) commands.push_back({.kind = Command::Kind::sql, .sql = keep});
    commands.push_back({.kind = Command::Kind::commit});
    if (const auto restored = restored_path(database, session)) commands.push_back(*restored);
    database.run(commands);
}

void run_one(Database& database, const Command& command) { database.run(std::span(&command, 1)); }

void run_alone(Database& database, const Statement& statement) {
    // The rows of COPY stand behind it in the file. Sent as SQL, they would be a syntax error.
    const bool copies = statement.kind == StatementKind::copy_from_stdin;
    run_one(database, {.kind = copies ? Command::Kind::copy : Command::Kind::sql,
                       .sql = statement.text,
                       .data = statement.copy_data});
}

void send(Database& database, const Migration& migration, const ToolRun& run) {
    const auto text = migration.before + migration.up;
    const auto lost_table = lost_table_query(database, run);
    const auto statements = split_statements(text, database.dialect());
    const auto is_control = [](const Statement& each) { return each.kind != StatementKind::ordinary; };
    // What commits by itself, what cannot run in a transaction and what brings rows of COPY must be sent alone.
    const bool is_plain = std::ranges::none_of(statements, is_control);
    if (migration.run == Run::in_transaction && is_plain)
        return run_in_transaction(database, text, lost_table, run.session);
    if (migration.run == Run::outside && is_plain && run.tool.sending == Sending::whole && !migration.may_mix) {
        run_one(database, {.kind = Command::Kind::sql, .sql = text});
    } else {
        for (const auto& statement : statements) run_alone(database, statement);
    }
    if (!lost_table.empty()) run_one(database, {.kind = Command::Kind::expect_empty, .sql = lost_table});
    if (run.session == Session::anew) run_one(database, {.kind = Command::Kind::reset});
    if (const auto restored = restored_path(database, run.session)) run_one(database, *restored);
}

}  // namespace

TrialDatabase::TrialDatabase(scratch::Place& place, const Config& config) : config_(config), scratch_(place.make()) {
    if (!config.scratch_setup.empty()) scratch::load_ddl(database(), scratch::read_ddl(config.scratch_setup));
    scratch::make_version_schema(database(), config.version_table_schema);
}

namespace {

/// Who a session of PostgreSQL has become by SET ROLE or SET SESSION AUTHORIZATION is not who it was: a model tells
/// only of owners that are other ones than the reader. For as long as this lives the session is what it began as.
class OwnRole {
public:
    explicit OwnRole(Database& database) : database_(database) {
        if (database.dialect() == Dialect::sqlite) return;
        const auto rows = database.query_in_session(
            "SELECT pg_catalog.current_setting('session_authorization'), pg_catalog.current_setting('role')");
        const auto set = [](std::string_view name, const SqlValue& value) {
            return fmt::format("SELECT pg_catalog.set_config('{}', {}, false);", name,
                               sql::text_literal(value.value_or(""), Dialect::postgresql));
        };
        back_ = set("session_authorization", rows.front()[0]) + set("role", rows.front()[1]);
        become("RESET SESSION AUTHORIZATION; SET ROLE none");
    }
    ~OwnRole() {
        try {
            if (!back_.empty()) become(back_);
        } catch (const Error&) {  // the connection is lost, as whoever uses it next will learn
        }
    }
    OwnRole(const OwnRole&) = delete;
    OwnRole& operator=(const OwnRole&) = delete;

private:
    void become(std::string_view sql) {
        const Command command{.kind = Command::Kind::sql, .sql = sql};
        database_.run(std::span(&command, 1));
    }

    Database& database_;
    std::string back_;
};

}  // namespace

schema::Model TrialDatabase::model(const std::set<schema::Kind>& without) {
    catalog::ReadOptions options;
    options.ignore = without;
    options.own_tables = own_tables(config_, database().dialect());
    const OwnRole own_role(database());
    return catalog::read_model(database(), options);
}

std::vector<std::vector<std::string>> own_tables(const Config& config, Dialect dialect,
                                                 const std::string& current_schema) {
    std::vector<std::vector<std::string>> tables;
    const auto& schema = config.version_table_schema.empty() ? current_schema : config.version_table_schema;
    for (const auto& name : state::own_table_names(config.version_table)) {
        if (dialect == Dialect::sqlite) {
            tables.push_back({name});
        } else {
            tables.push_back({schema, name});
        }
    }
    return tables;
}

schema::Model without_table(const schema::Model& model, const Config& config) {
    const auto table = own_tables(config, model.dialect()).front();
    const auto is_of_table = [&](const schema::FactId& id) {
        // Columns and constraints too: the name of a part is that of its table and one word more.
        return id.name.size() >= table.size() && std::equal(table.begin(), table.end(), id.name.begin());
    };
    std::vector<schema::Fact> facts;
    for (const auto& fact : model.facts())
        if (!is_of_table(fact.id) && !(fact.parent && is_of_table(*fact.parent))) facts.push_back(fact);
    return {model.dialect(), model.server_version(), std::move(facts)};
}

void run_as_tool(Database& database, const Migration& migration, const ToolRun& run) {
    if (!migration.failure.empty())
        throw Error(ExitCode::revision_failed, error_codes::foreign_file, migration.failure);
    try {
        send(database, migration, run);
    } catch (const Error& error) {
        if (error.code() != error_codes::returned_rows) throw;
        throw Error(ExitCode::revision_failed, error_codes::returned_rows,
                    fmt::format("behind it {} does not find its table any more: it sets the search_path of the session",
                                run.tool.title));
    }
}

void apply(Database& database, const RevisionFile& repeatable) {
    const auto* section = repeatable.find_section(SectionKind::apply, database.dialect());
    if (section != nullptr) run_in_transaction(database, repeatable.text_of(*section), {}, Session::anew);
}

DraftProject::DraftProject(const Draft& draft)
    : draft_(draft),
      texts_(texts_of(draft)),
      files_(files_of(draft, texts_)),
      scripts_(draft.config, files_),
      graph_(scripts_.load_graph()) {}

std::vector<RevisionText> DraftProject::files_of(const Draft& draft, const std::vector<std::string>& texts) {
    std::vector<RevisionText> files;
    for (std::size_t at = 0; at < texts.size(); ++at) files.push_back({draft.graph[at].path, texts[at]});
    return files;
}

std::vector<std::string> DraftProject::texts_of(const Draft& draft) {
    std::map<std::string, const std::string*> made;
    for (const auto& file : draft.files) made.emplace(script::shown_path(file.path), &file.text);
    std::vector<std::string> texts;
    for (const auto& revision : draft.graph) {
        const auto found = made.find(revision.path);
        // What the draft makes is not on disk yet; what the project has already is nowhere else.
        texts.push_back(found == made.end() ? base::read_text_file(revision.path) : *found->second);
    }
    return texts;
}

run::PreparedPlan DraftProject::plan(std::vector<RevisionId>& rows, const RevisionId& to, Dialect dialect) const {
    auto plan = plan_upgrade(graph_, rows, to);
    // Before the plan is moved from: the next migration begins where this one ends.
    rows = plan.to;
    return run::prepare(std::move(plan), scripts_, scratch::replay_options(draft_.config, dialect));
}

run::PreparedPlan DraftProject::plan_all(const std::vector<RevisionId>& ids, Dialect dialect) const {
    Revisions revisions;
    for (const auto& id : ids)
        if (const auto* revision = graph_.find(id)) revisions.push_back(revision);
    return run::prepare(scratch::plan_replay(graph_, revisions), scripts_,
                        scratch::replay_options(draft_.config, dialect));
}

void DraftProject::run(Database& database, const run::PreparedPlan& plan) const {
    state::Reporter silent;
    scratch::replay(database, plan, draft_.config, silent);
}

}  // namespace rev::foreign
