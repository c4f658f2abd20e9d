// Drizzle. Source: drizzle-orm's migrator.ts and dialects' migrate().
//
// - Only what meta/_journal.json lists counts, in its order: `tag` names the file TAG.sql, which must be there.
// - A file is split at `--> statement-breakpoint`, wherever that stands (also in a string), and each part is sent
// alone,
//   with or without a `;`. Drivers of SQLite take one statement at a time: of two in a part, better-sqlite3 runs none
//   and libsql the first.
// - From version 1 on there is no journal: each folder that has a migration.sql (beside it snapshot.json) is a
//   migration, in the order of the folders' names, which begin with a time of 14 digits. A migration is applied if its
//   name is in the table; a table of older versions is matched by its times, then by the hash.
// - A run is one transaction in one session: what a file sets, also by SET LOCAL, the next one finds. No migration can
//   be undone.
// - drizzle.config.ts (.js, .json): `out` is the folder, `migrations: {table, schema}` the table. It is a program, and
//   only what it says in plain strings is read.
// - Table: drizzle.__drizzle_migrations (SQLite: __drizzle_migrations) with hash and created_at. Applied is what has
//   `when` at or below the newest created_at; the hash (SHA-256 of the file) is never looked at.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/body.hpp"
#include "import/checksums.hpp"
#include "import/name_order.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view journal_path = "meta/_journal.json";
constexpr std::string_view script_name = "migration.sql";
constexpr std::string_view snapshot_name = "snapshot.json";
constexpr std::string_view default_table = "__drizzle_migrations";
constexpr std::string_view default_schema = "drizzle";
constexpr std::string_view breakpoint = "--> statement-breakpoint";

/// What is sent of a file, in order.
std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const auto next = text.find(breakpoint, at);
        parts.push_back(text.substr(at, next == std::string_view::npos ? next : next - at));
        if (next == std::string_view::npos) return parts;
        at = next + breakpoint.size();
    }
}

/// The breakpoints are comments; where a part does not end by itself, a `;` ends it.
std::string joined(const std::vector<std::string_view>& parts, Dialect dialect) {
    std::string sql(parts.front());
    for (std::size_t at = 1; at < parts.size(); ++at) {
        const auto before = parts[at - 1];
        if (needs_end(before, dialect)) sql += before.ends_with('\n') ? ";\n" : "\n;\n";
        sql += breakpoint;
        // What stands behind it in its line is the next part, not a comment.
        if (!parts[at].empty() && parts[at].front() != '\n' && parts[at].front() != '\r') sql += '\n';
        sql += parts[at];
    }
    return sql;
}

/// The end of the part, in the file, whose breakpoint cuts a statement, string or comment in two, such as a trigger's
/// body. sql: the joined parts. npos: none does.
std::size_t find_cut(std::string_view text, const std::vector<std::string_view>& parts, std::string_view sql,
                     Dialect dialect) {
    std::vector<std::size_t> cuts;
    for (auto at = sql.find(breakpoint); at != std::string_view::npos; at = sql.find(breakpoint, at + 1))
        cuts.push_back(at);
    const auto found = find_cut_in_two(sql, cuts, dialect);
    if (!found) return std::string_view::npos;
    // There are as many breakpoints in the file, in the same order.
    return static_cast<std::size_t>(parts[found->cut].data() - text.data()) + parts[found->cut].size();
}

/// What the drivers of the database make of a part that Drizzle sends; empty: they run it.
std::string refusal_of_driver(const std::vector<std::string_view>& parts, Dialect dialect) {
    if (dialect != Dialect::sqlite) return {};
    for (const auto part : parts) {
        const auto statements = split_statements(part, dialect).size();
        if (statements == 0)
            return fmt::format("has nothing to run before or behind a `{}` or at all, which SQLite's drivers refuse",
                               breakpoint);
        if (statements > 1)
            return fmt::format(
                "has two statements without `{}` between them, of which SQLite's drivers run none or only the first",
                breakpoint);
    }
    return {};
}

/// One line of the journal.
struct Entry {
    std::string tag;
    long long when = 0;
};

struct Journal {
    std::string dialect;
    std::vector<Entry> entries;
};

Journal read_journal(const fs::path& file, const Files& files) {
    try {
        const auto json = nlohmann::json::parse(files.read(file));
        Journal journal;
        journal.dialect = json.value("dialect", "");
        for (const auto& entry : json.at("entries"))
            journal.entries.push_back({entry.at("tag").get<std::string>(), entry.at("when").get<long long>()});
        return journal;
    } catch (const nlohmann::json::exception& error) {
        throw bad_file(files.shown(file), fmt::format("cannot be read: {}", error.what()));
    }
}

std::optional<Dialect> dialect_of(const std::string& dialect, const std::string& shown) {
    if (dialect == "postgresql" || dialect == "postgres" || dialect == "pg") return Dialect::postgresql;
    if (dialect == "sqlite" || dialect == "turso") return Dialect::sqlite;
    if (dialect.empty()) return std::nullopt;
    throw bad_file(shown, fmt::format("says that the migrations are for {}, and rev knows PostgreSQL and SQLite",
                                      base::printable_word(dialect)));
}

Migration to_migration(const Entry& entry, const fs::path& file, const Files& files, Dialect dialect) {
    Migration migration;
    migration.version = entry.tag;
    migration.id = entry.tag;
    migration.name = in_words(std::string_view(entry.tag).substr(leading_digits(entry.tag)));
    migration.file = files.shown(file);
    const auto text = files.read_as_sent(file);
    const auto parts = parts_of(text);
    migration.up = joined(parts, dialect);
    if (const auto cut = find_cut(text, parts, migration.up, dialect); cut != std::string::npos)
        throw bad_file(migration.file, text, cut,
                       "a breakpoint within a statement, string or comment: Drizzle splits there all the same");
    migration.obstacle = refusal_of_driver(parts, dialect);
    // The table knows a migration by its `when`, which has no other place here.
    migration.checksum = fmt::format("{} {}", entry.when, sha256_hex(files.read_bytes(file)));
    return migration;
}

// ---- a folder for each migration

/// Which other file the folder has does not matter to Drizzle.
bool is_migration_folder(const fs::path& folder) { return base::is_there(folder / script_name); }

/// What no other tool has.
bool has_migration_folders(const fs::path& folder, Search search) {
    std::error_code failed;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed))
        if (is_migration_folder(next->path()) &&
            (search == Search::named || base::is_there(next->path() / snapshot_name)))
            return true;
    return false;
}

/// Milliseconds since 1970 of the 14 digits that a name begins with; nullopt: it does not, and Drizzle has no number.
std::optional<long long> time_of(std::string_view name) {
    if (leading_digits(name) < 14) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t length) {
        return std::stoi(std::string(name.substr(at, length)));
    };
    using namespace std::chrono;
    // A month or a day too many counts on, as in JavaScript.
    const auto month = year(part(0, 4)) / January + months(part(4, 2) - 1);
    const auto time =
        sys_days(month / 1) + days(part(6, 2) - 1) + hours(part(8, 2)) + minutes(part(10, 2)) + seconds(part(12, 2));
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

/// What drizzle-kit has written beside the migration; empty: nothing.
std::string dialect_in_snapshot(const fs::path& folder, const Files& files) {
    const auto file = folder / snapshot_name;
    if (!base::is_there(file)) return {};
    try {
        return nlohmann::json::parse(files.read(file)).value("dialect", "");
    } catch (const nlohmann::json::exception&) {
        // Drizzle itself does not read it when it migrates.
        return {};
    }
}

// ---- drizzle.config.ts

constexpr std::array<std::string_view, 5> config_names{"drizzle.config.ts", "drizzle.config.js", "drizzle.config.mjs",
                                                       "drizzle.config.cjs", "drizzle.config.json"};

/// In the folder itself.
std::optional<fs::path> config_in(const fs::path& folder) {
    for (const auto name : config_names)
        if (base::is_there(folder / name)) return folder / name;
    return std::nullopt;
}

/// Of the project that the migrations belong to.
std::optional<fs::path> config_above(const fs::path& folder) {
    for (const auto name : config_names)
        if (auto file = find_above(folder, name)) return file;
    return std::nullopt;
}

/// As History::table has it.
std::string table_of(const fs::path& folder, Dialect dialect, const Files& files) {
    const auto config = config_above(folder);
    if (!config) return {};
    const auto text = files.read(*config);
    auto table = read_javascript_string(text, "migrations", "table");
    const auto schema = read_javascript_string(text, "migrations", "schema");
    if (table.empty() && schema.empty()) return {};
    if (table.empty()) table = default_table;
    return dialect == Dialect::sqlite ? table : fmt::format("{}.{}", schema.empty() ? default_schema : schema, table);
}

// ---- all of it

/// What meta/_journal.json lists.
void read_listed(const Place& place, Files& files, History& history) {
    const auto shown = files.shown(place.settings);
    const auto journal = read_journal(place.settings, files);
    history.dialect = dialect_of(journal.dialect, shown);
    std::set<std::string> tags;
    for (const auto& entry : journal.entries) {
        if (!tags.insert(entry.tag).second) throw bad_file(shown, "lists twice: " + base::printable_word(entry.tag));
        const auto file = place.folder / (entry.tag + ".sql");
        if (!base::is_there(file))
            throw bad_file(shown, fmt::format("lists {}, and {} is not there", base::printable_word(entry.tag),
                                              files.shown(file)));
        history.migrations.push_back(to_migration(entry, file, files, history.dialect.value_or(Dialect::postgresql)));
    }
    for (const auto& item : files.list(place.folder))
        if (!item.is_folder && !tags.contains(fs::path(item.name).stem().string()))
            history.ignored.push_back(files.shown(item.path));
}

std::string dialect_in_config(const fs::path& folder, const Files& files) {
    const auto config = config_above(folder);
    return config ? read_javascript_string(files.read(*config), "", "dialect") : std::string();
}

/// Each folder with a migration.sql.
void read_folders(const Place& place, Files& files, History& history) {
    std::vector<Item> folders;
    for (auto& item : files.list(place.folder)) {
        if (item.is_folder && is_migration_folder(item.path))
            folders.push_back(std::move(item));
        else
            history.ignored.push_back(files.shown(item.path));
    }
    std::ranges::sort(folders, NameOrder(), &Item::name);
    for (const auto& item : folders) {
        if (history.dialect) break;
        history.dialect = dialect_of(dialect_in_snapshot(item.path, files), files.shown(item.path / snapshot_name));
    }
    if (!history.dialect)
        history.dialect = dialect_of(dialect_in_config(place.folder, files), files.shown(place.folder));
    const auto& asked = files.options().dialects;
    const auto dialect = history.dialect.value_or(asked.empty() ? Dialect::postgresql : asked.front());
    for (const auto& item : folders) {
        const auto file = item.path / script_name;
        const auto when = time_of(item.name);
        if (!when && dialect == Dialect::postgresql)
            throw bad_file(
                files.shown(file),
                "stands in a folder whose name begins with no time of 14 digits, which Drizzle cannot record");
        history.migrations.push_back(to_migration({item.name, when.value_or(0)}, file, files, dialect));
        history.migrations.back().created = time_of_digits(item.name);
    }
}

bool has_journal(const Place& place) { return !place.settings.empty(); }

History read(const Place& place, Files& files) {
    History history;
    if (has_journal(place))
        read_listed(place, files, history);
    else
        read_folders(place, files, history);
    const auto dialect = history.dialect.value_or(Dialect::postgresql);
    history.table = table_of(place.folder, dialect, files);
    if (history.table.empty() && dialect == Dialect::sqlite) history.table = default_table;
    return history;
}

/// A folder of either form.
std::optional<Place> place_in(const fs::path& folder, Search search) {
    if (base::is_there(folder / journal_path)) return Place{folder, folder / journal_path};
    if (has_migration_folders(folder, search)) return Place{folder, {}};
    return std::nullopt;
}

/// What drizzle.config.ts names as `out`.
std::optional<Place> configured_place(const fs::path& path) {
    const auto config = config_in(path);
    if (!config) return std::nullopt;
    const ReadOptions nothing;
    const auto out = read_javascript_string(Files(nothing).read(*config), "", "out");
    if (out.empty()) return std::nullopt;
    auto folder = (path / out).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    return place_in(folder, Search::named);
}

std::optional<Place> find(const fs::path& path, Search search) {
    if (auto named = configured_place(path)) return named;
    static constexpr std::array<std::string_view, 9> folders{".",
                                                             "drizzle",
                                                             "migrations",
                                                             "drizzle/migrations",
                                                             "src/db/migrations",
                                                             "src/drizzle",
                                                             "db/migrations",
                                                             "src/lib/db/migrations",
                                                             "lib/db/migrations"};
    const auto folder =
        find_folder(path, folders, [&](const fs::path& each) { return place_in(each, search).has_value(); });
    return folder ? place_in(*folder, search) : std::nullopt;
}

/// The two halves of Migration::checksum.
std::pair<long long, std::string> when_and_hash(const Migration& migration) {
    const auto blank = migration.checksum.find(' ');
    return {std::stoll(migration.checksum.substr(0, blank)), migration.checksum.substr(blank + 1)};
}

/// A row of Drizzle's table.
struct Row {
    std::optional<long long> when;
    std::string hash;
    std::string name;  ///< empty: an older version wrote it
};

/// By the rule of versions below 1.
void read_by_time(const History& history, const std::vector<Row>& rows, Recorded& result) {
    std::map<long long, std::string> hashes;
    for (const auto& row : rows)
        if (row.when) hashes[*row.when] = row.hash;
    if (hashes.empty()) return;
    const auto newest = hashes.rbegin()->first;
    for (const auto& migration : history.migrations) {
        const auto [when, hash] = when_and_hash(migration);
        if (when > newest) continue;
        result.versions.push_back(migration.version);
        const auto row = hashes.find(when);
        if (row == hashes.end()) {
            result.remarks.push_back(
                fmt::format("{} has no row of its own: Drizzle takes it as applied, since a newer "
                            "one is",
                            migration.file));
        } else if (row->second != hash) {
            result.edited.push_back(migration.file);
        }
    }
}

/// The migration that a row is of, by the rule of version 1; nullptr: none.
const Migration* migration_of(const Row& row, const History& history) {
    const auto& all = history.migrations;
    const auto pointer = [&](auto found) { return found == all.end() ? nullptr : &*found; };
    if (!row.name.empty()) return pointer(std::ranges::find(all, row.name, &Migration::version));
    // A folder's name has no milliseconds.
    constexpr long long second = 1000;
    std::vector<const Migration*> at_its_time;
    for (const auto& migration : all)
        if (row.when && when_and_hash(migration).first == *row.when / second * second)
            at_its_time.push_back(&migration);
    if (at_its_time.size() == 1) return at_its_time.front();
    return pointer(std::ranges::find_if(
        all, [&](const Migration& migration) { return when_and_hash(migration).second == row.hash; }));
}

void read_by_name(const History& history, const std::vector<Row>& rows, Recorded& result) {
    for (const auto& row : rows) {
        const auto* migration = migration_of(row, history);
        // No folder has it: it is listed all the same, so that the take-over can refuse it.
        const auto version = migration != nullptr ? migration->version
                             : !row.name.empty()  ? row.name
                                                  : fmt::format("created_at {}", row.when.value_or(0));
        if (std::ranges::find(result.versions, version) != result.versions.end()) continue;
        result.versions.push_back(version);
        if (migration != nullptr && when_and_hash(*migration).second != row.hash)
            result.edited.push_back(migration->file);
    }
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const bool on_sqlite = database.dialect() == Dialect::sqlite;
    const auto usual = on_sqlite ? std::string(default_table) : fmt::format("{}.{}", default_schema, default_table);
    const auto found = find_table(database, table.empty() ? usual : table);
    if (!found) return result;
    result.has_table = true;
    const bool has_names = contains(columns_of(database, *found), "name");
    std::vector<Row> rows;
    for (const auto& row :
         database.query(fmt::format("SELECT created_at, hash, {} FROM {}", has_names ? "name" : "''", *found)))
        rows.push_back({row[0] ? std::optional(std::stoll(*row[0])) : std::nullopt, text_of(row[1]), text_of(row[2])});
    const bool has_folders = std::ranges::any_of(history.migrations, [](const Migration& migration) {
        return migration.file.ends_with(fmt::format("/{}", script_name));
    });
    if (has_folders)
        read_by_name(history, rows, result);
    else
        read_by_time(history, rows, result);
    return result;
}

}  // namespace

const Tool& drizzle() {
    static constexpr Tool tool{.name = "drizzle",
                               .title = "Drizzle",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "drizzle.__drizzle_migrations",
                               .status_command = "drizzle-kit check",
                               .session = Session::kept_in_transaction,
                               .untransactional = Untransactional::refused};
    return tool;
}

}  // namespace rev::foreign
