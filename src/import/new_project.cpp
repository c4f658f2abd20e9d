#include "import/new_project.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/text.hpp"
#include "script/builtin.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

bool is_taken(const fs::path& path) {
    std::error_code ignored;
    // A link that leads nowhere takes the name too. An empty folder does not: it may be used.
    const auto status = fs::symlink_status(path, ignored);
    if (!fs::exists(status)) return false;
    return !fs::is_directory(path, ignored) || !fs::is_empty(path, ignored);
}

/// `name`, `rev_name`, `rev_name2` ...: the first that is free.
std::string free_name(const fs::path& directory, const std::string& name, const std::string& other) {
    if (!is_taken(directory / name)) return name;
    auto chosen = other;
    for (int number = 2; is_taken(directory / chosen); ++number) chosen = fmt::format("{}{}", other, number);
    return chosen;
}

std::string_view numbering_name(Numbering numbering) {
    switch (numbering) {
        case Numbering::sequential:
            return "sequential";
        case Numbering::timestamp:
            return "timestamp";
        case Numbering::random:
            break;
    }
    return "random";
}

/// Replaces the line that begins with `start`, also where it is commented out.
void set_line(std::string& text, const std::string& start, const std::string& line) {
    // A line that counts comes before one that is only an example.
    for (const auto& prefix : {"\n" + start, "\n# " + start}) {
        const auto at = text.find(prefix);
        if (at == std::string::npos) continue;
        const auto end = text.find('\n', at + 1);
        text.replace(at + 1, end - at - 1, line);
        return;
    }
    text += line + "\n";
}

/// As YAML has it in one line.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

/// Relative to alembic.yaml, where it can be.
std::string relative_to(const fs::path& directory, const std::string& file) {
    const auto relative = fs::path(file).lexically_relative(directory);
    return relative.empty() ? file : relative.string();
}

/// What the other tool's files say, too.
void set_lines_of(std::string& text, const Config& config, const History& history) {
    if (!history.own_table.empty()) set_line(text, "version_table:", "version_table: " + config.version_table);
    if (!config.version_table_schema.empty())
        set_line(text, "version_table_schema:",
                 "version_table_schema: " + config.version_table_schema +
                     (config.create_version_table_schema ? "\ncreate_version_table_schema: true" : ""));
    std::vector<std::string> seeds;
    for (const auto& seed : history.seeds) seeds.push_back(quoted(relative_to(config.directory, seed)));
    if (!seeds.empty()) set_line(text, "seed:", fmt::format("seed: [{}]", base::join(seeds, ", ")));
    if (!history.schema_command.empty())
        set_line(text, "schema:", fmt::format("schema: {{ command: {} }}", quoted(history.schema_command)));
}

/// Names of folders, relative to alembic.yaml.
struct Folders {
    std::string versions;
    std::string location;  ///< that has templates/
    std::string objects;   ///< empty: there are no repeatable objects
};

std::string settings_text(const Folders& folders, Numbering numbering, std::span<const Dialect> dialects) {
    const bool only_postgresql = dialects.size() == 1 && dialects.front() == Dialect::postgresql;
    std::string text(only_postgresql ? script::builtin_postgresql_settings : script::builtin_generic_settings);
    // Never the URL itself: it may hold a password, and the file goes into version control.
    set_line(text, "url:", "url: ${DATABASE_URL}");
    if (folders.location != ".") set_line(text, "script_location:", "script_location: " + folders.location);
    set_line(text, "version_locations:", fmt::format("version_locations: [{}]", folders.versions));
    if (!folders.objects.empty())
        set_line(text, "repeatable_locations:", fmt::format("repeatable_locations: [{}]", folders.objects));
    if (numbering != Numbering::random)
        set_line(text, "revision_ids:", fmt::format("revision_ids: {}", numbering_name(numbering)));
    return text;
}

/// `table` or `schema.table`.
void set_version_table(Config& config, const std::string& name) {
    const auto dot = name.find('.');
    if (dot != std::string::npos) config.version_table_schema = name.substr(0, dot);
    config.version_table = dot == std::string::npos ? name : name.substr(dot + 1);
}

}  // namespace

NewProject new_project(const fs::path& directory, Numbering numbering, const History& history,
                       std::span<const Dialect> dialects) {
    NewProject project;
    const auto versions = free_name(directory, "versions", "rev_versions");
    const auto location = is_taken(directory / "templates") ? free_name(directory, "rev", "rev") : std::string(".");
    const auto objects = history.repeatables.empty() ? std::string() : free_name(directory, "objects", "rev_objects");
    auto& config = project.config;
    config.file = directory / "alembic.yaml";
    config.directory = directory;
    config.script_location = location == "." ? directory : directory / location;
    config.version_locations = {directory / versions};
    if (!objects.empty()) config.repeatable_locations = {directory / objects};
    if (versions != "versions")
        project.remarks.push_back(fmt::format("versions is there already: the revisions are in {}", versions));
    if (location != ".")
        project.remarks.push_back(fmt::format("templates is there already: rev's are in {}/templates", location));
    if (!history.own_table.empty()) set_version_table(config, history.own_table);
    config.create_version_table_schema = history.makes_table_schema;
    auto settings = settings_text({versions, location, objects}, numbering, dialects);
    set_lines_of(settings, config, history);
    project.files.push_back({config.file, std::move(settings)});
    const auto templates = config.script_location / "templates";
    project.files.push_back({templates / "revision.sql", std::string(script::builtin_revision_template)});
    project.files.push_back({templates / "merge.sql", std::string(script::builtin_merge_template)});
    return project;
}

}  // namespace rev::foreign
