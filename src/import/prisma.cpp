// Prisma Migrate. Source: its documentation, and schema-engine's migration directories and persistence.
//
// - A folder for each migration in prisma/migrations (prisma.config.ts: migrations.path; else beside the schema, which
//   that file or package.json may name), in the order of their names as people sort them; each needs a migration.sql
//   (P3015). Links are no folders. migration_lock.toml names the database.
// - migration.sql is sent as a whole: on PostgreSQL an implicit transaction, on SQLite none. No migration can be
// undone.
// - Files of one call run in one session, and the table is looked for along the search_path.
// - It runs under the advisory lock 72707369.
// - Table: _prisma_migrations: applied are rows with finished_at and without rolled_back_at; one with neither keeps
//   Prisma from going on. checksum is the SHA-256 of migration.sql.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/name_order.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view script = "migration.sql";
constexpr std::string_view lock_file = "migration_lock.toml";

std::string replaced(std::string text, std::string_view old, std::string_view by) {
    for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size()))
        text.replace(at, old.size(), by);
    return text;
}

/// Of the script as it is and with other line ends: a checkout on another system is no edit.
std::string checksums_of(const std::string& script_bytes) {
    return base::join(std::vector{sha256_hex(script_bytes), sha256_hex(replaced(script_bytes, "\r\n", "\n")),
                                  sha256_hex(replaced(script_bytes, "\n", "\r\n"))},
                      " ");
}

/// Old versions wrote each byte without its leading zero.
std::string without_leading_zeros(std::string_view checksum) {
    std::string text;
    for (std::size_t at = 0; at + 1 < checksum.size(); at += 2) {
        if (checksum[at] != '0') text += checksum[at];
        text += checksum[at + 1];
    }
    return text;
}

Migration read_folder(const Item& item, const Files& files) {
    const auto file = item.path / script;
    if (!base::is_there(file))
        throw bad_file(files.shown(item.path), "has no migration.sql, which Prisma needs (P3015)")
            .with_hint("delete the folder, or get the file back");
    Migration migration;
    migration.version = item.name;
    migration.id = item.name;
    const auto digits = leading_digits(item.name);
    migration.name = in_words(std::string_view(item.name).substr(digits));
    if (migration.name.empty()) migration.name = item.name;
    migration.created = time_of_digits(item.name);
    migration.file = files.shown(file);
    migration.up = files.read_as_sent(file);
    migration.checksum = checksums_of(files.read_bytes(file));
    return migration;
}

/// As Prisma reads it: of the first line that begins with `provider`, what stands in exactly this form.
std::string provider_in(std::string_view lock) {
    constexpr std::string_view key = "provider = ";
    for (std::size_t at = 0; at < lock.size();) {
        const auto end = std::min(lock.find('\n', at), lock.size());
        auto line = lock.substr(at, end - at);
        at = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.starts_with("provider")) continue;
        while (line.starts_with(key)) line.remove_prefix(key.size());
        while (line.starts_with('"')) line.remove_prefix(1);
        while (line.ends_with('"')) line.remove_suffix(1);
        return std::string(line);
    }
    return {};
}

std::optional<Dialect> dialect_of(const Place& place, const Files& files) {
    const auto file = place.folder / lock_file;
    if (!base::is_there(file)) return std::nullopt;
    const auto provider = provider_in(files.read_bytes(file));
    if (provider == "postgresql" || provider == "postgres") return Dialect::postgresql;
    if (provider == "sqlite") return Dialect::sqlite;
    if (provider.empty() || provider.find('=') != std::string::npos)
        throw bad_file(files.shown(file),
                       "has no line `provider = \"...\"` in just this form, which Prisma needs (P3019)");
    throw bad_file(files.shown(file), fmt::format("says that the migrations are for {}, and rev knows PostgreSQL and "
                                                  "SQLite",
                                                  base::printable_word(provider)));
}

History read(const Place& place, Files& files) {
    History history;
    history.dialect = dialect_of(place, files);
    auto items = files.list(place.folder);
    std::ranges::stable_sort(items, NameOrder(), &Item::name);
    for (const auto& item : items) {
        // Prisma does not follow links to folders.
        if (item.is_folder && !fs::is_symlink(item.path)) {
            history.migrations.push_back(read_folder(item, files));
            if (history.dialect == Dialect::sqlite) history.migrations.back().run = Run::as_written;
        } else if (item.name != lock_file) {
            history.ignored.push_back(files.shown(item.path));
        }
    }
    return history;
}

bool has_migrations(const fs::path& folder) {
    if (base::is_there(folder / lock_file)) return true;
    std::error_code failed;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed))
        // Drizzle has a snapshot beside each.
        if (base::is_there(next->path() / script) && !base::is_there(next->path() / "snapshot.json")) return true;
    return false;
}

/// Beside the schema's file, or in its folder where there are several.
std::optional<fs::path> folder_of_schema(const fs::path& path, const std::string& schema) {
    if (schema.empty()) return std::nullopt;
    const auto named = (path / schema).lexically_normal();
    for (const auto& folder : {named.parent_path() / "migrations", named / "migrations"})
        if (has_migrations(folder)) return folder;
    return std::nullopt;
}

/// What prisma.config.ts or package.json names, where it names it in a plain string.
std::optional<fs::path> configured_folder(const fs::path& path) {
    const ReadOptions nothing;
    for (const auto* name : {"prisma.config.ts", "prisma.config.js", "prisma.config.mjs", "prisma.config.mts",
                             "prisma.config.cjs", ".config/prisma.ts"}) {
        if (!base::is_there(path / name)) continue;
        const auto text = Files(nothing).read(path / name);
        const auto folder = read_javascript_string(text, "migrations", "path");
        if (!folder.empty() && has_migrations(path / folder)) return (path / folder).lexically_normal();
        if (auto beside = folder_of_schema(path, read_javascript_string(text, "", "schema"))) return beside;
    }
    if (!base::is_there(path / "package.json")) return std::nullopt;
    return folder_of_schema(path,
                            read_javascript_string(Files(nothing).read(path / "package.json"), "prisma", "schema"));
}

std::optional<Place> find(const fs::path& path, Search /*search*/) {
    if (const auto named = configured_folder(path)) return Place{*named, {}};
    static constexpr std::array<std::string_view, 6> folders{
        "prisma/migrations", "migrations", ".", "prisma/schema/migrations", "src/prisma/migrations", "db/migrations"};
    const auto folder = find_folder(path, folders, has_migrations);
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

std::vector<long long> lock_keys(Database& /*database*/, const std::string& /*table*/) { return {72707369}; }

bool has_checksum(const Migration& migration, const std::string& recorded) {
    auto sums = base::split_list(migration.checksum, ' ');
    const bool is_old = !recorded.empty() && recorded.size() != sums.front().size();
    if (is_old) std::ranges::transform(sums, sums.begin(), without_leading_zeros);
    return contains(sums, recorded);
}

Trouble unfinished(const std::string& name) {
    return {fmt::format("{} failed or is still running", name),
            fmt::format("`prisma migrate resolve --rolled-back {0}`, or --applied if all of it is there", name)};
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "_prisma_migrations" : table);
    if (!found) return result;
    result.has_table = true;
    const auto sql = fmt::format(
        "SELECT migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, checksum FROM {}"
        " ORDER BY started_at",
        *found);
    std::set<std::string> seen;
    for (const auto& row : database.query(sql)) {
        const auto name = text_of(row[0]);
        // `migrate resolve --rolled-back` keeps the row of the try that failed.
        if (is_true(row[2])) continue;
        if (!is_true(row[1])) {
            result.troubles.push_back(unfinished(name));
            continue;
        }
        if (!seen.insert(name).second) continue;
        result.versions.push_back(name);
        const auto migration = std::ranges::find(history.migrations, name, &Migration::version);
        if (migration == history.migrations.end()) continue;
        if (!has_checksum(*migration, text_of(row[3]))) result.edited.push_back(migration->file);
    }
    return result;
}

}  // namespace

const Tool& prisma() {
    static constexpr Tool tool{.name = "prisma",
                               .title = "Prisma",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "_prisma_migrations",
                               .lock_keys = lock_keys,
                               .status_command = "prisma migrate status",
                               .session = Session::kept,
                               .untransactional = Untransactional::single,
                               .sending = Sending::whole,
                               .recording = Recording::along_path};
    return tool;
}

}  // namespace rev::foreign
