#include "commands/context.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "base/text.hpp"
#include "commands/from_log.hpp"
#include "report/status_text.hpp"
#include "rev/logged.hpp"

namespace rev {

namespace fs = std::filesystem;

namespace {

ColorMode color_mode(const std::optional<std::string>& text) {
    if (text == "always") return ColorMode::always;
    return text == "never" ? ColorMode::never : ColorMode::automatic;
}

std::map<std::string, std::string> variables_from(const std::vector<std::string>& settings) {
    std::map<std::string, std::string> variables;
    for (const auto& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == 0 || equals == std::string::npos) {
            throw Error(ExitCode::usage, "bad_variable", fmt::format("-x takes NAME=VALUE, not \"{}\"", setting))
                .with_hint("such as -x owner=app");
        }
        variables[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    return variables;
}

}  // namespace

Style Context::out_style() const { return Style(wants_color(color_mode(options_.color), terminals_.out)); }

Style Context::err_style() const { return Style(wants_color(color_mode(options_.color), terminals_.err)); }

const Config& Context::config() {
    if (!config_) {
        ConfigRequest request;
        request.working_directory = fs::current_path();
        request.file = options_.config_file;
        request.environment = options_.environment;
        request.url = options_.url;
        request.variables = variables_from(options_.variables);
        request.process_environment = process_environment();
        config_ = load_config(request);
    }
    return *config_;
}

DatabaseUrl Context::database_url() { return parse_database_url(require_url(config())); }

std::unique_ptr<Database> Context::open_for_reading() {
    OpenOptions options;
    options.read_only = true;
    options.directory = config().directory;
    options.lock_timeout = config().lock_timeout;
    return open_database(database_url(), options);
}

std::unique_ptr<Database> Context::open_for_writing(Reporter& reporter) {
    const auto url = database_url();
    OpenOptions options;
    options.directory = config().directory;
    options.lock_timeout = config().lock_timeout;
    options.on_notice = [&reporter](auto severity, auto message) { reporter.notice(severity, message); };
    options.on_wait = [&reporter](auto waited) { reporter.waiting("the database's lock", waited); };
    options.on_blocked = [&reporter](const auto& wait, auto waited) {
        reporter.waiting(
            fmt::format("{}, held by {}", wait.lock.empty() ? "a lock" : wait.lock, join(wait.sessions, "; ")), waited);
    };
    options.interrupted = stop_requested;
    return open_database(url, options);
}

bool Context::database_file_is_missing() {
    const auto url = database_url();
    std::error_code unknown;
    return url.dialect == Dialect::sqlite && !url.database.empty() &&
           fs::status(config().directory / url.database, unknown).type() == fs::file_type::not_found;
}

std::vector<RevisionId> Context::rows() {
    const auto database = open_for_reading();
    return read_rows(*database, version_table());
}

void Context::confirm(std::string_view question) {
    const auto refused = [&](const char* message) {
        return Error(ExitCode::usage, "not_confirmed", fmt::format("{}: {}", message, question))
            .with_hint("add --yes to do it without being asked");
    };
    if (!terminals_.in || !terminals_.err) throw refused("nobody is there to answer");
    err_ << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "y" && answer != "Y" && answer != "yes") throw refused("not done");
}

Error explain(const GraphError& error, Database& database, const VersionTable& table, const Graph& graph) {
    auto worded = to_error(error);
    if (error.kind != GraphError::Kind::unknown_row) return worded;
    const auto rows = read_rows(database, table);
    const auto missing = LoggedRevisions(database, table).find_missing(graph, rows);
    std::string detail;
    for (const auto& revision : missing) detail += missing_text(revision, Style()) + "\n";
    worded.with_detail(detail);
    if (const auto command = undo_command(graph, missing, rows); !command.empty())
        worded.with_hint(fmt::format("{}; or undo it with what the log keeps: `{}`", worded.hint(), command));
    return worded;
}

}  // namespace rev
