// Drizzle. Source: drizzle-orm's migrator.ts and dialects' migrate().
//
// - Only what meta/_journal.json lists counts, in its order: `tag` names the file TAG.sql, which must be there.
// - A file is split at `--> statement-breakpoint`, and each part is sent alone, with or without a `;`.
// - A run is one transaction. No migration can be undone.
// - Table: drizzle.__drizzle_migrations (SQLite: __drizzle_migrations) with hash and created_at. Applied is what has
//   `when` at or below the newest created_at; the hash (SHA-256 of the file) is never looked at.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view journal_path = "meta/_journal.json";
constexpr std::string_view breakpoint = "--> statement-breakpoint";

/// Whether a part has SQL that no `;` ends.
bool needs_end(std::string_view part) {
    std::string_view last;
    for (std::size_t at = 0; at < part.size();) {
        const auto end = std::min(part.find('\n', at), part.size());
        const auto line = base::trim(part.substr(at, end - at));
        if (!line.empty() && !line.starts_with("--")) last = line;
        at = end + 1;
    }
    return !last.empty() && last.back() != ';';
}

/// The breakpoints are comments; where a part does not end by itself, a `;` ends it.
std::string joined(std::string_view text) {
    std::string sql;
    for (std::size_t at = 0;;) {
        const auto next = text.find(breakpoint, at);
        const auto part = text.substr(at, next == std::string_view::npos ? next : next - at);
        sql += part;
        if (next == std::string_view::npos) return sql;
        if (needs_end(part)) sql += part.ends_with('\n') ? ";\n" : "\n;\n";
        sql += breakpoint;
        at = next + breakpoint.size();
        // What stands behind it in its line is the next part, not a comment.
        if (at < text.size() && text[at] != '\n' && text[at] != '\r') sql += '\n';
    }
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

Migration to_migration(const Entry& entry, const fs::path& folder, const Files& files, const std::string& journal) {
    const auto file = folder / (entry.tag + ".sql");
    if (!base::is_there(file))
        throw bad_file(
            journal, fmt::format("lists {}, and {} is not there", base::printable_word(entry.tag), files.shown(file)));
    Migration migration;
    migration.version = entry.tag;
    migration.id = entry.tag;
    migration.name = in_words(std::string_view(entry.tag).substr(leading_digits(entry.tag)));
    migration.file = files.shown(file);
    migration.up = joined(files.read(file));
    // The table knows a migration by its `when`, which has no other place here.
    migration.checksum = fmt::format("{} {}", entry.when, sha256_hex(files.read_bytes(file)));
    return migration;
}

History read(const Place& place, Files& files) {
    History history;
    const auto shown = files.shown(place.settings);
    const auto journal = read_journal(place.settings, files);
    history.dialect = dialect_of(journal, shown);
    std::set<std::string> tags;
    for (const auto& entry : journal.entries) {
        if (!tags.insert(entry.tag).second) throw bad_file(shown, "lists twice: " + base::printable_word(entry.tag));
        history.migrations.push_back(to_migration(entry, place.folder, files, shown));
    }
    for (const auto& item : files.list(place.folder))
        if (!item.is_folder && !tags.contains(fs::path(item.name).stem().string()))
            history.ignored.push_back(files.shown(item.path));
    return history;
}

std::optional<Place> find(const fs::path& path, Search /*search*/) {
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
    const auto found = find_table(database, !table.empty() ? table
                                            : on_sqlite    ? "__drizzle_migrations"
                                                           : "drizzle.__drizzle_migrations");
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
    static constexpr Tool tool{"drizzle",     "Drizzle",
                               find,          read,
                               recorded,      "drizzle.__drizzle_migrations",
                               nullptr,       "drizzle-kit check",
                               Session::anew, Untransactional::refused};
    return tool;
}

}  // namespace rev::foreign
