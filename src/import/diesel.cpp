// Diesel. Source: migrations_internals/src/lib.rs, diesel_migrations/src/file_based_migrations.rs.
//
// - A folder for each migration, in migrations/ (.env: MIGRATION_DIRECTORY; diesel.toml: [migrations_directory] dir);
//   files, hidden folders and empty ones are ignored; one without up.sql is an error. An up.sql of no bytes
//   is one when it runs.
// - The version is the folder's name up to its first `_`, without `-`; the order is that of versions as text.
// - metadata.toml: `run_in_transaction`; a sound file without that key means false, one that cannot be read true.
// - Without down.sql it cannot be reverted.
// - A file is sent in one piece. Files of one call run in one session; behind each the search_path is what it was.
// - Table: __diesel_schema_migrations(version, run_on).
#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "import/versions.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

std::string version_of(std::string_view folder) {
    std::string version(folder.substr(0, folder.find('_')));
    std::erase(version, '-');
    return version;
}

Run run_of(const fs::path& folder, const Files& files) {
    const auto file = folder / "metadata.toml";
    if (!base::is_there(file)) return Run::in_transaction;
    const auto text = files.read_bytes(file);
    // What is no text cannot be read either.
    if (text.find('\0') != std::string::npos || base::find_invalid_utf8(text)) return Run::in_transaction;
    bool is_sound = true;
    const auto values = read_toml(text, &is_sound);
    const auto value = values.find("run_in_transaction");
    if (!is_sound) return Run::in_transaction;
    if (value == values.end()) return Run::outside;
    // A text in quotes is no truth value, and makes the file one that cannot be read.
    const bool is_text = text.find('"' + value->second + '"') != std::string::npos ||
                         text.find('\'' + value->second + '\'') != std::string::npos;
    return value->second == "false" && !is_text ? Run::outside : Run::in_transaction;
}

std::string title_of(std::string_view folder) {
    const auto separator = folder.find('_');
    return separator == std::string_view::npos ? std::string() : in_words(folder.substr(separator + 1));
}

Migration read_folder(const Item& item, Files& files) {
    Migration migration;
    migration.version = version_of(item.name);
    migration.id = migration.version;
    migration.name = title_of(item.name);
    migration.created = time_of_digits(migration.version);
    const auto up = item.path / "up.sql";
    migration.file = files.shown(up);
    if (!base::is_there(up)) throw bad_file(files.shown(item.path), "has no up.sql, which Diesel needs");
    migration.up = files.read_as_sent(up);
    if (migration.up.empty()) throw bad_file(migration.file, "is empty, which Diesel refuses to run");
    migration.run = run_of(item.path, files);
    // metadata.toml says it once for both directions.
    migration.run_down = migration.run;
    if (const auto down = item.path / "down.sql"; base::is_there(down)) migration.down = files.read_as_sent(down);
    // Diesel refuses to run it, as it does an empty up.sql.
    if (migration.down && migration.down->empty()) migration.down.reset();
    return migration;
}

bool is_migration_folder(const Item& item) {
    std::error_code ignored;
    return item.is_folder && !item.name.starts_with('.') && !fs::is_empty(item.path, ignored);
}

History read(const Place& place, Files& files) {
    History history;
    history.dialect = dialect_of_dotenv(place, files, "DATABASE_URL");
    KnownVersions known;
    for (const auto& item : files.list(place.folder)) {
        if (!is_migration_folder(item)) {
            history.ignored.push_back(files.shown(item.path));
            continue;
        }
        auto migration = read_folder(item, files);
        known.add(migration);
        history.migrations.push_back(std::move(migration));
    }
    std::ranges::stable_sort(history.migrations, {}, &Migration::version);
    return history;
}

bool has_migrations(const fs::path& folder) {
    std::error_code failed;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed))
        if (base::is_there(next->path() / "up.sql")) return true;
    return false;
}

std::optional<Place> find(const fs::path& path, Search /*search*/) {
    if (auto place = place_of_dotenv(path, "MIGRATION_DIRECTORY", has_migrations)) return place;
    if (const auto settings = find_above(path, "diesel.toml")) {
        const ReadOptions nothing;
        const auto values = read_toml(Files(nothing).read(*settings));
        const auto folder = value_of(values, "migrations_directory.dir");
        if (!folder.empty() && has_migrations(settings->parent_path() / folder))
            return Place{(settings->parent_path() / folder).lexically_normal(), find_above(path, ".env").value_or("")};
    }
    const auto folder = find_folder(path, usual_folders(), has_migrations);
    if (!folder) return std::nullopt;
    return Place{*folder, find_above(*folder, ".env").value_or("")};
}

Recorded recorded(Database& database, const History& /*history*/, const std::string& table) {
    return recorded_versions(database, table.empty() ? "__diesel_schema_migrations" : table);
}

}  // namespace

const Tool& diesel() {
    static constexpr Tool tool{.name = "diesel",
                               .title = "Diesel",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "__diesel_schema_migrations",
                               .status_command = "diesel migration list",
                               .session = Session::kept_but_path,
                               .untransactional = Untransactional::refused,
                               .sending = Sending::whole};
    return tool;
}

}  // namespace rev::foreign
