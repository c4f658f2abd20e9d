// Starts the recorder under the project's interpreter and makes a History of its answer.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "import/alembic.hpp"
#include "import/alembic/recorder_text.hpp"
#include "import/scratch.hpp"
#include "import/settings_text.hpp"
#include "rev/config.hpp"
#include "rev/revision_file.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

// ---- the interpreter

/// A command that may be the project's interpreter.
using Command = std::vector<std::string>;

std::string line_of_program(const fs::path& program) {
    try {
        const auto text = read_text_file(program);
        if (!text.starts_with("#!")) return {};
        return std::string(trim(std::string_view(text).substr(2, text.find('\n') - 2)));
    } catch (const std::system_error&) {
        return {};
    }
}

/// The interpreter of `alembic` or `flask` on PATH, as their first line names it.
std::vector<Command> interpreters_of_programs(const Files& files) {
    std::vector<Command> found;
    for (const auto& folder : split_list(files.options().environment("PATH").value_or(""), ':'))
        for (const std::string_view name : {"alembic", "flask"})
            if (const auto line = line_of_program(fs::path(folder) / name); line.starts_with('/'))
                found.push_back({line.substr(0, line.find(' '))});
    return found;
}

std::vector<Command> candidates(const fs::path& project, const Files& files) {
    if (!files.options().python.empty()) return {{files.options().python}};
    std::vector<Command> all;
    if (const auto active = files.options().environment("VIRTUAL_ENV")) all.push_back({*active + "/bin/python"});
    for (const std::string_view name : {".venv", "venv"})
        if (is_there(project / name / "bin/python")) all.push_back({(project / name / "bin/python").string()});
    // They only run what is installed already.
    if (is_there(project / "uv.lock")) all.push_back({"uv", "run", "--no-sync", "--offline", "python"});
    if (is_there(project / "poetry.lock")) all.push_back({"poetry", "run", "python"});
    for (auto& each : interpreters_of_programs(files)) all.push_back(std::move(each));
    all.push_back({"python3"});
    all.push_back({"/usr/bin/python3"});
    return all;
}

bool has_alembic(const Command& command) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"-c", "import alembic, sqlalchemy"});
    try {
        return run_process(arguments).exit_code == 0;
    } catch (const std::system_error&) {  // no such program
        return false;
    }
}

Command find_interpreter(const fs::path& project, const Files& files) {
    std::vector<std::string> tried;
    for (const auto& command : candidates(project, files)) {
        if (has_alembic(command)) return command;
        tried.push_back(join(command, " "));
    }
    throw Error(ExitCode::usage, "no_python", "no Python was found that can import alembic")
        .with_detail("tried: " + join(tried, ", "))
        .with_hint("name the project's interpreter: --python .venv/bin/python");
}

// ---- the run

/// A folder for what the recorder reads and writes, which goes with this.
class WorkFolder {
public:
    WorkFolder() {
        auto name = (fs::temp_directory_path() / "rev-import-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw Error(ExitCode::usage, "cannot_write",
                        fmt::format("cannot make a folder in {}", fs::temp_directory_path().string()));
        path_ = name;
    }
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

Json request_of(const RecordRequest& request, const ScratchDatabase& scratch, const fs::path& answer,
                const ReadOptions& options) {
    Json json{{"project", request.project.string()},
              {"ini", request.ini.string()},
              {"section", options.ini_section},
              {"script_location", request.script_location},
              {"flask", request.needs_application},
              {"x", options.arguments},
              {"allow_network", options.allow_network},
              {"scratch", scratch.python_url()},
              {"maintenance", scratch.python_maintenance_url()},
              {"answer", answer.string()}};
    if (!scratch.file().empty()) json["scratch_file"] = scratch.file().string();
    json["scratch_hosts"] = Json::array();
    for (const auto& [host, port] : scratch.addresses()) json["scratch_hosts"].push_back({host, port});
    return json;
}

bool looks_like_url(std::string_view value) { return value.find("://") != std::string_view::npos; }

/// Every variable that may name a database names the scratch one. PYTHONPATH and the like stay.
ProcessOptions environment_for(const RecordRequest& request, const ScratchDatabase& scratch) {
    ProcessOptions options;
    auto& environment = options.environment;
    const auto url = scratch.python_url();
    for (const auto* name :
         {"DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "DB_URL", "DATABASE_URI"})
        environment[name] = url;
    for (const auto* name : {"PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSERVICE", "PGPASSFILE"})
        environment[name] = std::nullopt;
    for (const auto& [name, value] : scratch.libpq_variables()) environment[name] = value;
    for (const auto& [name, value] : process_environment())
        if (looks_like_url(value) && value.find("sql") != std::string::npos && name != "REV_TEST_POSTGRES_URL")
            environment[name] = url;
    try {
        for (const auto& name : dotenv_names(read_text_file(request.project / ".env")))
            if (name.find("URL") != std::string::npos || name.find("URI") != std::string::npos ||
                name.find("DSN") != std::string::npos)
                environment[name] = url;
    } catch (const std::system_error&) {  // there is none
    }
    environment["PYTHONDONTWRITEBYTECODE"] = "1";
    return options;
}

/// The last lines of what Python said.
std::string end_of(const std::string& output) {
    constexpr std::size_t most = 2000;
    return std::string(trim(output.size() > most ? std::string_view(output).substr(output.size() - most) : output));
}

std::vector<Json> run_recorder(const RecordRequest& request, const ScratchDatabase& scratch, const Files& files) {
    const WorkFolder folder;
    const auto answer = folder.path() / "answer.json";
    create_text_file(folder.path() / "recorder.py", recorder_text);
    create_text_file(folder.path() / "request.json", request_of(request, scratch, answer, files.options()).dump());
    auto command = find_interpreter(request.project, files);
    command.push_back((folder.path() / "recorder.py").string());
    command.push_back((folder.path() / "request.json").string());
    const auto result = run_process(command, environment_for(request, scratch));
    std::vector<Json> lines;
    if (is_there(answer)) {
        const auto text = read_text_file(answer);
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            lines.push_back(Json::parse(text.substr(at, end - at)));
            at = end + 1;
        }
    }
    if (lines.empty())
        throw Error(ExitCode::graph, "recording_failed",
                    fmt::format("Python ended with exit code {} before it had read the project", result.exit_code))
            .with_detail(end_of(result.output));
    return lines;
}

// ---- its answer

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}

std::vector<std::string> texts(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::vector<std::string>()
                                                     : found->get<std::vector<std::string>>();
}

/// One after the other, each ended by a semicolon.
std::string joined(const Json& statements) {
    std::string sql;
    for (const auto& each : statements) {
        const auto whole = each.get<std::string>();
        const auto statement = trim(whole);
        if (statement.empty()) continue;
        sql += statement;
        const auto last_line = statement.substr(statement.rfind('\n') + 1);
        if (!statement.ends_with(';')) sql += last_line.find("--") == std::string_view::npos ? ";" : "\n;";
        sql += '\n';
    }
    return sql;
}

void require_usable_id(const std::string& id, const std::string& file) {
    if (is_valid_revision_id(id)) return;
    throw bad_file(
        file, fmt::format("has the id {}, which rev cannot hold, and the rows of databases say it", printable_word(id)))
        .with_hint(
            "an id is 1 to 32 letters, digits, \"_\" and \".\": rename it in Alembic, in its file and in each "
            "database, then import again");
}

Migration to_migration(const Json& line, const Files& files) {
    Migration migration;
    migration.version = text(line, "revision");
    migration.id = migration.version;
    migration.file = files.shown(text(line, "path"));
    require_usable_id(migration.id, migration.file);
    migration.revises = texts(line, "revises");
    migration.depends_on = texts(line, "depends_on");
    migration.branch_labels = texts(line, "labels");
    const auto message = text(line, "message");
    const auto end = std::min(message.find('\n'), message.size());
    migration.name = message.substr(0, end);
    migration.created = text(line, "created");
    if (line.at("up").is_null()) {
        const auto why = text(line, "up_error");
        migration.obstacle =
            why.empty() ? "was not reached" : "fails in Alembic itself: " + why.substr(0, why.find('\n'));
        return migration;
    }
    migration.up = joined(line.at("up"));
    if (!line.at("down").is_null()) migration.down = joined(line.at("down"));
    if (line.at("outside").get<bool>()) migration.run = migration.run_down = Run::outside;
    migration.reads_rows = line.at("reads").get<bool>();
    return migration;
}

void add_remarks(History& history, const Json& line, const Migration& migration) {
    if (const auto why = text(line, "down_error"); !why.empty())
        history.remarks.push_back(fmt::format("{} cannot be undone: its downgrade fails in Alembic itself ({})",
                                              migration.file, why.substr(0, why.find('\n'))));
    if (line.at("varies").get<bool>())
        history.remarks.push_back(migration.file +
                                  " makes values while it runs (a time, a random id): they stay as they were recorded");
    if (migration.reads_rows)
        history.remarks.push_back(migration.file +
                                  " reads rows: what it does for them is not recorded, as the tables were empty");
}

[[noreturn]] void throw_failure(const Json& line) {
    const bool refused = text(line, "kind") == "refused";
    throw Error(ExitCode::graph, refused ? "recording_refused" : "recording_failed",
                refused ? "the project wanted what a recording does not allow: " + text(line, "what")
                        : "the project cannot be run: " + text(line, "what"))
        .with_detail(end_of(text(line, "trace")))
        .with_hint(refused ? "`--allow-network` opens that; the live database is never told to it"
                           : "run `alembic history` there to see whether Alembic itself can read it");
}

void read_project(History& history, const Json& line) {
    const auto table = text(line, "version_table");
    const auto schema = text(line, "version_table_schema");
    if (!table.empty() || !schema.empty()) {
        const auto name = table.empty() ? "alembic_version" : table;
        history.table = schema.empty() ? name : schema + "." + name;
    }
    if (const auto why = text(line, "env_error"); !why.empty())
        history.remarks.push_back("env.py fails, and a minimal one was used in its place: " +
                                  why.substr(0, why.find('\n')));
}

/// What Alembic's own run made. Empty where it cannot be told, as without pg_dump.
std::string schema_of(const ScratchDatabase& scratch, const std::string& version_table) {
    try {
        OpenOptions options;
        options.read_only = true;
        return schema_text(*open_database(scratch.url(), options), scratch.libpq_variables(), version_table);
    } catch (const Error&) {  // the comparison says so
        return {};
    }
}

Dialect dialect_for(const RecordRequest& request, const Files& files) {
    const auto& asked = files.options().dialects;
    if (asked.size() > 1)
        throw Error(ExitCode::usage, "several_dialects", "revisions are recorded for one dialect at a time")
            .with_hint("give --dialect once");
    if (asked.size() == 1) return asked.front();
    const auto values = read_git_config(files.read(request.ini));
    const auto url = value_of(values, "alembic.sqlalchemy.url");
    if (url.starts_with("postgresql") || url.starts_with("postgres:")) return Dialect::postgresql;
    if (url.starts_with("sqlite")) return Dialect::sqlite;
    throw Error(ExitCode::usage, "no_dialect", "nothing says for which database the revisions are to be recorded")
        .with_hint("name it: --dialect postgresql or --dialect sqlite");
}

}  // namespace

History record_history(const RecordRequest& request, Files& files) {
    const auto dialect = dialect_for(request, files);
    const ScratchDatabase scratch(dialect, files.options().scratch);
    const auto lines = run_recorder(request, scratch, files);
    History history;
    history.dialect = dialect;
    for (const auto& line : lines) {
        const auto kind = text(line, "kind");
        if (kind == "refused" || kind == "error") throw_failure(line);
        if (kind == "project") {
            read_project(history, line);
            continue;
        }
        auto migration = to_migration(line, files);
        add_remarks(history, line, migration);
        history.migrations.push_back(std::move(migration));
    }
    history.schema = schema_of(scratch, history.table.empty() ? "alembic_version" : history.table);
    return history;
}

}  // namespace rev::foreign
