#include "config/schema_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "schema/kind.hpp"

namespace rev::config {

const SchemaSettings* DesiredSchema::find(Dialect dialect) const {
    if (const auto found = by_dialect.find(dialect); found != by_dialect.end()) return &found->second;
    return plain ? &*plain : nullptr;
}

}  // namespace rev::config

namespace rev::config {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> read_paths(const YamlReader& reader, const Entry& entry, const Config& config) {
    std::vector<fs::path> paths;
    for (const auto& item : reader.one_or_more(entry))
        paths.push_back((config.directory / reader.nonempty_text(item)).lexically_normal());
    if (paths.empty())
        throw reader.error(entry, error_codes::bad_value, fmt::format("{} should name at least one file", entry.key));
    return paths;
}

std::vector<std::string> read_texts(const YamlReader& reader, const Entry& entry) {
    std::vector<std::string> texts;
    for (const auto& item : reader.one_or_more(entry)) texts.push_back(reader.nonempty_text(item));
    return texts;
}

std::vector<std::string> read_kinds(const YamlReader& reader, const Entry& entry) {
    std::vector<std::string> kinds;
    for (const auto& item : reader.one_or_more(entry)) {
        auto kind = reader.nonempty_text(item);
        // Kinds have blanks in them ("materialized view"); in YAML people write materialized_view.
        std::replace(kind.begin(), kind.end(), '_', ' ');
        if (!schema::find_kind(kind)) {
            const auto names = schema::kind_names();
            const auto near = base::closest(kind, std::vector<std::string>(names.begin(), names.end()), 1);
            throw reader
                .error(item, error_codes::bad_value,
                       fmt::format("ignore names \"{}\", which is no kind of object", kind))
                .with_hint(near.empty() ? "such as owner, grant, comment, trigger; docs/autogenerate.md lists them"
                                        : base::did_you_mean(near));
        }
        kinds.push_back(std::move(kind));
    }
    return kinds;
}

void read_member(const YamlReader& reader, const Entry& entry, const Config& config, SchemaSettings& settings) {
    if (!entry.has_value()) return;
    if (entry.key == "files") settings.files = read_paths(reader, entry, config);
    if (entry.key == "command") settings.command = reader.command(entry);
    if (entry.key == "schemas") settings.schemas = read_texts(reader, entry);
    if (entry.key == "exclude") settings.exclude = read_texts(reader, entry);
    if (entry.key == "ignore") settings.ignore = read_kinds(reader, entry);
}

const std::vector<std::string>& member_names() {
    static const std::vector<std::string> names = {"files", "command", "schemas", "exclude", "ignore"};
    return names;
}

const std::vector<std::string>& dialect_names() {
    static const std::vector<std::string> names = {"postgresql", "sqlite"};
    return names;
}

/// The short form, or a mapping of the members. inherited: what stands beside it for every dialect.
SchemaSettings read_settings_of(const YamlReader& reader, const Entry& entry, const Config& config,
                                SchemaSettings inherited = {}) {
    auto settings = std::move(inherited);
    if (!entry.value.IsMap()) {
        settings.files = read_paths(reader, entry, config);
        return settings;
    }
    const auto members = reader.mapping(entry.value, entry.key);
    reader.check_keys(members, member_names(), entry.key);
    for (const auto& member : members) read_member(reader, member, config, settings);
    // Two sources could contradict each other, and nobody would know which of them is wanted.
    if (!settings.files.empty() && !settings.command.empty())
        throw reader.error(entry, error_codes::bad_value, fmt::format("{} has both files and command", entry.key))
            .with_hint("let the command print the files too, or leave one of them out");
    return settings;
}

bool is_dialect(const Entry& entry) {
    const auto& names = dialect_names();
    return std::find(names.begin(), names.end(), entry.key) != names.end();
}

}  // namespace

void read_schema(const YamlReader& reader, const Entry& entry, Config& config) {
    config.schema = {};
    if (!entry.value.IsMap()) {
        config.schema.plain = read_settings_of(reader, entry, config);
        return;
    }
    const auto members = reader.mapping(entry.value, "schema");
    auto known = member_names();
    known.insert(known.end(), dialect_names().begin(), dialect_names().end());
    reader.check_keys(members, known, "schema");
    // Two passes: what is said for every dialect counts for one that stands above it in the file, too.
    SchemaSettings shared;
    for (const auto& member : members)
        if (!is_dialect(member)) read_member(reader, member, config, shared);
    for (const auto& member : members) {
        if (!is_dialect(member) || !member.has_value()) continue;
        const auto dialect = find_dialect(member.key).value_or(Dialect::postgresql);
        config.schema.by_dialect[dialect] = read_settings_of(reader, member, config, shared);
    }
    if (shared.has_source() && !config.schema.by_dialect.empty())
        throw reader.error(entry, error_codes::bad_value, "schema has files for every dialect and files for one")
            .with_hint("name the files under each dialect: schema: { postgresql: pg.sql, sqlite: lite.sql }");
    if (!shared.files.empty() && !shared.command.empty())
        throw reader.error(entry, error_codes::bad_value, "schema has both files and command")
            .with_hint("let the command print the files too, or leave one of them out");
    if (config.schema.by_dialect.empty()) config.schema.plain = std::move(shared);
}

void read_scratch_setup(const YamlReader& reader, const Entry& entry, Config& config) {
    config.scratch_setup = read_paths(reader, entry, config);
}

void read_dump(const YamlReader& reader, const Entry& entry, Config& config) {
    config.dump = (config.directory / reader.nonempty_text(entry)).lexically_normal();
}

void read_protected(const YamlReader& reader, const Entry& entry, Config& config) {
    config.is_protected = reader.boolean(entry);
}

void read_autogenerate(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> known = {"online"};
    const auto members = reader.mapping(entry.value, "autogenerate");
    reader.check_keys(members, known, "autogenerate");
    if (const auto* online = find_entry(members, "online")) config.autogenerate_online = reader.boolean(*online);
}

bool is_file_of_schema(const Config& config, const fs::path& file) {
    if (file.empty()) return false;
    const auto reads = [&](const SchemaSettings& settings) {
        return std::ranges::any_of(settings.files, [&](const fs::path& path) {
            // By the names as they are written: the files need not be there yet.
            const auto relative = file.lexically_relative(path);
            const bool is_below = !relative.empty() && *relative.begin() != "..";
            return file == path || (is_below && file.extension() == ".sql");
        });
    };
    if (config.schema.plain && reads(*config.schema.plain)) return true;
    return std::ranges::any_of(config.schema.by_dialect, [&](const auto& each) { return reads(each.second); });
}

}  // namespace rev::config
