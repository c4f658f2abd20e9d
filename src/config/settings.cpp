#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.hpp"
#include "config/fleet_settings.hpp"
#include "config/schema_settings.hpp"

namespace rev::config {
namespace {

std::filesystem::path folder(const YamlReader& reader, const Entry& entry, const Config& config) {
    const std::filesystem::path path = (config.directory / reader.nonempty_text(entry)).lexically_normal();
    // Compared as text further on, `versions/` and `versions` must be one.
    return path.has_filename() ? path : path.parent_path();  // without a final slash
}

void read_script_location(const YamlReader& reader, const Entry& entry, Config& config) {
    config.script_location = folder(reader, entry, config);
}

using Folders = std::vector<std::filesystem::path>;

Folders distinct_folders(const YamlReader& reader, const Entry& entry, const Config& config) {
    Folders folders;
    for (const Entry& item : reader.one_or_more(entry)) {
        auto path = folder(reader, item, config);
        // Each of its files would be there twice, as duplicate revisions.
        if (std::ranges::find(folders, path) != folders.end())
            throw reader.error(item, error_codes::bad_value, fmt::format("{} names the same folder twice", entry.key));
        folders.push_back(std::move(path));
    }
    return folders;
}

void read_version_locations(const YamlReader& reader, const Entry& entry, Config& config) {
    auto folders = distinct_folders(reader, entry, config);
    if (folders.empty())
        throw reader.error(entry, error_codes::bad_value, "version_locations should name at least one folder");
    config.version_locations = std::move(folders);
}

void read_repeatable_locations(const YamlReader& reader, const Entry& entry, Config& config) {
    config.repeatable_locations = distinct_folders(reader, entry, config);
}

void read_recursive(const YamlReader& reader, const Entry& entry, Config& config) {
    config.recursive_version_locations = reader.boolean(entry);
}

void check_placeholder(const YamlReader& reader, const Entry& entry, std::string_view name) {
    static const std::vector<std::string> known = {"rev", "slug", "number", "year",   "month",
                                                   "day", "hour", "minute", "second", "epoch"};
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    const auto near = base::closest(name, known, 1);
    throw reader.error(entry, error_codes::bad_value, fmt::format("unknown placeholder {{{}}} in file_template", name))
        .with_hint(near.empty() ? fmt::format("the placeholders are {{{}}}", base::join(known, "}, {"))
                                : fmt::format("did you mean `{{{}}}`?", near.front()));
}

void read_file_template(const YamlReader& reader, const Entry& entry, Config& config) {
    std::string pattern = reader.nonempty_text(entry);
    for (auto open = pattern.find_first_of("{}"); open != std::string::npos;) {
        const auto close = pattern.find_first_of("{}", open + 1);
        if (pattern[open] != '{' || close == std::string::npos || pattern[close] != '}')
            throw reader.error(entry, error_codes::bad_value, "file_template has a brace without its partner");
        check_placeholder(reader, entry, std::string_view(pattern).substr(open + 1, close - open - 1));
        open = pattern.find_first_of("{}", close + 1);
    }
    if (pattern.find('/') != std::string::npos)
        throw reader.error(entry, error_codes::bad_value, "file_template should be a file name, without a `/`");
    config.file_template = std::move(pattern);
}

void read_revision_ids(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> words = {"random", "sequential", "timestamp"};
    constexpr std::array values = {RevisionIds::random, RevisionIds::sequential, RevisionIds::timestamp};
    config.revision_ids = values.at(reader.choice(entry, words));
}

void read_truncate_slug_length(const YamlReader& reader, const Entry& entry, Config& config) {
    // A file's name may have 255 bytes on nearly all file systems, and the id and date take theirs.
    config.truncate_slug_length = static_cast<std::size_t>(reader.integer(entry, 1, 200));
}

void read_timezone(const YamlReader& reader, const Entry& entry, Config& config) {
    config.timezone = reader.nonempty_text(entry);
}

void read_version_table(const YamlReader& reader, const Entry& entry, Config& config) {
    config.version_table = reader.nonempty_text(entry);
}

void read_version_table_schema(const YamlReader& reader, const Entry& entry, Config& config) {
    // May be empty, so that an environment can go back to the default schema.
    config.version_table_schema = reader.text(entry);
}

void read_create_version_table_schema(const YamlReader& reader, const Entry& entry, Config& config) {
    config.create_version_table_schema = reader.boolean(entry);
}

void read_transaction(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> modes = {"per-revision", "all"};
    config.transaction = reader.choice(entry, modes) == 0 ? TransactionMode::per_revision : TransactionMode::all;
}

void read_lock_timeout(const YamlReader& reader, const Entry& entry, Config& config) {
    config.lock_timeout = reader.duration(entry);
}

void read_run_lock(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> words = {"auto", "session", "lease"};
    constexpr std::array values = {RunLocks::asked, RunLocks::session, RunLocks::lease};
    config.run_lock = values.at(reader.choice(entry, words));
}

void read_run_lock_lease(const YamlReader& reader, const Entry& entry, Config& config) {
    config.run_lock_lease = std::chrono::duration_cast<std::chrono::seconds>(reader.duration(entry));
    // It is renewed thrice in that time, which a busy machine must be able to.
    constexpr std::chrono::seconds least{3};
    if (config.run_lock_lease < least)
        throw reader.error(entry, error_codes::bad_value, "run_lock_lease should be at least 3s");
}

void read_transactional_ddl(const YamlReader& reader, const Entry& entry, Config& config) {
    config.transactional_ddl = reader.boolean(entry);
}

void read_statement_lock_timeout(const YamlReader& reader, const Entry& entry, Config& config) {
    config.limits.lock_timeout = reader.duration(entry);
}

void read_statement_timeout(const YamlReader& reader, const Entry& entry, Config& config) {
    config.limits.statement_timeout = reader.duration(entry);
}

void read_lock_retries(const YamlReader& reader, const Entry& entry, Config& config) {
    config.limits.lock_retries = reader.integer(entry, 0, 1000);
}

void read_sqlite_foreign_keys(const YamlReader& reader, const Entry& entry, Config& config) {
    config.sqlite_foreign_keys = reader.boolean(entry);
}

void read_head_file(const YamlReader& reader, const Entry& entry, Config& config) {
    config.head_file = reader.boolean(entry);
}

void read_seed(const YamlReader& reader, const Entry& entry, Config& config) {
    const std::vector<Entry> items = reader.one_or_more(entry);
    config.seed.clear();
    for (const Entry& item : items)
        config.seed.push_back((config.directory / reader.nonempty_text(item)).lexically_normal());
}

void read_on_changed(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> words = {"error", "warn", "ignore"};
    constexpr std::array values = {OnChanged::error, OnChanged::warn, OnChanged::ignore};
    config.on_changed = values.at(reader.choice(entry, words));
}

void read_backup(const YamlReader& reader, const Entry& entry, Config& config) {
    config.backup = reader.boolean(entry);
}

void read_backup_location(const YamlReader& reader, const Entry& entry, Config& config) {
    config.backup_location = folder(reader, entry, config);
}

void read_post_write_hooks(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> known = {"command"};
    for (const Entry& item : reader.items(entry)) {
        const Entries hook = reader.mapping(item.value, item.key);
        reader.check_keys(hook, known, item.key);
        const Entry* command = find_entry(hook, "command");
        if (command == nullptr)
            throw reader.error(item, error_codes::bad_value, fmt::format("{} has no command", item.key))
                .with_hint("write - command: sqlfluff format {file}");
        config.post_write_hooks.push_back({reader.command(*command)});
    }
}

void read_lint_levels(const YamlReader& reader, const Entry& levels, Config& config) {
    static const std::vector<std::string> words = {"error", "warning", "notice", "off"};
    for (const Entry& entry : reader.mapping(levels.value, "lint.levels"))
        config.lint.levels.push_back(
            // Whether there is such a rule is for lint to say, which needs the place of the setting for that.
            {entry.key, words.at(reader.choice(entry, words)), reader.error(entry, {}, {}).location()});
}

void read_lint(const YamlReader& reader, const Entry& entry, Config& config) {
    static const std::vector<std::string> known = {"server_version", "small_tables", "levels"};
    constexpr int oldest = 9;
    constexpr int newest = 99;
    const Entries entries = reader.mapping(entry.value, "lint");
    reader.check_keys(entries, known, "lint");
    if (const Entry* version = find_entry(entries, "server_version"))
        config.lint.server_version = reader.integer(*version, oldest, newest);
    if (const Entry* tables = find_entry(entries, "small_tables"))
        for (const Entry& table : reader.items(*tables))
            config.lint.small_tables.push_back(reader.nonempty_text(table));
    if (const Entry* levels = find_entry(entries, "levels")) read_lint_levels(reader, *levels, config);
}

/// What is the project's own (its files and how they are named) is the same in
/// every environment; what is the database's may differ.
constexpr std::array all_settings = {
    Setting{"script_location", false, read_script_location},
    Setting{"version_locations", false, read_version_locations},
    Setting{"recursive_version_locations", false, read_recursive},
    Setting{"repeatable_locations", false, read_repeatable_locations},
    Setting{"revision_ids", false, read_revision_ids},
    Setting{"file_template", false, read_file_template},
    Setting{"truncate_slug_length", false, read_truncate_slug_length},
    Setting{"timezone", false, read_timezone},
    Setting{"url", true, nullptr},
    Setting{"version_table", true, read_version_table},
    Setting{"version_table_schema", true, read_version_table_schema},
    Setting{"create_version_table_schema", true, read_create_version_table_schema},
    Setting{"transaction", true, read_transaction},
    Setting{"lock_timeout", true, read_lock_timeout},
    Setting{"run_lock", true, read_run_lock},
    Setting{"run_lock_lease", true, read_run_lock_lease},
    Setting{"transactional_ddl", true, read_transactional_ddl},
    Setting{"statement_lock_timeout", true, read_statement_lock_timeout},
    Setting{"statement_timeout", true, read_statement_timeout},
    Setting{"lock_retries", true, read_lock_retries},
    Setting{"sqlite_foreign_keys", true, read_sqlite_foreign_keys},
    Setting{"on_changed", true, read_on_changed},
    Setting{"head_file", false, read_head_file},
    Setting{"seed", true, read_seed},
    Setting{"backup", true, read_backup},
    Setting{"backup_location", true, read_backup_location},
    Setting{"lint", false, read_lint},
    Setting{"post_write_hooks", false, read_post_write_hooks},
    Setting{"fleet", true, read_fleet},
    Setting{"variables", true, nullptr},
    Setting{"schema", true, read_schema},
    Setting{"scratch_url", true, nullptr},
    Setting{"scratch_setup", true, read_scratch_setup},
    Setting{"dump", true, read_dump},
    Setting{"protected", true, read_protected},
    Setting{"autogenerate", true, read_autogenerate},
    Setting{"environments", false, nullptr},
};

}  // namespace

std::span<const Setting> settings() { return all_settings; }

std::vector<std::string> known_keys() {
    std::vector<std::string> keys;
    for (const Setting& setting : all_settings) keys.emplace_back(setting.key);
    return keys;
}

std::vector<std::string> environment_keys() {
    std::vector<std::string> keys;
    for (const Setting& setting : all_settings)
        if (setting.per_environment) keys.emplace_back(setting.key);
    return keys;
}

}  // namespace rev::config
