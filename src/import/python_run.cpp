// Starts a program under the project's interpreter, in an environment that leads to a scratch database alone.
#include "import/python_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "import/scratch.hpp"
#include "import/settings_text.hpp"
#include "rev/config.hpp"
#include "rev/stop.hpp"
#include "scratch/scratch_folder.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

// ---- the interpreter

/// A command that may be the project's interpreter.
using PythonCommand = std::vector<std::string>;

std::string line_of_program(const fs::path& program) {
    try {
        const auto text = base::read_text_file(program);
        if (!text.starts_with("#!")) return {};
        return std::string(base::trim(std::string_view(text).substr(2, text.find('\n') - 2)));
    } catch (const std::system_error&) {
        return {};
    }
}

/// The interpreters of the tool's own programs on PATH, as their first line names them.
std::vector<PythonCommand> interpreters_of(const std::vector<std::string>& programs, const Files& files) {
    std::vector<PythonCommand> found;
    for (const auto& folder : base::split_list(files.options().environment("PATH").value_or(""), ':'))
        for (const auto& name : programs)
            if (const auto line = line_of_program(fs::path(folder) / name); line.starts_with('/'))
                found.push_back({line.substr(0, line.find(' '))});
    return found;
}

std::vector<PythonCommand> candidates(const PythonTask& task, const Files& files) {
    if (!files.options().python.empty()) return {{files.options().python}};
    std::vector<PythonCommand> all;
    // What somebody has activated comes before what merely lies in the project.
    if (const auto active = files.options().environment("VIRTUAL_ENV")) all.push_back({*active + "/bin/python"});
    for (const std::string_view name : {".venv", "venv"})
        if (base::is_there(task.project / name / "bin/python"))
            all.push_back({(task.project / name / "bin/python").string()});
    // They only run what is installed already.
    if (base::is_there(task.project / "uv.lock")) all.push_back({"uv", "run", "--no-sync", "--offline", "python"});
    if (base::is_there(task.project / "poetry.lock")) all.push_back({"poetry", "run", "python"});
    for (auto& each : interpreters_of(task.programs, files)) all.push_back(std::move(each));
    all.push_back({"python3"});
    // PATH may begin with an environment whose python3 lacks what the system's has.
    all.push_back({"/usr/bin/python3"});
    return all;
}

bool can_import(const PythonCommand& command, const std::string& modules) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"-c", "import " + modules});
    try {
        return base::run_process(arguments).exit_code == 0;
    } catch (const std::system_error&) {  // no such program
        return false;
    }
}

PythonCommand find_interpreter(const PythonTask& task, const Files& files) {
    std::vector<std::string> tried;
    for (const auto& command : candidates(task, files)) {
        if (can_import(command, task.modules)) return command;
        tried.push_back(base::join(command, " "));
    }
    throw Error(ExitCode::usage, error_codes::no_python,
                fmt::format("no Python was found that can import {}", task.modules.substr(0, task.modules.find(','))))
        .with_detail("tried: " + base::join(tried, ", "))
        .with_hint("name the project's interpreter: --python .venv/bin/python");
}

// ---- where it stops

base::FileDescriptor make_pipe(const fs::path& path) {
    // Open for both directions: neither end waits for the other, and none ends because the other has.
    if (::mkfifo(path.c_str(), 0600) == 0)
        if (base::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC)); file.is_open()) return file;
    throw Error(ExitCode::usage, error_codes::cannot_write,
                fmt::format("cannot make a pipe in {}", path.parent_path().string()));
}

/// Answers the program's checkpoints for as long as it lives.
class Checkpoints {
public:
    Checkpoints(const fs::path& folder, std::function<void(const std::string& reached)> at_checkpoint)
        : at_checkpoint_(std::move(at_checkpoint)),
          reached_(make_pipe(folder / "reached")),
          go_(make_pipe(folder / "go")),
          thread_([this] { answer(); }) {}
    ~Checkpoints() {
        // A pipe that is open at both ends never tells of an end: the thread has to look.
        ended_ = true;
        thread_.join();
    }
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;

private:
    void answer() {
        std::string text;
        while (!ended_) {
            pollfd waiting{reached_.number(), POLLIN, 0};
            constexpr int patience = 50;  // milliseconds
            if (::poll(&waiting, 1, patience) <= 0) continue;
            std::array<char, 4096> bytes{};
            const auto count = ::read(reached_.number(), bytes.data(), bytes.size());
            if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
            for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
                if (at_checkpoint_) at_checkpoint_(text.substr(0, end));
                text.erase(0, end + 1);
                // Python goes on when it has read this line, and not before.
                if (::write(go_.number(), "\n", 1) != 1) return;
            }
        }
    }

    std::function<void(const std::string& reached)> at_checkpoint_;
    base::FileDescriptor reached_;
    base::FileDescriptor go_;
    std::atomic<bool> ended_ = false;
    std::thread thread_;  ///< last: it uses the others
};

// ---- the run

Json request_of(const PythonTask& task, const DatabaseUrl& scratch, const fs::path& folder, const Files& files) {
    auto json = task.request;
    json["project"] = task.project.string();
    json["allow_network"] = files.options().allow_network;
    json["scratch"] = python_url(scratch);
    json["scratch_database"] = scratch.database;
    json["maintenance_database"] = task.maintenance_database;
    json["user"] = scratch.user;
    if (!scratch.password.empty()) json["password"] = scratch.password;
    json["answer"] = (folder / "answer.json").string();
    json["reached"] = (folder / "reached").string();
    json["go"] = (folder / "go").string();
    if (scratch.dialect == Dialect::sqlite) json["scratch_file"] = scratch.database;
    if (!task.baseline.empty()) json["baseline"] = (folder / "baseline.sql").string();
    json["scratch_hosts"] = Json::array();
    for (const auto& [host, port] : addresses_of(scratch)) json["scratch_hosts"].push_back({host, port});
    return json;
}

/// Of a database of any kind, whatever driver the scheme names.
bool is_database_url(std::string_view value) {
    const auto scheme_end = value.find("://");
    if (scheme_end == std::string_view::npos) return false;
    const auto scheme = base::lower_case(value.substr(0, scheme_end));
    return std::ranges::any_of(std::array{"postgres", "pgsql", "postgis", "sqlite", "spatialite", "mysql", "maria",
                                          "oracle", "mssql", "cockroach"},
                               [&](const char* name) { return scheme.starts_with(name); });
}

/// A database that is nowhere, of the same kind.
std::string nowhere_like(std::string_view url) {
    return std::string(url.substr(0, url.find("://"))) + "://nobody@127.0.0.1:1/nowhere";
}

/// No variable names a database, and each still names its kind.
base::ProcessOptions environment_for_asking() {
    base::ProcessOptions options;
    options.interrupted = stop_requested;
    for (const auto& [name, value] : process_environment())
        if (is_database_url(value)) options.environment[name] = nowhere_like(value);
    options.environment["PYTHONDONTWRITEBYTECODE"] = "1";
    return options;
}

/// Every variable that may name a database names the scratch one. PYTHONPATH and the like stay.
base::ProcessOptions environment_for(const PythonTask& task, const DatabaseUrl& scratch) {
    base::ProcessOptions options;
    options.interrupted = stop_requested;
    auto& environment = options.environment;
    const auto url = python_url(scratch);
    for (const auto* name :
         {"DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "DB_URL", "DATABASE_URI"})
        environment[name] = url;
    for (const auto& [name, value] : process_environment()) {
        // PGSERVICE, PGPASSFILE and the like lead to other servers. What the scratch one needs is set below.
        if (name.starts_with("PG")) environment[name] = std::nullopt;
        if (is_database_url(value)) environment[name] = url;
    }
    for (const auto& [name, value] : libpq_variables(scratch)) environment[name] = value;
    try {
        // Settings are often loaded from .env by the program itself, and what is set already stays: so all that may
        // name a database there is set.
        for (const auto& name : dotenv_names(base::read_text_file(task.project / ".env")))
            if (name.find("URL") != std::string::npos || name.find("URI") != std::string::npos ||
                name.find("DSN") != std::string::npos)
                environment[name] = url;
    } catch (const std::system_error&) {  // there is none
    }
    environment["PYTHONDONTWRITEBYTECODE"] = "1";
    // Alembic goes through sets: the same order in each recording.
    environment["PYTHONHASHSEED"] = "0";
    return options;
}

/// The last lines of what Python said.
std::string end_of(const std::string& output) {
    // A traceback names its exception at the end.
    constexpr std::size_t most = 2000;
    return std::string(
        base::trim(output.size() > most ? std::string_view(output).substr(output.size() - most) : output));
}

std::vector<Json> read_answer(const fs::path& file) {
    std::vector<Json> lines;
    if (!base::is_there(file)) return lines;
    const auto text = base::read_text_file(file);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(Json::parse(text.substr(at, end - at)));
        at = end + 1;
    }
    return lines;
}

void refuse_failure(const std::vector<Json>& lines) {
    for (const auto& line : lines) {
        const auto kind = text_in(line, "kind");
        if (kind == "refused")
            throw Error(ExitCode::graph, error_codes::recording_refused,
                        "the project wanted what reading it does not allow: " + text_in(line, "what"))
                .with_hint("`--allow-network` opens that; the live database is never told to it");
        if (kind == "error")
            throw Error(ExitCode::graph, error_codes::recording_failed,
                        "the project cannot be run: " + text_in(line, "what"))
                .with_detail(end_of(text_in(line, "trace")))
                .with_hint("see whether the tool itself can read it there, as with `alembic history`");
    }
}

}  // namespace

std::vector<Json> run_python(const PythonTask& task, const DatabaseUrl& scratch, const Files& files) {
    const scratch::ScratchFolder folder;
    base::create_text_file(folder.path() / "program.py", task.text);
    base::create_text_file(folder.path() / "request.json", request_of(task, scratch, folder.path(), files).dump());
    if (!task.baseline.empty()) base::create_text_file(folder.path() / "baseline.sql", task.baseline);
    auto command = find_interpreter(task, files);
    command.push_back((folder.path() / "program.py").string());
    command.push_back((folder.path() / "request.json").string());
    // The thread that answers has ended before its results are used.
    const auto result = [&] {
        const Checkpoints checkpoints(folder.path(), task.at_checkpoint);
        return base::run_process(command, task.only_asks ? environment_for_asking() : environment_for(task, scratch));
    }();
    auto lines = read_answer(folder.path() / "answer.json");
    refuse_failure(lines);
    // A signal, or sys.exit() in a module of the project, leaves no answer.
    if (lines.empty())
        throw Error(ExitCode::graph, error_codes::recording_failed,
                    fmt::format("Python ended with exit code {} before it had read the project", result.exit_code))
            .with_detail(end_of(result.output));
    return lines;
}

std::string text_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}

std::vector<std::string> texts_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? std::vector<std::string>()
                                                     : found->get<std::vector<std::string>>();
}

std::string joined_statements(const Json& statements) {
    std::string sql;
    for (const auto& each : statements) {
        const auto whole = each.get<std::string>();
        const auto statement = base::trim(whole);
        if (statement.empty()) continue;
        sql += statement;
        const auto last_line = statement.substr(statement.rfind('\n') + 1);
        // A `;` behind a comment would be part of it. Where the `--` stands in a string, a line end does no harm.
        // Nor does the line that ends the rows of COPY have one behind it.
        const bool is_ended = statement.ends_with(';') || statement.ends_with("\n\\.");
        if (!is_ended) sql += last_line.find("--") == std::string_view::npos ? ";" : "\n;";
        sql += '\n';
    }
    return sql;
}

void refuse_secrets(const std::string& sql, const std::string& file) {
    constexpr std::size_t shortest = 6;  // what is shorter is in any text
    for (const auto& [name, value] : process_environment()) {
        if (value.size() < shortest || !base::is_secret_name(name)) continue;
        if (sql.find("'" + value + "'") == std::string::npos) continue;
        throw bad_file(file, fmt::format("writes the value of {}, which is a secret, into its SQL", name))
            .with_hint("run the command without that variable, or with another value of it");
    }
}

}  // namespace rev::foreign
