#include "rev/config.hpp"
#include "base/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "config/dotenv.hpp"
#include "config/schema_settings.hpp"
#include "config/settings.hpp"
#include "config/source_text.hpp"
#include "config/yaml_reader.hpp"

namespace rev::config {
namespace {

using config::Entries;
using config::Entry;
using config::find_entry;
using config::YamlReader;

constexpr const char* file_name = "alembic.yaml";

/// A configuration file, and its name as the user would write it.
struct FoundFile {
    std::filesystem::path path;  ///< absolute
    std::string shown;
};

Error no_config(const std::string& message) {
    return Error(ExitCode::usage, error_codes::no_config, message)
        .with_hint("start a project here with `rev init`, or name a configuration file with -c or REV_CONFIG");
}

FoundFile named_file(const std::filesystem::path& name, const ConfigRequest& request) {
    const std::filesystem::path path = (request.working_directory / name).lexically_normal();
    // Without an exception: a path below a file, or one too long, is simply not there.
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        throw no_config(fmt::format("there is no configuration file {}", base::printable(name.string())));
    return {path, name.string()};
}

/// Upwards as Git does, so that rev works from any folder of the project.
FoundFile search_file(const std::filesystem::path& working_directory) {
    for (std::filesystem::path folder = working_directory;; folder = folder.parent_path()) {
        const std::filesystem::path path = (folder / file_name).lexically_normal();
        std::error_code ignored;
        // A folder of that name is somebody else's; the search goes on above it.
        if (std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored))
            return {path, path.lexically_relative(working_directory.lexically_normal()).string()};
        if (folder == folder.parent_path()) break;
    }
    throw no_config(fmt::format("there is no {} here or in a parent folder", file_name));
}

FoundFile find_file(const ConfigRequest& request) {
    if (request.file) return named_file(*request.file, request);
    const auto from_environment = request.process_environment.find("REV_CONFIG");
    // Set but empty counts as not set: CI systems pass on variables that have no value.
    if (from_environment != request.process_environment.end() && !from_environment->second.empty())
        return named_file(from_environment->second, request);
    return search_file(request.working_directory);
}

/// A folder named .env is a Python environment.
bool is_dotenv(const std::filesystem::path& path) {
    std::error_code ignored;
    return base::is_there(path) && !std::filesystem::is_directory(path, ignored);
}

/// `folder` and its parents, up to the root of its repository; outside one only `folder`.
std::vector<std::filesystem::path> folders_up_to_repository(const std::filesystem::path& folder) {
    // The border keeps the .env of somebody's home folder out of every project below it.
    std::vector<std::filesystem::path> folders;
    for (auto next = folder;; next = next.parent_path()) {
        folders.push_back(next);
        if (base::is_there(next / ".git")) return folders;
        if (next == next.parent_path()) return {folder};
    }
}

/// The nearest .env file at or above `file`'s folder.
std::optional<FoundFile> find_dotenv(const FoundFile& file) {
    auto shown = std::filesystem::path(file.shown).parent_path();
    for (const auto& folder : folders_up_to_repository(file.path.parent_path())) {
        if (is_dotenv(folder / ".env")) return FoundFile{folder / ".env", (shown / ".env").lexically_normal().string()};
        shown /= "..";
    }
    return std::nullopt;
}

/// What `${NAME}` stands for: variables of the process, and those of the .env file that the process does not set.
class Variables {
public:
    Variables(const FoundFile& file, const ConfigRequest& request) : process_(request.process_environment) {
        const auto dotenv = find_dotenv(file);
        if (!dotenv) return;
        try {
            dotenv_ = config::parse_dotenv(config::read_any_text(dotenv->path, dotenv->shown));
        } catch (const Error& error) {
            // Kept, and thrown only by a variable that could be in it: a project that needs none works with an
            // unreadable .env.
            unreadable_ = error;
        }
    }

    /// nullopt: it is not set. Throws Error if the .env file sets it in a way that cannot be read.
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const {
        const std::string key(name);
        // The process's environment goes first, as in docker compose and Rails: what is set for one command overrules
        // the file.
        if (const auto found = process_.find(key); found != process_.end()) return found->second;
        if (unreadable_) throw Error(*unreadable_);
        if (const auto bad = dotenv_.unreadable.find(key); bad != dotenv_.unreadable.end()) throw Error(bad->second);
        const auto found = dotenv_.values.find(key);
        return found == dotenv_.values.end() ? std::nullopt : std::optional(found->second);
    }

private:
    const std::map<std::string, std::string>& process_;
    config::Dotenv dotenv_;
    std::optional<Error> unreadable_;  ///< the whole file
};

config::Lookup lookup_in(const Variables& variables) {
    return [&variables](std::string_view name) { return variables.find(name); };
}

/// The file's mapping, and the chosen environment's (empty if none was chosen).
struct Layers {
    Entries file;
    Entries environment;
};

void check_environment_keys(const YamlReader& reader, const Entries& entries, const std::string& what) {
    const std::vector<std::string> allowed = config::environment_keys();
    const std::vector<std::string> all = config::known_keys();
    const auto contains = [](const std::vector<std::string>& keys, const std::string& key) {
        return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    for (const Entry& entry : entries) {
        // Two kinds of wrong keys: one that exists, but not here, deserves other words than a misspelt one.
        if (contains(allowed, entry.key) || !contains(all, entry.key)) continue;
        throw reader
            .error(entry, error_codes::unknown_key, fmt::format("{} cannot differ between environments", entry.key))
            .with_hint("set it at the top level of the file");
    }
    reader.check_keys(entries, allowed, what);
}

/// Checked even if it was not chosen: a misspelt key in `production` is to be found before the day of the release.
/// Every environment by name; all of them are checked for their keys.
std::map<std::string, Entries> read_environments(const YamlReader& reader, const Entries& file) {
    std::map<std::string, Entries> environments;
    const Entry* entry = find_entry(file, "environments");
    if (entry == nullptr) return environments;
    for (const Entry& environment : reader.mapping(entry->value, "environments")) {
        const std::string what = fmt::format("environment {}", environment.key);
        const Entries entries = environment.has_value() ? reader.mapping(environment.value, what) : Entries();
        check_environment_keys(reader, entries, what);
        environments.emplace(environment.key, entries);
    }
    return environments;
}

Error unknown_environment(const std::string& name, const std::vector<std::string>& known, const std::string& file) {
    const auto near = base::closest(name, known, 1);
    const std::string listed = known.empty() ? fmt::format("{} has no environments", file)
                                             : fmt::format("the environments are {}", base::join(known, ", "));
    return Error(ExitCode::usage, error_codes::unknown_environment,
                 fmt::format("there is no environment {} in {}", base::printable(name), file))
        .with_hint(near.empty() ? listed : fmt::format("{} {}", base::did_you_mean(near), listed));
}

Layers read_layers(const YamlReader& reader, const ConfigRequest& request, const std::string& shown, Config& config) {
    Layers layers{reader.mapping(reader.load(), "the configuration file"), {}};
    reader.check_keys(layers.file, config::known_keys(), "the configuration file");
    const auto environments = read_environments(reader, layers.file);
    for (const auto& [name, entries] : environments) config.environments.push_back(name);
    if (!request.environment) return layers;
    const auto chosen = environments.find(*request.environment);
    if (chosen == environments.end()) throw unknown_environment(*request.environment, config.environments, shown);
    config.environment = chosen->first;
    layers.environment = chosen->second;
    return layers;
}

void read_settings(const YamlReader& reader, const Layers& layers, Config& config) {
    for (const config::Setting& setting : config::settings()) {
        if (setting.read == nullptr) continue;
        const Entry* entry = find_entry(layers.environment, setting.key);
        if (entry == nullptr) entry = find_entry(layers.file, setting.key);
        if (entry != nullptr) setting.read(reader, *entry, config);
    }
}

/// Reads into `value`, or keeps the error for the day when the setting is needed.
void read_if_resolved(const YamlReader& reader, const Entry& entry, const std::string& key, std::string& value,
                      Config& config) {
    try {
        value = reader.text(entry);
    } catch (const Error& error) {
        if (!config::is_of_environment(error)) throw;
        config.unresolved.emplace(key, error);
    }
}

/// A chosen environment whose URL is empty must not fall back to some other database.
void read_environment_url(const YamlReader& reader, const Entry& entry, Config& config) {
    config.url_source = fmt::format("environment {}", config.environment);
    read_if_resolved(reader, entry, "url", config.url, config);
    if (config.url.empty() && !config.unresolved.contains("url"))
        config.unresolved.emplace("url",
                                  reader
                                      .error(entry, error_codes::no_url,
                                             fmt::format("the url of environment {} is empty", config.environment))
                                      .with_hint("give it a value, or name a database with --url"));
}

void read_url(const YamlReader& reader, const Layers& layers, const ConfigRequest& request, const Variables& variables,
              Config& config) {
    if (request.url) {
        // `--url "$URL"` with an unset variable must not fall back to the URL of the file, which may be another
        // database.
        if (request.url->empty()) throw Error(ExitCode::usage, error_codes::bad_url, "the value of --url is empty");
        config.url = *request.url;
        config.url_source = "--url";
        return;
    }
    if (const Entry* entry = find_entry(layers.environment, "url")) return read_environment_url(reader, *entry, config);
    if (const Entry* entry = find_entry(layers.file, "url")) {
        config.url_source = "url";
        read_if_resolved(reader, *entry, "url", config.url, config);
        // An empty `url:` at the top level leaves the choice to DATABASE_URL; an environment's does not, see above.
        if (!config.url.empty() || config.unresolved.contains("url")) return;
    }
    config.url_source.clear();
    try {
        config.url = variables.find("DATABASE_URL").value_or("");
    } catch (const Error& error) {
        config.unresolved.emplace("url", error);
    }
    if (!config.url.empty()) config.url_source = "DATABASE_URL";
}

/// Names of the variables that a URL expands, whatever they hold.
void add_url_variables(const Entry& entry, std::set<std::string>& names) {
    if (!entry.value.IsScalar()) return;
    // Every variable counts as set here, so that the names in defaults of the others are not needed; which value it has
    // does not matter.
    const auto note = [&](std::string_view name) -> std::optional<std::string> {
        names.emplace(name);
        return std::string();
    };
    try {
        (void)config::interpolate(entry.value.Scalar(), note);
    } catch (const config::InterpolationError&) {  // said where the URL is needed
        return;
    }
}

/// Of all environments: what no program that prints a schema is to learn does not depend on the chosen one.
void read_url_variables(const YamlReader& reader, const Layers& layers, Config& config) {
    if (const Entry* entry = find_entry(layers.file, "url")) add_url_variables(*entry, config.url_variables);
    for (const auto& [name, entries] : read_environments(reader, layers.file))
        if (const Entry* entry = find_entry(entries, "url")) add_url_variables(*entry, config.url_variables);
}

/// An environment's own counts also where it is empty.
void read_scratch_url(const YamlReader& reader, const Layers& layers, Config& config) {
    const Entry* entry = find_entry(layers.environment, "scratch_url");
    if (entry == nullptr) entry = find_entry(layers.file, "scratch_url");
    if (entry != nullptr) read_if_resolved(reader, *entry, "scratch_url", config.scratch_url, config);
}

/// The line has the value of a variable, which may be a secret whatever its name is.
Error without_line(Error error) {
    auto location = error.location();
    location.line_text.clear();
    return std::move(error.with_location(std::move(location)));
}

/// Each variable from the last layer that has it; those without a value are left out.
void read_variables(const YamlReader& reader, const Layers& layers, const ConfigRequest& request, Config& config) {
    // Entries and not values: a variable that another layer overrules is never expanded, and may name what is not set.
    std::map<std::string, Entry> chosen;
    for (const Entries* layer : {&layers.file, &layers.environment}) {
        const Entry* variables = find_entry(*layer, "variables");
        if (variables == nullptr) continue;
        for (const Entry& entry : reader.mapping(variables->value, "variables")) {
            if (!config::is_variable_name(entry.key))
                throw without_line(
                    reader.error(entry, error_codes::bad_value, fmt::format("{} is no name for a variable", entry.key))
                        .with_hint("use letters, digits and _, and no digit first"));
            if (entry.has_value()) chosen.insert_or_assign(entry.key, entry);
        }
    }
    config.variables = request.variables;
    for (const auto& [name, entry] : chosen) {
        if (config.variables.contains(name)) continue;
        std::string value;
        const std::string key = "variables." + name;
        read_if_resolved(reader, entry, key, value, config);
        if (!config.unresolved.contains(key)) config.variables.emplace(name, std::move(value));
    }
}

/// What is written there would be what is wanted from then on.
void refuse_dump_into_schema(const YamlReader& reader, const Layers& layers, const Config& config) {
    if (!config::is_file_of_schema(config, config.dump)) return;
    const Entry* entry = find_entry(layers.environment, "dump");
    if (entry == nullptr) entry = find_entry(layers.file, "dump");
    if (entry == nullptr) return;
    throw reader.error(*entry, error_codes::bad_value, "dump names a file of schema, which it would write over")
        .with_hint("give it a file of its own, such as schema.dump.sql beside the folder of schema");
}

}  // namespace

const std::string& require_url(const Config& config) {
    if (!config.url.empty()) return config.url;
    if (const auto found = config.unresolved.find("url"); found != config.unresolved.end()) throw Error(found->second);
    throw Error(ExitCode::usage, error_codes::no_url, "no database URL is given")
        .with_hint(
            "set url in alembic.yaml or DATABASE_URL in the environment, or pass --url, such as sqlite:///rev.db");
}

Config load_config(const ConfigRequest& request) {
    const FoundFile file = find_file(request);
    Config config;
    config.file = file.path;
    config.directory = file.path.parent_path();
    // The defaults before anything is read; the readers of settings go by config.directory.
    config.script_location = config.directory;
    config.version_locations = {config.directory / "versions"};
    config.backup_location = config.directory / "backups";

    const Variables variables(file, request);
    const config::SourceText source = config::read_source(file.path, file.shown);
    const YamlReader reader(source, lookup_in(variables));
    // The order matters: dump can be compared with the files of schema only when both are read, whichever stands first.
    const Layers layers = read_layers(reader, request, file.shown, config);
    read_settings(reader, layers, config);
    read_url(reader, layers, request, variables, config);
    read_url_variables(reader, layers, config);
    read_scratch_url(reader, layers, config);
    refuse_dump_into_schema(reader, layers, config);
    read_variables(reader, layers, request, config);
    return config;
}

}  // namespace rev::config
