// Has the project's revisions recorded and makes a History of the answer.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"
#include "catalog/read_model.hpp"
#include "db/database.hpp"
#include "import/alembic.hpp"
#include "import/python/texts.hpp"
#include "import/python_run.hpp"
#include "import/schema_trail.hpp"
#include "import/scratch.hpp"
#include "import/session_settings.hpp"
#include "import/settings_text.hpp"
#include "import/tool.hpp"
#include "script/revision_file.hpp"
#include "sql/literals.hpp"
#include "sql/nested_tokens.hpp"
#include "sql/parse_tree.hpp"

namespace rev::foreign {

using Json = nlohmann::json;

namespace {

constexpr std::string_view not_reached = "was not reached";
constexpr std::string_view fails_itself = "fails in Alembic itself: ";

void require_usable_id(const std::string& id, const std::string& file) {
    if (is_valid_revision_id(id)) return;
    throw bad_file(file, fmt::format("has the id {}, which rev cannot hold, and the rows of databases say it",
                                     base::printable_word(id)))
        .with_hint(
            "an id is 1 to 32 letters, digits, \"_\" and \".\": rename it in Alembic, in its file and in each "
            "database, then import again");
}

/// As revision files have it: without fractions of a second, with a zone. Alembic writes none for UTC or by default.
std::string created_in(const std::string& text) {
    constexpr std::size_t size = std::string_view("2024-01-01 10:00:00").size();
    if (text.size() < size || text[4] != '-' || text[13] != ':') return text;
    auto zone = std::string_view(text).substr(size);
    if (zone.starts_with('.')) zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
    zone = base::trim(zone);
    if (zone.empty() || zone == "+00:00" || zone == "UTC") zone = "Z";
    auto created = text.substr(0, size) + std::string(zone);
    created[10] = ' ';
    return created;
}

Migration to_migration(const Json& line, const Files& files) {
    Migration migration;
    migration.version = text_in(line, "revision");
    migration.id = migration.version;
    migration.file = files.shown(text_in(line, "path"));
    require_usable_id(migration.id, migration.file);
    migration.revises = texts_in(line, "revises");
    migration.depends_on = texts_in(line, "depends_on");
    migration.branch_labels = texts_in(line, "labels");
    const auto message = text_in(line, "message");
    const auto end = std::min(message.find('\n'), message.size());
    // The message of a revision is one line; the docstring of an Alembic file may have many.
    migration.name = message.substr(0, end);
    migration.created = created_in(text_in(line, "created"));
    // The recording ends at the first failure: what comes behind it has neither SQL nor an error of its own.
    if (line.at("up").is_null()) {
        const auto why = text_in(line, "up_error");
        migration.obstacle = std::string(why.empty() ? not_reached : fails_itself) + why.substr(0, why.find('\n'));
        return migration;
    }
    migration.up = joined_statements(line.at("up"));
    if (!line.at("down").is_null()) {
        migration.down = joined_statements(line.at("down"));
        if (!migration.up.empty()) migration.up += '\n';  // an empty line before the next marker
    }
    if (line.at("outside").get<bool>()) migration.run = migration.run_down = Run::outside;
    migration.reads_rows = line.at("reads").get<bool>();
    // What is recorded goes into version control.
    refuse_secrets(migration.up, migration.file);
    if (migration.down) refuse_secrets(*migration.down, migration.file);
    return migration;
}

void add_remarks(History& history, const Json& line, const Migration& migration) {
    if (const auto why = text_in(line, "down_error"); !why.empty())
        history.remarks.push_back(fmt::format("{} cannot be undone: its downgrade fails in Alembic itself ({})",
                                              migration.file, why.substr(0, why.find('\n'))));
    if (line.at("varies").get<bool>())
        history.remarks.push_back(migration.file +
                                  " makes values while it runs (a time, a random id): they stay as they were recorded");
    if (migration.reads_rows)
        history.remarks.push_back(migration.file +
                                  " reads rows: what it does for them is not recorded, as the tables were empty");
    if (line.at("in_baseline").get<bool>())
        history.remarks.push_back(migration.file + " has no SQL: the baseline has what it makes");
}

[[noreturn]] void throw_several_engines(const std::string& engines) {
    throw Error(ExitCode::graph, error_codes::several_engines,
                fmt::format("the project has several databases (the multidb template, or SQLALCHEMY_BINDS): {}",
                            base::printable(engines)))
        .with_hint(
            "rev has one history for one database: make a project of rev for each, with the SQL that `alembic upgrade "
            "head --sql` prints for it");
}

/// Where the desired schema comes from: the models, if alembic.yaml stands where they are found from.
void name_schema(History& history, const std::string& metadata, const RecordRequest& request, const Files& files) {
    if (metadata == "none") return;
    const auto command = fmt::format("python3 {{schema_sources}}/sqlalchemy.py {} --dialect {{dialect}}",
                                     metadata.empty() ? "MODULE:NAME" : metadata);
    if (!metadata.empty() && request.project == files.options().working_directory) {
        history.schema_command = command;
    } else {
        history.schema_hint = fmt::format(
            "for `rev revision --autogenerate`, name the models in alembic.yaml, beside them: schema: {{ command: "
            "\"{}\" }}",
            command);
    }
}

/// A setting of env.py's, where it differs from Alembic's own.
void read_project(History& history, const Json& line, const RecordRequest& request, const Files& files) {
    const auto table = text_in(line, "version_table");
    const auto schema = text_in(line, "version_table_schema");
    if (!table.empty() || !schema.empty()) {
        const auto name = table.empty() ? "alembic_version" : table;
        history.table = schema.empty() ? name : schema + "." + name;
        history.own_table = history.table;
        // Alembic makes none: env.py does, or somebody did before Alembic came to that database.
        history.makes_table_schema = !schema.empty() && schema != "public" && !files.options().baseline;
        if (!schema.empty())
            history.remarks.push_back(fmt::format("rev keeps its rows in the schema {}, as Alembic does{}", schema,
                                                  history.makes_table_schema
                                                      ? ", and makes it first in a new database"
                                                      : ": a new database needs that schema first"));
    }
    name_schema(history, text_in(line, "metadata"), request, files);
    for (auto& warning : texts_in(line, "warnings"))
        history.remarks.push_back("Alembic warns: " + base::printable(warning));
    if (const auto why = text_in(line, "env_error"); !why.empty())
        history.remarks.push_back("env.py fails, and a minimal one was used in its place: " +
                                  why.substr(0, why.find('\n')));
}

/// Whether it names the setting: SET search_path, set_config('search_path', ...), either of them in a DO block.
bool sets_search_path(const std::string& sql) {
    return std::ranges::any_of(sql::nested_tokens(sql, Dialect::postgresql), [](const sql::NestedToken& token) {
        return sql::is_word(sql::quoted_content(token.text, Dialect::postgresql), "SEARCH_PATH");
    });
}

/// Whether it makes the schema of `table`, written as `schema.name`.
bool makes_schema(const std::string& statement, std::string_view table) {
    const auto tree = sql::parse_statement(statement);
    if (!tree || tree->type() != "CreateSchemaStmt" || !tree->body()["schemaElts"].empty()) return false;
    return tree->body().string("schemaname") == table.substr(0, table.find('.'));
}

/// What env.py itself sends before the revisions. The path goes before each of them, as they look their names up along
/// it; what it makes goes before the first ones.
void add_environment(History& history, const std::vector<std::string>& statements) {
    for (const auto& statement : statements) {
        // The one of the version table has to be there before any revision.
        if (history.makes_table_schema && makes_schema(statement, history.table)) continue;
        const bool is_path = sets_search_path(statement);
        for (auto& migration : history.migrations) {
            if (is_path && sets_search_path(migration.carried)) {
                // A revision before it has set another one since. Downgrades have a session of their own.
                if (migration.down) migration.down->insert(0, statement + ";\n");
            } else if (is_path || !migration.revises || migration.revises->empty()) {
                migration.before += statement + ";\n";
            }
        }
        history.remarks.push_back(fmt::format("env.py itself runs `{}`: {} with it", base::printable(statement),
                                              is_path ? "each revision begins" : "what has no parent begins"));
    }
}

/// What the revisions before one have left to the session in which Alembic runs all of a call.
SessionSettings settings_in(const Json& line) {
    SessionSettings settings;
    for (const auto& [name, value] : line.at("settings").items())
        if (has_effect(name)) settings[name] = value.get<std::string>();
    return settings;
}

schema::Model read_schema(const DatabaseUrl& url) {
    OpenOptions options;
    options.read_only = true;
    return catalog::read_model(*open_database(url, options));
}

/// At least one, each once.
std::vector<Dialect> dialects_for(const RecordRequest& request, const Files& files) {
    const auto& asked = files.options().dialects;
    if (asked.size() > 1 && files.options().baseline)
        throw Error(ExitCode::usage, error_codes::several_dialects, "a baseline is the schema of one kind of database")
            .with_hint("with --baseline-from, give --dialect once");
    std::vector<Dialect> dialects;
    for (const auto dialect : asked)
        if (std::ranges::find(dialects, dialect) == dialects.end()) dialects.push_back(dialect);
    if (!dialects.empty()) return dialects;
    const auto values = read_git_config(files.read(request.ini));
    const auto url = value_of(values, "alembic.sqlalchemy.url");
    if (url.starts_with("postgresql") || url.starts_with("postgres:")) return {Dialect::postgresql};
    if (url.starts_with("sqlite")) return {Dialect::sqlite};
    throw Error(ExitCode::usage, error_codes::no_dialect,
                "nothing says for which database the revisions are to be recorded")
        .with_hint("name it: --dialect postgresql or --dialect sqlite");
}

PythonTask task_for(const RecordRequest& request, const ReadOptions& options) {
    PythonTask task;
    task.text = alembic_program();
    task.modules = "alembic, sqlalchemy";
    task.programs = {"alembic", "flask"};
    task.project = request.project;
    task.request = {{"ini", request.ini.string()},
                    {"section", options.ini_section},
                    {"script_location", request.script_location},
                    {"flask", request.needs_application},
                    {"x", options.arguments}};
    if (options.baseline) {
        task.baseline = options.baseline->sql;
        task.request["baseline_rows"] = options.baseline->rows;
    }
    return task;
}

/// failure: what stopped Alembic on the way up. Where that was in no revision, Alembic could not record the last one
/// that ran: most often that one has led the search_path away from the version table.
void explain_unrecorded(History& history, const std::string& failure) {
    const auto is_reached = [](const Migration& migration) { return migration.obstacle != not_reached; };
    auto& all = history.migrations;
    if (failure.empty() || std::ranges::any_of(all, [&](const Migration& migration) {
            return is_reached(migration) && !migration.obstacle.empty();
        }))
        return;
    const auto last = std::ranges::find_if(all.rbegin(), all.rend(), is_reached);
    if (last == all.rend()) return;
    last->obstacle =
        fmt::format("runs, and behind it Alembic itself fails to record it: {}", failure.substr(0, failure.find('\n')));
}

/// The tables are there without a revision that makes them.
void explain_missing_base(const History& history, const Files& files) {
    if (files.options().baseline || history.migrations.empty()) return;
    const auto failed = std::ranges::find_if(history.migrations, [](const Migration& migration) {
        if (!migration.obstacle.starts_with(fails_itself)) return false;
        // SQLite's words, PostgreSQL's, and the name of psycopg's exception.
        return migration.obstacle.find("no such table") != std::string::npos ||
               migration.obstacle.find("does not exist") != std::string::npos ||
               migration.obstacle.find("UndefinedTable") != std::string::npos;
    });
    if (failed == history.migrations.end()) return;
    throw Error(ExitCode::graph, error_codes::no_base, fmt::format("{} {}", failed->file, failed->obstacle))
        .with_hint(
            "where the first tables come from create_all() and not from a revision, give a database that has them and "
            "nothing else: `--baseline-from URL`");
}

History record_for(Dialect dialect, const RecordRequest& request, Files& files) {
    const auto place = open_scratch_place(dialect, files.options().scratch_url);
    const auto scratch = place->make();
    auto task = task_for(request, files.options());
    task.maintenance_database = maintenance_database(dialect, files.options().scratch_url);
    SchemaTrail trail;
    // Python waits meanwhile: the schema is that behind this revision, and not behind a later one.
    task.at_checkpoint = [&](const std::string& version) { trail.add(version, read_schema(scratch->url())); };
    const auto lines = run_python(task, scratch->url(), files);
    History history;
    history.dialect = dialect;
    std::vector<std::string> environment;
    std::string failure;
    std::vector<SessionSettings> found;
    for (const auto& line : lines) {
        const auto kind = text_in(line, "kind");
        if (kind == "several") throw_several_engines(text_in(line, "engines"));
        if (kind == "project") {
            read_project(history, line, request, files);
            if (line.at("stepwise").get<bool>()) history.trail = std::exchange(trail, {});
            environment = texts_in(line, "environment");
            failure = text_in(line, "failure");
            continue;
        }
        auto migration = to_migration(line, files);
        add_remarks(history, line, migration);
        found.push_back(settings_in(line));
        history.migrations.push_back(std::move(migration));
    }
    explain_unrecorded(history, failure);
    // What is left behind one is what the next one finds.
    if (!found.empty()) found.erase(found.begin());
    carry_over(history, alembic(), found);
    add_environment(history, environment);
    explain_missing_base(history, files);
    // The scratch database goes away with this function; the import is compared with it later.
    history.schema = read_schema(scratch->url());
    return history;
}

/// other: recorded on another kind of database.
void add_other(History& history, History other) {
    const auto kind = dialect_name(*other.dialect);
    // One file gets the sections of both, and they are found by their place in the list.
    if (!std::ranges::equal(history.migrations, other.migrations, {}, &Migration::version, &Migration::version))
        throw Error(ExitCode::graph, error_codes::foreign_state,
                    fmt::format("the project has other revisions on {}", kind))
            .with_hint("import it for one kind of database: give --dialect once");
    for (std::size_t at = 0; at < history.migrations.size(); ++at) {
        auto& migration = history.migrations[at];
        const auto& there = other.migrations[at];
        if (migration.obstacle.empty() && !there.obstacle.empty())
            migration.obstacle = fmt::format("{} (on {})", there.obstacle, kind);
        migration.reads_rows = migration.reads_rows || there.reads_rows;
    }
    for (const auto& remark : other.remarks)
        if (std::ranges::find(history.remarks, remark) == history.remarks.end())
            history.remarks.push_back(fmt::format("{} (on {})", remark, kind));
    history.others.push_back(std::move(other));
}

}  // namespace

History record_history(const RecordRequest& request, Files& files) {
    const auto dialects = dialects_for(request, files);
    auto history = record_for(dialects.front(), request, files);
    for (std::size_t at = 1; at < dialects.size(); ++at) add_other(history, record_for(dialects[at], request, files));
    return history;
}

}  // namespace rev::foreign
