// Supabase's command line. Source: pkg/migration/{list,file,apply}.go.
//
// - Files: `^([0-9]+)_(.*)\.sql$` in supabase/migrations, in the order of their versions as text (1, 10, 2); others are
//   passed over.
//   The first one is passed over too if it is `<14 digits>_init.sql` from before 9 December 2021.
// - A file is sent as one batch, a pipeline: an implicit transaction, in which what cannot run in one fails behind a
//   statement that can. No file undoes another.
// - The version is the digits, as text; two files of one version: the second fails on the key of the table.
// - supabase/seed.sql fills a new database, or what config.toml names: [db.seed] enabled, sql_paths (patterns below
//   supabase/, those of each in order, each file once).
// - Table: supabase_migrations.schema_migrations(version, statements, name).
#include <fmt/format.h>
#include <fnmatch.h>

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

constexpr std::string_view default_table = "supabase_migrations.schema_migrations";

bool is_migration(const std::string& name) {
    const auto digits = leading_digits(name);
    return digits > 0 && digits < name.size() && name[digits] == '_' && name.ends_with(".sql");
}

bool is_old_init(const std::string& name) {
    constexpr std::string_view since = "20211209000000";
    return leading_digits(name) == since.size() && name.substr(since.size()) == "_init.sql" &&
           std::string_view(name).substr(0, since.size()) < since;
}

Migration read_file(const Item& item, const Files& files) {
    auto migration = numbered_migration(item.name);
    migration.file = files.shown(item.path);
    migration.up = files.read(item.path);
    return migration;
}

/// What a pattern of one level stands for, such as `./seeds/*.sql`, in the order of the names.
std::vector<fs::path> files_of(const fs::path& pattern, Files& files) {
    std::vector<fs::path> found;
    if (!base::is_folder_at(pattern.parent_path())) return found;
    for (const auto& item : files.list(pattern.parent_path()))
        if (!item.is_folder && ::fnmatch(pattern.filename().c_str(), item.name.c_str(), FNM_PERIOD) == 0)
            found.push_back(item.path);
    return found;
}

void read_seeds(const Place& place, Files& files, History& history) {
    const auto folder = place.folder.parent_path();
    const auto settings = base::is_there(place.settings) ? read_toml(files.read(place.settings)) : SettingValues();
    if (value_of(settings, "db.seed.enabled") == "false") return;
    auto paths = value_of(settings, "db.seed.sql_paths");
    if (!settings.contains("db.seed.sql_paths")) paths = "./seed.sql";
    for (const auto& path : base::split_list(paths, '\n')) {
        const auto pattern = (folder / path).lexically_normal();
        if (pattern.parent_path().string().find_first_of("*?[") != std::string::npos)
            history.remarks.push_back(fmt::format(
                "config.toml names the seeds {}, a pattern of folders: write its files under `seed:` in alembic.yaml",
                base::printable_word(path)));
        for (const auto& file : files_of(pattern, files))
            if (!contains(history.seeds, file.string())) history.seeds.push_back(file.string());
    }
}

History read(const Place& place, Files& files) {
    History history;
    history.dialect = Dialect::postgresql;
    KnownVersions known;
    bool is_first = true;
    for (const auto& item : files.list(place.folder)) {
        const bool is_wanted = !item.is_folder && is_migration(item.name) && !(is_first && is_old_init(item.name));
        is_first = false;
        if (!is_wanted) {
            history.ignored.push_back(files.shown(item.path));
            continue;
        }
        history.migrations.push_back(read_file(item, files));
        known.add(history.migrations.back());
    }
    std::ranges::stable_sort(history.migrations, {}, &Migration::version);
    read_seeds(place, files, history);
    return history;
}

/// The folder of migrations in a folder `supabase`.
std::optional<Place> find_in(const fs::path& supabase) {
    const auto folder = supabase / "migrations";
    if (!base::is_folder_at(folder)) return std::nullopt;
    return Place{folder, supabase / "config.toml"};
}

std::optional<Place> find(const fs::path& path, Search search) {
    if (auto place = find_in(path / "supabase")) return place;
    if (path.filename() == "supabase" || mentions(path / "config.toml", "project_id"))
        if (auto place = find_in(path)) return place;
    if (path.filename() == "migrations" && path.parent_path().filename() == "supabase")
        return find_in(path.parent_path());
    if (search == Search::named && has_file(path, is_migration)) return Place{path, {}};
    return std::nullopt;
}

Recorded recorded(Database& database, const History& /*history*/, const std::string& table) {
    return recorded_versions(database, table.empty() ? std::string(default_table) : table);
}

}  // namespace

const Tool& supabase() {
    static constexpr Tool tool{.name = "supabase",
                               .title = "Supabase",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = default_table,
                               .status_command = "supabase migration list",
                               .untransactional = Untransactional::leading};
    return tool;
}

}  // namespace rev::foreign
