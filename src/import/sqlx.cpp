// sqlx (sqlx-cli, sqlx::migrate!). Source: sqlx-core/src/migrate/source.rs, sqlx-postgres and sqlx-sqlite migrate.rs.
//
// - Files: `VERSION_DESCRIPTION.sql`, `.up.sql`, `.down.sql` in migrations/, mixed as one likes; folders and names
//   without `_` or `.sql` are ignored, but a prefix that is no number of 64 bits (with a sign or without) is an error.
// - In the order of the numbers. A file whose very first bytes are `-- no-transaction` runs outside a transaction.
// - Without a .down.sql it cannot be reverted; one without its up file reverts nothing.
// - A file is sent in one piece; files of one call run in one session, and the table is looked for along the
// search_path.
// - sqlx.toml: migrations-dir, table-name, create-schemas (made first), ignored-chars (of the checksum).
// - It runs under an advisory lock: the CRC32 of the database's name times 0x3d32ad9e.
// - Table: _sqlx_migrations(version, description, success, checksum), or as sqlx.toml names it: SHA-384 of the up file;
//   success = false is dirty.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "import/checksums.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view up_suffix = ".up.sql";
constexpr std::string_view down_suffix = ".down.sql";
constexpr std::string_view suffix = ".sql";

/// `12_x.sql` in two; nullopt: sqlx passes over it.
struct Name {
    std::string prefix;
    std::string title;  ///< without its suffix
    bool is_down = false;
    bool is_pair = false;  ///< .up.sql or .down.sql
};

std::optional<Name> parse_name(std::string_view name) {
    const auto separator = name.find('_');
    if (separator == std::string_view::npos || !name.substr(separator + 1).ends_with(suffix)) return std::nullopt;
    auto rest = name.substr(separator + 1);
    const bool is_down = rest.ends_with(down_suffix);
    const bool is_up = rest.ends_with(up_suffix);
    rest.remove_suffix(is_down ? down_suffix.size() : is_up ? up_suffix.size() : suffix.size());
    return Name{std::string(name.substr(0, separator)), std::string(rest), is_down, is_down || is_up};
}

/// As sqlx keeps it: `01` and `+1` are 1, and there may be a `-`. nullopt: no number of 64 bits.
std::optional<std::string> version_of(std::string_view prefix) {
    const bool is_negative = prefix.starts_with('-');
    const std::string_view largest = is_negative ? "9223372036854775808" : "9223372036854775807";
    if (is_negative || prefix.starts_with('+')) prefix.remove_prefix(1);
    const auto number = number_of(prefix);
    if (prefix.empty() || leading_digits(prefix) != prefix.size() || is_lower_number(largest, number))
        return std::nullopt;
    return is_negative && number != "0" ? "-" + number : number;
}

bool is_lower_version(std::string_view left, std::string_view right) {
    const bool left_is_negative = left.starts_with('-');
    if (left_is_negative != right.starts_with('-')) return left_is_negative;
    return left_is_negative ? is_lower_number(right.substr(1), left.substr(1)) : is_lower_number(left, right);
}

/// The files of one version.
struct Pair {
    Name name;
    std::optional<Item> up;
    std::optional<Item> down;
};

struct ByNumber {
    bool operator()(const std::string& left, const std::string& right) const noexcept {
        return is_lower_version(left, right);
    }
};

using Pairs = std::map<std::string, Pair, ByNumber>;

void add(Pairs& pairs, Name name, const Item& item, const Files& files) {
    const auto version = version_of(name.prefix);
    if (!version)
        throw bad_file(files.shown(item.path),
                       fmt::format("begins with \"{}\" before its `_`, which is no version of sqlx", name.prefix));
    auto& pair = pairs[*version];
    auto& slot = name.is_down ? pair.down : pair.up;
    if (slot) throw bad_file(files.shown(item.path), fmt::format("has the version of {}", files.shown(slot->path)));
    slot = item;
    // The up file names the migration, a down file only as long as no other was seen.
    if (!name.is_down || pair.name.prefix.empty()) pair.name = std::move(name);
}

Run run_of(std::string_view sql) { return sql.starts_with("-- no-transaction") ? Run::outside : Run::in_transaction; }

/// SHA-384 of the file without the characters that do not count.
std::string checksum_of(std::string bytes, const std::vector<std::string>& ignored) {
    for (const auto& part : ignored)
        for (auto at = bytes.find(part); at != std::string::npos; at = bytes.find(part, at))
            bytes.erase(at, part.size());
    return sha384_hex(bytes);
}

Migration to_migration(const std::string& version, const Pair& pair, const Files& files,
                       const std::vector<std::string>& ignored) {
    Migration migration;
    migration.version = version;
    migration.id = pair.name.prefix;
    migration.name = in_words(pair.name.title);
    migration.created = time_of_digits(pair.name.prefix);
    migration.file = files.shown(pair.up->path);
    // Of the bytes as they are: read() takes a byte order mark away.
    migration.checksum = checksum_of(files.read_bytes(pair.up->path), ignored);
    migration.up = files.read_as_sent(pair.up->path);
    migration.run = run_of(migration.up);
    if (pair.down) {
        migration.down = files.read_as_sent(pair.down->path);
        migration.run_down = run_of(*migration.down);
    }
    return migration;
}

// ---- sqlx.toml

constexpr std::string_view settings_name = "sqlx.toml";

/// A list of characters: they stand at every other place, between line feeds.
std::vector<std::string> characters_of(std::string_view list) {
    std::vector<std::string> characters;
    for (std::size_t at = 0; at < list.size(); ++at) {
        auto end = at + 1;
        while (end < list.size() && base::is_continuation_byte(list[end])) ++end;
        characters.emplace_back(list.substr(at, end - at));
        at = end;
    }
    return characters;
}

/// The schemas that sqlx makes before all else, as they are written.
std::string schemas_sql(const SettingValues& settings) {
    auto list = value_of(settings, "migrate.create-schemas");
    std::ranges::replace(list, '\n', ',');
    auto names = base::split_list(list);
    std::ranges::sort(names);
    std::string sql;
    for (const auto& name : names) sql += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", name);
    return sql;
}

SettingValues settings_of(const Place& place, const Files& files) {
    const auto file = find_above(place.folder, settings_name);
    return file ? read_toml(files.read(*file)) : SettingValues();
}

// ---- all of it

History read(const Place& place, Files& files) {
    History history;
    const auto settings = settings_of(place, files);
    history.table = value_of(settings, "migrate.table-name");
    std::erase(history.table, '"');
    history.dialect = dialect_of_dotenv(place, files, "DATABASE_URL");
    Pairs pairs;
    for (const auto& item : files.list(place.folder)) {
        auto name = item.is_folder ? std::nullopt : parse_name(item.name);
        if (name) {
            add(pairs, std::move(*name), item, files);
        } else {
            history.ignored.push_back(files.shown(item.path));
        }
    }
    const auto ignored = characters_of(value_of(settings, "migrate.ignored-chars"));
    for (const auto& [version, pair] : pairs) {
        if (pair.up)
            history.migrations.push_back(to_migration(version, pair, files, ignored));
        else
            history.remarks.push_back(files.shown(pair.down->path) +
                                      " is left out: it reverts no migration that is there");
    }
    if (!history.migrations.empty()) history.migrations.front().before = schemas_sql(settings);
    return history;
}

bool is_migration(const std::string& name) {
    const auto parsed = parse_name(name);
    return parsed && version_of(parsed->prefix);
}

/// golang-migrate has files of the same names.
bool is_of_sqlx(const fs::path& folder) {
    const auto cargo = find_above(folder, "Cargo.toml");
    return (cargo && mentions(*cargo, "sqlx")) || find_above(folder, "sqlx-data.json") ||
           find_above(folder, settings_name);
}

/// What sqlx.toml names as `migrations-dir`.
std::optional<fs::path> configured_folder(const fs::path& path) {
    const auto file = find_above(path, settings_name);
    if (!file) return std::nullopt;
    const ReadOptions nothing;
    const auto named = value_of(read_toml(Files(nothing).read(*file)), "migrate.migrations-dir");
    for (const auto& folder : folders_named(file->parent_path(), named))
        if (is_within(folder, path) && has_file(folder, is_migration)) return folder;
    return std::nullopt;
}

std::optional<Place> find(const fs::path& path, Search search) {
    auto folder = configured_folder(path);
    if (!folder)
        folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
            return has_file(each, is_migration) && (search == Search::named || is_of_sqlx(each));
        });
    if (!folder) return std::nullopt;
    return Place{*folder, find_above(*folder, ".env").value_or("")};
}

std::vector<long long> lock_keys(Database& database, const std::string& /*table*/) {
    // It has 30 bits and a CRC32 has 32: the product fits.
    constexpr long long factor = 0x3d32ad9e;
    const auto rows = database.query("SELECT CAST(pg_catalog.current_database() AS pg_catalog.text)");
    return {factor * static_cast<long long>(crc32_of(text_of(rows.front()[0])))};
}

/// The bytes in hexadecimal.
std::string_view checksum_expression(Dialect dialect) {
    return dialect == Dialect::sqlite ? "lower(hex(checksum))" : "pg_catalog.encode(checksum, 'hex')";
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "_sqlx_migrations" : table);
    if (!found) return result;
    result.has_table = true;
    for (const auto& row : database.query(fmt::format("SELECT version, success, {} FROM {} ORDER BY version",
                                                      checksum_expression(database.dialect()), *found))) {
        const auto version = text_of(row[0]);
        if (!is_true(row[1]))
            result.troubles.push_back({fmt::format("version {} is dirty: it failed half-way", version),
                                       "mend the schema by hand, and delete its row of the table"});
        result.versions.push_back(version);
        const auto migration = std::ranges::find(history.migrations, version, &Migration::version);
        if (migration != history.migrations.end() && migration->checksum != text_of(row[2]))
            result.edited.push_back(migration->file);
    }
    return result;
}

}  // namespace

const Tool& sqlx() {
    static constexpr Tool tool{.name = "sqlx",
                               .title = "sqlx",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "_sqlx_migrations",
                               .lock_keys = lock_keys,
                               .status_command = "sqlx migrate info",
                               .session = Session::kept,
                               .untransactional = Untransactional::refused,
                               .sending = Sending::whole,
                               .recording = Recording::along_path};
    return tool;
}

}  // namespace rev::foreign
