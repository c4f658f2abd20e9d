#include "commands/context.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "app/connect.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "report/text_reporter.hpp"
#include "script/repeatables.hpp"
#include "state/reporter.hpp"

namespace rev::commands {

namespace fs = std::filesystem;

namespace {

report::ColorMode color_mode(const std::optional<std::string>& text) {
    if (text == "always") return report::ColorMode::always;
    return text == "never" ? report::ColorMode::never : report::ColorMode::automatic;
}

std::size_t columns_of_terminal(int descriptor) {
    constexpr std::size_t usual = 80;
    winsize size{};
    // A terminal that nobody has sized, as in some containers, answers with 0 columns.
    const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? std::size_t{size.ws_col} : usual;
}

std::map<std::string, std::string> variables_from(const std::vector<std::string>& settings) {
    std::map<std::string, std::string> variables;
    for (const auto& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == 0 || equals == std::string::npos) {
            // Not repeated: it may be a value whose name was forgotten.
            throw Error(ExitCode::usage, error_codes::bad_variable,
                        "-x takes NAME=VALUE, and what it was given has no name")
                .with_hint("such as -x owner=app");
        }
        variables[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    return variables;
}

Error unknown_variable(const std::string& name, const std::vector<std::string>& known) {
    auto hint = base::did_you_mean(base::closest(name, known));
    if (hint.empty())
        hint = fmt::format("a file that uses it says so in its header: `-- variables: {}`", base::printable(name));
    return Error(ExitCode::usage, error_codes::unknown_variable,
                 fmt::format("-x gives the variable {} a value, and no revision or repeatable file names it",
                             base::printable(name)))
        .with_hint(std::move(hint));
}

/// Those that headers of revisions and of repeatables list. Throws Error.
std::set<std::string> variables_of_files(const Config& config) {
    const ScriptDirectory scripts(config);
    std::set<std::string> names;
    for (const auto& header : scripts.load_headers()) names.insert(header.variables.begin(), header.variables.end());
    const auto& repeatables = scripts.repeatables();
    for (const auto& repeatable : repeatables.all()) {
        const auto& variables = repeatables.file_of(repeatable).header.variables;
        names.insert(variables.begin(), variables.end());
    }
    return names;
}

}  // namespace

report::Style Context::out_style() const {
    return report::Style(report::wants_color(color_mode(options_.color), terminals_.out));
}

report::Style Context::err_style() const {
    return report::Style(report::wants_color(color_mode(options_.color), terminals_.err));
}

std::size_t Context::out_columns() const { return terminals_.out ? columns_of_terminal(STDOUT_FILENO) : 0; }

report::TerminalWidth Context::err_width() const {
    if (!report::can_redraw(terminals_.err)) return {};
    return [] { return columns_of_terminal(STDERR_FILENO); };
}

ConfigRequest Context::config_request() const {
    ConfigRequest request;
    request.working_directory = fs::current_path();
    request.file = options_.config_file;
    request.environment = options_.environment;
    request.url = options_.url;
    request.process_environment = process_environment();
    return request;
}

const Config& Context::config() {
    if (!config_) {
        auto request = config_request();
        request.variables = variables_from(options_.variables);
        config_ = load_config(request);
    }
    return *config_;
}

std::map<std::string, std::string> Context::given_variables() const { return variables_from(options_.variables); }

bool Context::has_config_here() const {
    std::error_code ignored;
    return options_.config_file || fs::exists(fs::current_path() / "alembic.yaml", ignored);
}

void Context::refuse_unknown_variables() {
    auto given = variables_from(options_.variables);
    if (given.empty()) return;
    std::set<std::string> names;
    try {
        const auto config = load_config(config_request());
        for (const auto& [name, value] : config.variables) names.insert(name);
        std::erase_if(given, [&](const auto& variable) { return names.contains(variable.first); });
        if (given.empty()) return;  // no header has to be read
        names.merge(variables_of_files(config));
    } catch (const Error&) {
        // What is wrong with the project is for the command itself to say, if it needs the project.
        return;
    }
    for (const auto& [name, value] : given)
        if (!names.contains(name)) throw unknown_variable(name, {names.begin(), names.end()});
}

std::vector<Dialect> Context::configured_dialects() {
    std::vector<Dialect> dialects;
    const auto add = [&](const std::string& url) {
        try {
            if (url.empty()) return;
            const auto dialect = parse_database_url(url).dialect;
            if (std::ranges::find(dialects, dialect) == dialects.end()) dialects.push_back(dialect);
        } catch (const Error&) {  // a URL that nothing can be connected to says nothing of the files
            return;
        }
    };
    add(config().url);
    // What was named on the command line is the one that is meant; the other environments are of no interest then.
    if (options_.url || options_.environment) return dialects;
    auto request = config_request();
    for (const auto& environment : config().environments) {
        request.environment = environment;
        try {
            add(load_config(request).url);
        } catch (const Error&) {  // of an environment that is not for this machine
            continue;
        }
    }
    return dialects;
}

DatabaseUrl Context::database_url() { return parse_database_url(require_url(config())); }

std::unique_ptr<Database> Context::open_for_reading() {
    report::TextReporter reporter(err(), err_style(), quiet());
    auto options = app::reading_options(config());
    // A reporter of its own: the one above ends with this function, and the connection does not.
    options.on_blocked = [this](const LockWait& wait, std::chrono::milliseconds waited) {
        report::TextReporter(err(), err_style(), quiet()).waiting(app::wait_text(wait), waited);
    };
    return app::open_waiting(database_url(), options, wait(), reporter);
}

std::unique_ptr<Database> Context::open_for_writing(state::Reporter& reporter) {
    return app::open_waiting(database_url(), app::writing_options(config(), reporter), wait(), reporter);
}

bool Context::database_file_is_missing() { return app::is_missing_file(config(), database_url()); }

app::Connector Context::connector(state::Reporter& reporter) {
    return {.open =
                [this, &reporter](app::Access access) {
                    return access == app::Access::read ? open_for_reading() : open_for_writing(reporter);
                },
            .is_missing_file = [this] { return database_file_is_missing(); }};
}

std::vector<RevisionId> Context::rows() {
    const auto database = open_for_reading();
    return state::read_rows(*database, version_table());
}

std::chrono::milliseconds Context::wait() const {
    if (!options_.wait) return std::chrono::milliseconds{0};
    if (const auto wait = parse_duration(*options_.wait)) return *wait;
    throw Error(ExitCode::usage, error_codes::bad_duration,
                fmt::format("--wait takes a duration, not \"{}\"", *options_.wait))
        .with_hint("such as 30s, 500ms or 2m");
}

std::vector<std::string> Context::secrets() const {
    std::vector<std::string> values;
    for (const auto& setting : options_.variables) {
        const auto equals = std::min(setting.find('='), setting.size());
        if (equals < setting.size() && base::is_secret_name(setting.substr(0, equals)))
            values.push_back(setting.substr(equals + 1));
    }
    // Not loaded here: a failure to load it may be what is being told of.
    if (!config_) return values;
    for (const auto& [name, value] : config_->variables)
        if (base::is_secret_name(name)) values.push_back(value);
    return values;
}

bool Context::ask(std::string_view question) {
    if (!can_ask()) return false;
    // On standard error: standard output may be a file or a pipe, and the question must be seen.
    err_ << base::printable(question) << " [y/N] " << std::flush;
    std::string answer;
    // At the end of input nobody has ended the line, and what follows would stand behind the question.
    if (!std::getline(std::cin, answer)) err_ << '\n';
    // Anything else is no, the end of input too.
    return answer == "y" || answer == "Y" || answer == "yes";
}

void Context::confirm(std::string_view question) {
    const auto refused = [&](const char* message) {
        return Error(ExitCode::usage, error_codes::not_confirmed, fmt::format("{}: {}", message, question))
            .with_hint("add --yes to do it without being asked");
    };
    // A script that nobody watches must fail rather than wait for an answer.
    if (!can_ask()) throw refused("nobody is there to answer");
    if (!ask(question)) throw refused("not done");
}

}  // namespace rev::commands
