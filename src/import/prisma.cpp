// Prisma Migrate. Source: its documentation, and schema-engine's migration directories and persistence.
//
// - A folder for each migration in prisma/migrations (prisma.config.ts: migrations.path), in the order of their names;
//   each needs a migration.sql (P3015). migration_lock.toml names the database.
// - migration.sql is sent as a whole: on PostgreSQL an implicit transaction, on SQLite none. No migration can be
// undone.
// - It runs under the advisory lock 72707369.
// - Table: _prisma_migrations: applied are rows with finished_at and without rolled_back_at; one with neither keeps
//   Prisma from going on. checksum is the SHA-256 of migration.sql.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view script = "migration.sql";
constexpr std::string_view lock_file = "migration_lock.toml";

std::string without_carriage_returns(std::string text) {
    std::erase(text, '\r');
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
    const auto bytes = files.read_bytes(file);
    // A checkout with other line ends is no edit.
    migration.checksum = sha256_hex(bytes) + " " + sha256_hex(without_carriage_returns(bytes));
    return migration;
}

std::optional<Dialect> dialect_of(const Place& place, const Files& files) {
    const auto file = place.folder / lock_file;
    if (!base::is_there(file)) return std::nullopt;
    const auto provider = value_of(read_toml(files.read(file)), "provider");
    if (provider == "postgresql" || provider == "postgres") return Dialect::postgresql;
    if (provider == "sqlite") return Dialect::sqlite;
    throw bad_file(files.shown(file), fmt::format("says that the migrations are for {}, and rev knows PostgreSQL and "
                                                  "SQLite",
                                                  base::printable_word(provider)));
}

History read(const Place& place, Files& files) {
    History history;
    history.dialect = dialect_of(place, files);
    for (const auto& item : files.list(place.folder)) {
        if (item.is_folder) {
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
        if (base::is_there(next->path() / script)) return true;
    return false;
}

/// What prisma.config.ts names, where it names it in a plain string.
std::optional<fs::path> configured_folder(const fs::path& path) {
    for (const auto* name : {"prisma.config.ts", "prisma.config.js", "prisma.config.mjs"}) {
        if (!base::is_there(path / name)) continue;
        const ReadOptions nothing;
        const auto folder = read_javascript_string(Files(nothing).read(path / name), "migrations", "path");
        if (!folder.empty() && has_migrations(path / folder)) return (path / folder).lexically_normal();
    }
    return std::nullopt;
}

std::optional<Place> find(const fs::path& path, Search /*search*/) {
    if (const auto named = configured_folder(path)) return Place{*named, {}};
    static constexpr std::array<std::string_view, 5> folders{"prisma/migrations", "migrations", ".",
                                                             "src/prisma/migrations", "db/migrations"};
    const auto folder = find_folder(path, folders, has_migrations);
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

long long lock_key(Database& /*database*/, const std::string& /*table*/) { return 72707369; }

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
        const auto sums = base::split_list(migration->checksum, ' ');
        if (!contains(sums, text_of(row[3]))) result.edited.push_back(migration->file);
    }
    return result;
}

}  // namespace

const Tool& prisma() {
    static constexpr Tool tool{"prisma",      "Prisma",
                               find,          read,
                               recorded,      "_prisma_migrations",
                               lock_key,      "prisma migrate status",
                               Session::anew, Untransactional::single};
    return tool;
}

}  // namespace rev::foreign
