#include "scratch/schema_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/process.hpp"
#include "base/text.hpp"
#include "rev/error.hpp"

namespace rev::scratch {

namespace fs = std::filesystem;

namespace {

/// .invalid is a name that never leads anywhere (RFC 6761).
constexpr std::string_view nowhere_host = "nowhere.invalid";

bool is_number(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The same kind of value: a URL of that scheme, a number for a number, else a word.
std::string value_leading_nowhere(const std::string& value) {
    const auto end_of_scheme = value.find("://");
    // A program may read it as a number, and should fail to connect rather than to start.
    if (end_of_scheme == std::string::npos) return is_number(value) ? "1" : std::string(nowhere_host);
    const auto scheme = value.substr(0, end_of_scheme);
    if (scheme.starts_with("sqlite")) return scheme + ":////dev/null/nowhere.db";
    return fmt::format("{}://nobody:nobody@{}:1/nowhere", scheme, nowhere_host);
}

std::string usual_url(const Config& config) {
    const auto end = config.url.find("://");
    return end == std::string::npos ? "postgresql://" : config.url.substr(0, end + 3);
}

/// Beside an installed program, or in the sources that it was built from.
std::string schema_sources_folder() {
    std::error_code unknown;
    const auto program = fs::read_symlink("/proc/self/exe", unknown);
    for (auto folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
        auto candidate = folder / "share" / "rev" / "schema_sources";
        if (fs::is_directory(candidate, unknown)) return candidate.string();
    }
    return "/usr/share/rev/schema_sources";
}

std::string filled_in(std::string word, std::string_view placeholder, std::string_view value) {
    for (auto at = word.find(placeholder); at != std::string::npos; at = word.find(placeholder, at + value.size()))
        word.replace(at, placeholder.size(), value);
    return word;
}

std::vector<std::string> arguments_of(const SchemaSettings& settings, Dialect dialect) {
    std::vector<std::string> arguments;
    for (const auto& word : settings.command)
        arguments.push_back(filled_in(filled_in(word, "{dialect}", dialect_name(dialect)), "{schema_sources}",
                                      schema_sources_folder()));
    return arguments;
}

Error failed(const std::string& command, const std::string& what) {
    return Error(ExitCode::graph, error_codes::schema_command_failed,
                 fmt::format("the schema's command `{}` {}", command, what))
        .with_hint(
            "it runs in the folder of alembic.yaml, without a shell and without the database's address, and "
            "prints DDL on standard output");
}

}  // namespace

std::map<std::string, std::optional<std::string>> variables_leading_nowhere(
    const Config& config, const std::map<std::string, std::string>& environment) {
    std::map<std::string, std::optional<std::string>> variables;
    for (const auto& [name, value] : environment)
        // libpq takes its address from any of them.
        if (name.starts_with("PG")) variables[name] = std::nullopt;
    variables["PGHOST"] = nowhere_host;
    variables["PGPORT"] = "1";
    auto names = config.url_variables;
    names.insert("DATABASE_URL");
    for (const auto& name : names) {
        const auto found = environment.find(name);
        const bool is_set = found != environment.end() && !found->second.empty();
        // One that only the .env file sets must be set too: the program may read that file itself.
        variables[name] = value_leading_nowhere(is_set ? found->second : usual_url(config));
    }
    return variables;
}

DdlText run_schema_command(const Config& config, const SchemaSettings& settings, Dialect dialect,
                           const std::function<bool()>& interrupted) {
    const auto command = base::join(settings.command, " ");
    base::ProcessOptions options;
    options.directory = config.directory;
    options.environment = variables_leading_nowhere(config, process_environment());
    options.interrupted = interrupted;
    options.error_output = base::ErrorOutput::apart;
    base::ProcessResult result;
    try {
        result = base::run_process(arguments_of(settings, dialect), options);
    } catch (const std::system_error& error) {
        throw failed(command, "cannot be started: " + error.code().message());
    }
    if (result.exit_code != 0)
        throw failed(command, fmt::format("ended with exit code {}", result.exit_code))
            .with_detail(std::string(base::trim(result.errors.empty() ? result.output : result.errors)));
    return {fmt::format("the output of `{}`", command), std::move(result.output)};
}

}  // namespace rev::scratch
