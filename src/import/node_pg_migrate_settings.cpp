// Source: bin/node-pg-migrate.ts. Its command line is told by arguments and by the package `config`.
#include "import/node_pg_migrate_settings.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "import/folder.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

/// Somebody else's file: what is no JSON says nothing.
Json read_json(const fs::path& file) {
    const ReadOptions nothing;
    return Json::parse(Files(nothing).read(file), nullptr, false);
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// One or a list.
std::vector<std::string> texts_at(const Json& object, const char* key) {
    if (auto one = text_at(object, key); !one.empty()) return {std::move(one)};
    std::vector<std::string> texts;
    if (const auto found = object.find(key); found != object.end() && found->is_array())
        for (const auto& each : *found)
            if (each.is_string()) texts.push_back(each.get<std::string>());
    return texts;
}

/// Words of a command, without the quotes around them.
std::vector<std::string> words_of(std::string_view command) {
    std::vector<std::string> words;
    std::string word;
    char quote = 0;
    for (const char c : std::string(command) + " ") {
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote != 0 ? '\0' : c;
        } else if (quote == 0 && c == ' ') {
            if (!word.empty()) words.push_back(std::move(word));
            word.clear();
        } else {
            word += c;
        }
    }
    return words;
}

class Arguments {
public:
    explicit Arguments(std::string_view command) : words_(words_of(command)) {}

    /// `--long value`, `--long=value` or `-s value`; a list of values goes on up to the next argument.
    [[nodiscard]] std::vector<std::string> values_of(std::string_view long_name, std::string_view short_name) const {
        std::vector<std::string> values;
        for (std::size_t at = 0; at < words_.size(); ++at) {
            const auto& word = words_[at];
            if (word.starts_with(std::string(long_name) + "=")) {
                values.push_back(word.substr(long_name.size() + 1));
            } else if (word == long_name || (!short_name.empty() && word == short_name)) {
                while (at + 1 < words_.size() && !words_[at + 1].starts_with('-') && words_[at + 1] != "&&")
                    values.push_back(words_[++at]);
            }
        }
        return values;
    }
    [[nodiscard]] std::string value_of(std::string_view long_name, std::string_view short_name) const {
        const auto values = values_of(long_name, short_name);
        return values.empty() ? std::string() : values.front();
    }

private:
    std::vector<std::string> words_;
};

void set_if_given(std::string& target, std::string value) {
    if (!value.empty()) target = std::move(value);
}

void read_section(NodePgMigrateSettings& settings, const fs::path& file) {
    const auto json = read_json(file);
    if (!json.is_object() || !json.contains("db") || !json["db"].is_object()) return;
    const auto& section = json["db"];
    // The folder `config` stands in the project's.
    if (const auto folder = text_at(section, "migrations-dir"); !folder.empty())
        settings.folder = file.parent_path().parent_path() / folder;
    settings.schemas = texts_at(section, "schema");
    settings.table_schema = text_at(section, "migrations-schema");
    settings.table = text_at(section, "migrations-table");
}

void read_scripts(NodePgMigrateSettings& settings, const fs::path& file) {
    const auto json = read_json(file);
    if (!json.is_object() || !json.contains("scripts") || !json["scripts"].is_object()) return;
    for (const auto& [name, script] : json["scripts"].items()) {
        if (!script.is_string() || script.get<std::string>().find("node-pg-migrate") == std::string::npos) continue;
        const Arguments arguments(script.get<std::string>());
        if (const auto folder = arguments.value_of("--migrations-dir", "-m"); !folder.empty())
            settings.folder = file.parent_path() / folder;
        if (auto schemas = arguments.values_of("--schema", "-s"); !schemas.empty())
            settings.schemas = std::move(schemas);
        set_if_given(settings.table_schema, arguments.value_of("--migrations-schema", ""));
        set_if_given(settings.table, arguments.value_of("--migrations-table", "-t"));
    }
}

}  // namespace

NodePgMigrateSettings read_node_pg_migrate_settings(const fs::path& project) {
    NodePgMigrateSettings settings;
    if (const auto file = find_above(project, "config/default.json")) read_section(settings, *file);
    if (const auto file = find_above(project, "package.json")) read_scripts(settings, *file);
    settings.folder = settings.folder.lexically_normal();
    // `db/migrations/` and `db/migrations` are one.
    if (!settings.folder.empty() && !settings.folder.has_filename()) settings.folder = settings.folder.parent_path();
    return settings;
}

}  // namespace rev::foreign
