// Drizzle. Source: drizzle-orm's migrator.ts and dialects' migrate().
//
// - Only what meta/_journal.json lists counts, in its order: `tag` names the file TAG.sql, which must be there.
// - A file is split at `--> statement-breakpoint`, wherever that stands (also in a string), and each part is sent
// alone,
//   with or without a `;`. Drivers of SQLite take one statement at a time: of two in a part, better-sqlite3 runs none
//   and libsql the first.
// - A run is one transaction in one session: what a file sets, the next one finds. No migration can be undone.
// - drizzle.config.ts (.js, .json): `out` is the folder, `migrations: {table, schema}` the table. It is a program, and
//   only what it says in plain strings is read.
// - Table: drizzle.__drizzle_migrations (SQLite: __drizzle_migrations) with hash and created_at. Applied is what has
//   `when` at or below the newest created_at; the hash (SHA-256 of the file) is never looked at.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/body.hpp"
#include "import/checksums.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "rev/statements.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view journal_path = "meta/_journal.json";
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

std::optional<Dialect> dialect_of(const Journal& journal, const std::string& shown) {
    if (journal.dialect == "postgresql" || journal.dialect == "pg") return Dialect::postgresql;
    if (journal.dialect == "sqlite" || journal.dialect == "turso") return Dialect::sqlite;
    if (journal.dialect.empty()) return std::nullopt;
    throw bad_file(shown, fmt::format("says that the migrations are for {}, and rev knows PostgreSQL and SQLite",
                                      base::printable_word(journal.dialect)));
}

Migration to_migration(const Entry& entry, const fs::path& folder, const Files& files, const std::string& journal,
                       Dialect dialect) {
    const auto file = folder / (entry.tag + ".sql");
    if (!base::is_there(file))
        throw bad_file(
            journal, fmt::format("lists {}, and {} is not there", base::printable_word(entry.tag), files.shown(file)));
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

History read(const Place& place, Files& files) {
    History history;
    const auto shown = files.shown(place.settings);
    const auto journal = read_journal(place.settings, files);
    history.dialect = dialect_of(journal, shown);
    const auto dialect = history.dialect.value_or(Dialect::postgresql);
    std::set<std::string> tags;
    for (const auto& entry : journal.entries) {
        if (!tags.insert(entry.tag).second) throw bad_file(shown, "lists twice: " + base::printable_word(entry.tag));
        history.migrations.push_back(to_migration(entry, place.folder, files, shown, dialect));
    }
    history.table = table_of(place.folder, dialect, files);
    if (history.table.empty() && dialect == Dialect::sqlite) history.table = default_table;
    for (const auto& item : files.list(place.folder))
        if (!item.is_folder && !tags.contains(fs::path(item.name).stem().string()))
            history.ignored.push_back(files.shown(item.path));
    return history;
}

/// What drizzle.config.ts names as `out`.
std::optional<fs::path> configured_folder(const fs::path& path) {
    const auto config = config_in(path);
    if (!config) return std::nullopt;
    const ReadOptions nothing;
    const auto out = read_javascript_string(Files(nothing).read(*config), "", "out");
    if (out.empty()) return std::nullopt;
    auto folder = (path / out).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    return base::is_there(folder / journal_path) ? std::optional(folder) : std::nullopt;
}

std::optional<Place> find(const fs::path& path, Search /*search*/) {
    if (const auto named = configured_folder(path)) return Place{*named, *named / journal_path};
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
        find_folder(path, folders, [](const fs::path& each) { return base::is_there(each / journal_path); });
    if (!folder) return std::nullopt;
    return Place{*folder, *folder / journal_path};
}

/// The two halves of Migration::checksum.
std::pair<long long, std::string> when_and_hash(const Migration& migration) {
    const auto blank = migration.checksum.find(' ');
    return {std::stoll(migration.checksum.substr(0, blank)), migration.checksum.substr(blank + 1)};
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const bool on_sqlite = database.dialect() == Dialect::sqlite;
    const auto usual = on_sqlite ? std::string(default_table) : fmt::format("{}.{}", default_schema, default_table);
    const auto found = find_table(database, table.empty() ? usual : table);
    if (!found) return result;
    result.has_table = true;
    std::map<long long, std::string> hashes;
    for (const auto& row : database.query(fmt::format("SELECT created_at, hash FROM {}", *found)))
        if (row[0]) hashes[std::stoll(*row[0])] = text_of(row[1]);
    if (hashes.empty()) return result;
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
                               .session = Session::kept,
                               .untransactional = Untransactional::refused};
    return tool;
}

}  // namespace rev::foreign
