// Source: the documentation of Flyway's configuration and of Spring Boot's properties for it.
#include "import/flyway_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view spring = "spring.flyway.";
constexpr std::string_view placeholder_section = "placeholders.";

/// Those that may be set in the environment too.
constexpr std::array<std::string_view, 22> names_in_environment{"url",
                                                                "locations",
                                                                "table",
                                                                "schemas",
                                                                "defaultSchema",
                                                                "createSchemas",
                                                                "initSql",
                                                                "target",
                                                                "encoding",
                                                                "mixed",
                                                                "executeInTransaction",
                                                                "validateMigrationNaming",
                                                                "placeholderReplacement",
                                                                "placeholderPrefix",
                                                                "placeholderSuffix",
                                                                "sqlMigrationPrefix",
                                                                "repeatableSqlMigrationPrefix",
                                                                "undoSqlMigrationPrefix",
                                                                "baselineMigrationPrefix",
                                                                "sqlMigrationSeparator",
                                                                "sqlMigrationSuffixes",
                                                                "environment"};

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// `defaultSchema` as FLYWAY_DEFAULT_SCHEMA.
std::string variable_of(std::string_view name) {
    std::string variable = "FLYWAY_";
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') variable += '_';
        variable += upper(c);
    }
    return variable;
}

/// Spring's `default-schema` as `defaultSchema`.
std::string without_dashes(std::string_view name) {
    std::string plain;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] == '-' && at + 1 < name.size())
            plain += upper(name[++at]);
        else
            plain += name[at];
    }
    return plain;
}

/// In Flyway's own names; empty: it is no setting of Flyway's.
std::string name_of_spring(std::string_view name) {
    if (name == "spring.datasource.url") return "url";
    if (!name.starts_with(spring)) return {};
    name.remove_prefix(spring.size());
    if (name.starts_with(placeholder_section)) return std::string(name);
    // `locations[0]`: one item of a list.
    auto plain = without_dashes(name.substr(0, name.find('[')));
    return plain == "initSqls" ? "initSql" : plain;
}

/// `app.schema-name` as the variable APP_SCHEMANAME, by which Spring finds it too.
std::string relaxed_variable(std::string_view name) {
    std::string variable;
    for (const char c : name)
        if (c != '-') variable += c == '.' || c == '[' || c == ']' ? '_' : upper(c);
    return variable;
}

/// Fills in what Spring does: `${NAME}` and `${NAME:default}`, from the environment and from the file itself.
class SpringValues {
public:
    SpringValues(const SettingValues& all, const Files& files) : all_(all), files_(files) {}

    [[nodiscard]] std::string fill_in(std::string_view text, int depth = 0) const {
        constexpr int deepest = 20;  // one that names itself has no value
        std::string filled;
        while (!text.empty()) {
            const auto end = text.starts_with("${") && depth < deepest ? end_of_braces(text) : std::string_view::npos;
            if (end == std::string_view::npos) {
                filled += text.front();
                text.remove_prefix(1);
                continue;
            }
            // What has no value stays as it is written.
            filled += value_of(fill_in(text.substr(2, end - 2), depth + 1), depth)
                          .value_or(std::string(text.substr(0, end + 1)));
            text.remove_prefix(end + 1);
        }
        return filled;
    }

private:
    /// Of the brace that closes the first one; npos: none does.
    static std::size_t end_of_braces(std::string_view text) {
        int depth = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text.substr(at).starts_with("${")) ++depth;
            if (text[at] == '}' && --depth == 0) return at;
        }
        return std::string_view::npos;
    }

    [[nodiscard]] std::optional<std::string> value_of(std::string_view inner, int depth) const {
        const auto colon = std::min(inner.find(':'), inner.size());
        const auto name = inner.substr(0, colon);
        if (auto given = files_.options().environment(name)) return given;
        if (auto given = files_.options().environment(relaxed_variable(name))) return given;
        if (const auto found = all_.find(std::string(name)); found != all_.end())
            return fill_in(found->second, depth + 1);
        return colon < inner.size() ? std::optional(std::string(inner.substr(colon + 1))) : std::nullopt;
    }

    const SettingValues& all_;
    const Files& files_;
};

/// A value that is a variable of the environment: `${NAME:default}`.
std::string filled_in(const std::string& value, const Files& files) { return SpringValues({}, files).fill_in(value); }

bool is_of_spring(const fs::path& file) { return file.filename().string().starts_with("application."); }

SettingValues of_spring(const SettingValues& all, const Files& files) {
    SettingValues values;
    const SpringValues spring_values(all, files);
    for (const auto& [name, value] : all) {
        const auto key = name_of_spring(name);
        if (key.empty()) continue;
        auto& slot = values[key];
        const bool is_item = name.find('[') != std::string::npos && !slot.empty();
        // The database of the application is Flyway's, unless it has one of its own.
        if (key == "url" && name != "spring.flyway.url" && !slot.empty()) continue;
        slot = is_item ? slot + "," + spring_values.fill_in(value) : spring_values.fill_in(value);
    }
    return values;
}

SettingValues of_flyway(const SettingValues& all) {
    SettingValues values;
    auto environment = value_of(all, "flyway.environment");
    if (environment.empty()) environment = "default";
    const auto section = "environments." + environment + ".";
    for (const auto& [name, value] : all) {
        std::string_view key = name;
        // One name for all: .conf has `flyway.url`, .toml has `url` below [environments.default].
        for (const std::string_view prefix : {std::string_view("flyway."), std::string_view(section)})
            if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
        values[std::string(key)] = value;
    }
    return values;
}

SettingValues read_file(const fs::path& file, const Files& files) {
    if (file.empty()) return {};
    const auto extension = file.extension();
    // Spring reads these as Latin-1, whatever they are.
    if (is_of_spring(file))
        return of_spring(extension == ".properties" ? read_properties(from_latin1(files.read_bytes(file)))
                                                    : read_yaml(files.read(file)),
                         files);
    return of_flyway(extension == ".toml" ? read_toml(files.read(file)) : read_flyway_conf(file, files));
}

void set_if_given(std::string& target, const SettingValues& values, std::string_view name) {
    if (auto value = value_of(values, name); !value.empty()) target = value;
}

/// The folder from which the project is built and run.
fs::path root_of(const fs::path& settings) {
    auto folder = settings.parent_path();
    // Of the command line's own layout, conf/flyway.conf; and of Maven's and Gradle's, src/main/resources.
    if (folder.filename() == "conf") return folder.parent_path();
    if (folder.filename() == "resources") return folder.parent_path().parent_path().parent_path();
    return folder;
}

/// Where a location may be, the likeliest first.
std::vector<fs::path> places_of(std::string location, const fs::path& settings, std::string_view vendor) {
    constexpr std::string_view vendor_word = "{vendor}";
    if (const auto at = location.find(vendor_word); at != std::string::npos)
        location.replace(at, vendor_word.size(), vendor);
    std::string_view path = location;
    const bool is_in_files = path.starts_with("filesystem:");
    for (const std::string_view kind : {"filesystem:", "classpath:"})
        if (path.starts_with(kind)) path.remove_prefix(kind.size());
    const auto root = root_of(settings);
    if (is_in_files) return {root / path, settings.parent_path() / path};
    while (path.starts_with('/')) path.remove_prefix(1);
    // Maven and Gradle put what is there on the class path.
    return {root / "src/main/resources" / path, settings.parent_path() / path, root / path};
}

/// Of a PostgreSQL URL that names one: which of several is there only the server knows.
std::string schema_of_url(const SettingValues& settings) {
    const auto url = value_of(settings, "url");
    constexpr std::string_view parameter = "currentSchema=";
    const auto query = url.find('?');
    if (query == std::string::npos || dialect_of_url(url) != Dialect::postgresql) return {};
    for (const auto& part : base::split_list(std::string_view(url).substr(query + 1), '&')) {
        if (!part.starts_with(parameter)) continue;
        auto name = part.substr(parameter.size());
        return name.find_first_of(",%\"") == std::string::npos ? name : std::string();
    }
    return {};
}

/// `${NAME}` by its value, or by nothing.
std::string with_environment(std::string_view text, const Files& files) {
    const auto is_of_name = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    std::string filled;
    for (std::size_t at = 0; at < text.size();) {
        const auto name = text.substr(at).starts_with("${") ? text.substr(at + 2, text.find('}', at) - at - 2) : "";
        if (name.empty() || at + 2 + name.size() == text.size() || !std::ranges::all_of(name, is_of_name)) {
            filled += text[at++];
            continue;
        }
        filled += files.options().environment(name).value_or("");
        at += name.size() + 3;
    }
    return filled;
}

}  // namespace

SettingValues read_flyway_conf(const fs::path& file, const Files& files) {
    const auto text = with_environment(files.read(file), files);
    auto lines = base::split_list(text, '\n');
    std::string plain;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        // A backslash is one, as in the paths of Windows; only before a line that begins no setting it goes on.
        const bool goes_on = lines[at].ends_with('\\') && at + 1 < lines.size() && !lines[at + 1].empty() &&
                             !(lines[at + 1].starts_with("flyway.") && lines[at + 1].find('=') != std::string::npos);
        if (goes_on) lines[at].pop_back();
        for (const char c : lines[at]) plain += c == '\\' ? std::string("\\\\") : std::string(1, c);
        plain += goes_on ? "\\\n" : "\n";
    }
    return read_properties(plain);
}

fs::path find_flyway_settings(const fs::path& folder, const fs::path& path) {
    for (const auto& start : {folder, path})
        for (const std::string_view name : {"flyway.toml", "flyway.conf", "conf/flyway.conf"})
            if (const auto found = find_above(start, name)) return *found;
    // Spring Boot's, beside the folder `db`, or where a build has it.
    for (const auto& start : {folder, path / "src/main/resources"})
        for (const std::string_view name : {"application.properties", "application.yml", "application.yaml"})
            if (const auto found = find_above(start, name); found && mentions(*found, "flyway")) return *found;
    return {};
}

SettingValues read_flyway_settings(const Place& place, const Files& files) {
    auto values = read_file(place.settings, files);
    for (const auto name : names_in_environment)
        if (auto given = files.options().environment(variable_of(name))) values[std::string(name)] = std::move(*given);
    return values;
}

std::vector<std::string> flyway_list(std::string_view text) {
    std::string plain(text);
    std::ranges::replace(plain, '\n', ',');
    return base::split_list(plain);
}

FlywayNaming flyway_naming(const SettingValues& settings) {
    FlywayNaming naming;
    set_if_given(naming.versioned, settings, "sqlMigrationPrefix");
    set_if_given(naming.repeatable, settings, "repeatableSqlMigrationPrefix");
    set_if_given(naming.undo, settings, "undoSqlMigrationPrefix");
    set_if_given(naming.baseline, settings, "baselineMigrationPrefix");
    set_if_given(naming.separator, settings, "sqlMigrationSeparator");
    const auto suffixes = value_of(settings, "sqlMigrationSuffixes");
    if (!suffixes.empty()) naming.suffixes = flyway_list(suffixes);
    return naming;
}

std::optional<std::string> flyway_placeholder_of_environment(std::string_view name, const Files& files) {
    auto variable = "FLYWAY_PLACEHOLDERS_" + std::string(name);
    std::ranges::transform(variable, variable.begin(), upper);
    return files.options().environment(variable);
}

FlywayPlaceholders flyway_placeholders(const SettingValues& settings, const Files& files) {
    FlywayPlaceholders placeholders;
    set_if_given(placeholders.prefix, settings, "placeholderPrefix");
    set_if_given(placeholders.suffix, settings, "placeholderSuffix");
    placeholders.replaces = value_of(settings, "placeholderReplacement") != "false";
    for (const auto& [name, value] : settings) {
        if (!name.starts_with(placeholder_section)) continue;
        // A setting may itself name a variable of the environment.
        placeholders.values[base::lower_case(std::string_view(name).substr(placeholder_section.size()))] =
            filled_in(value, files);
    }
    for (auto& [name, value] : placeholders.values)
        if (auto given = flyway_placeholder_of_environment(name, files)) value = std::move(*given);
    // Of Flyway's own values those that its settings tell.
    const auto table = value_of(settings, "table");
    placeholders.values["flyway:table"] = table.empty() ? "flyway_schema_history" : table;
    if (auto schema = flyway_schema(settings); !schema.empty()) placeholders.values["flyway:defaultschema"] = schema;
    return placeholders;
}

std::vector<fs::path> flyway_locations(const Place& place, const SettingValues& settings, const Files& files) {
    const bool is_sqlite = dialect_of_url(value_of(settings, "url")) == Dialect::sqlite;
    std::vector<fs::path> folders;
    for (const auto& location : flyway_list(value_of(settings, "locations"))) {
        if (location.find_first_of("*?") != std::string::npos)
            throw bad_file(
                files.shown(place.settings),
                fmt::format("has the location {}, a pattern, which rev does not read", base::printable_word(location)))
                .with_hint("write the folders that it stands for");
        const auto places = places_of(location, place.settings, is_sqlite ? "sqlite" : "postgresql");
        const auto found = std::ranges::find_if(places, [](const fs::path& each) {
            std::error_code ignored;
            return fs::is_directory(each, ignored);
        });
        if (found != places.end()) folders.push_back(found->lexically_normal());
    }
    // Locations may exist only in a build or on another machine: then those count where files were found.
    if (folders.empty()) return {place.folder};
    // All that is below a folder is read with it.
    std::ranges::sort(folders);
    std::vector<fs::path> outer;
    for (const auto& folder : folders)
        if (outer.empty() || !is_within(folder, outer.back())) outer.push_back(folder);
    return outer;
}

std::string flyway_schema(const SettingValues& settings) {
    auto schema = value_of(settings, "defaultSchema");
    if (!schema.empty()) return schema;
    const auto list = flyway_list(value_of(settings, "schemas"));
    return list.empty() ? schema_of_url(settings) : list.front();
}

bool flyway_schema_is_of_url(const SettingValues& settings) {
    return !flyway_schema(settings).empty() && value_of(settings, "defaultSchema").empty() &&
           flyway_list(value_of(settings, "schemas")).empty();
}

std::string flyway_table_name(const SettingValues& settings) {
    auto table = value_of(settings, "table");
    const auto schema = flyway_schema(settings);
    if (table.empty() && schema.empty()) return {};
    if (table.empty()) table = "flyway_schema_history";
    return schema.empty() ? table : schema + "." + table;
}

}  // namespace rev::foreign
