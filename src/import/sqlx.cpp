// sqlx (sqlx-cli, sqlx::migrate!). Source: sqlx-core/src/migrate/source.rs, sqlx-postgres and sqlx-sqlite migrate.rs.
//
// - Files: `VERSION_DESCRIPTION.sql`, `.up.sql`, `.down.sql` in migrations/, mixed as one likes; folders and names
//   without `_` or `.sql` are ignored, but a prefix that is no number of 64 bits is an error.
// - In the order of the numbers. A file whose very first bytes are `-- no-transaction` runs outside a transaction.
// - Without a .down.sql it cannot be reverted.
// - It runs under an advisory lock: the CRC32 of the database's name times 0x3d32ad9e.
// - Table: _sqlx_migrations(version, description, success, checksum), or as sqlx.toml names it: SHA-384 of the up file;
//   success = false is dirty.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
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

bool is_version(std::string_view prefix) {
    constexpr std::string_view largest = "9223372036854775807";
    return !prefix.empty() && leading_digits(prefix) == prefix.size() && !is_lower_number(largest, number_of(prefix));
}

/// The files of one version.
struct Pair {
    Name name;
    std::optional<Item> up;
    std::optional<Item> down;
};

struct ByNumber {
    bool operator()(const std::string& left, const std::string& right) const noexcept {
        return is_lower_number(left, right);
    }
};

using Pairs = std::map<std::string, Pair, ByNumber>;

void add(Pairs& pairs, Name name, const Item& item, const Files& files) {
    if (!is_version(name.prefix))
        throw bad_file(files.shown(item.path),
                       fmt::format("begins with \"{}\" before its `_`, which is no version of sqlx", name.prefix));
    auto& pair = pairs[number_of(name.prefix)];
    auto& slot = name.is_down ? pair.down : pair.up;
    if (slot) throw bad_file(files.shown(item.path), fmt::format("has the version of {}", files.shown(slot->path)));
    slot = item;
    // The up file names the migration, a down file only as long as no other was seen.
    if (!name.is_down || pair.name.prefix.empty()) pair.name = std::move(name);
}

Run run_of(std::string_view sql) { return sql.starts_with("-- no-transaction") ? Run::outside : Run::in_transaction; }

Migration to_migration(const std::string& version, const Pair& pair, const Files& files) {
    if (!pair.up) throw bad_file(files.shown(pair.down->path), "reverts a migration that is not there");
    Migration migration;
    migration.version = version;
    migration.id = pair.name.prefix;
    migration.name = in_words(pair.name.title);
    migration.created = time_of_digits(pair.name.prefix);
    migration.file = files.shown(pair.up->path);
    // Of the bytes as they are: read() takes a byte order mark away.
    migration.checksum = sha384_hex(files.read_bytes(pair.up->path));
    migration.up = files.read_as_sent(pair.up->path);
    migration.run = run_of(migration.up);
    if (pair.down) {
        migration.down = files.read_as_sent(pair.down->path);
        migration.run_down = run_of(*migration.down);
    }
    return migration;
}

History read(const Place& place, Files& files) {
    History history;
    if (const auto settings = find_above(place.folder, "sqlx.toml"))
        history.table = value_of(read_toml(files.read(*settings)), "migrate.table-name");
    Pairs pairs;
    for (const auto& item : files.list(place.folder)) {
        auto name = item.is_folder ? std::nullopt : parse_name(item.name);
        if (name) {
            add(pairs, std::move(*name), item, files);
        } else {
            history.ignored.push_back(files.shown(item.path));
        }
    }
    for (const auto& [version, pair] : pairs) history.migrations.push_back(to_migration(version, pair, files));
    return history;
}

bool is_migration(const std::string& name) {
    const auto parsed = parse_name(name);
    return parsed && is_version(parsed->prefix);
}

/// golang-migrate has files of the same names.
bool is_of_sqlx(const fs::path& folder) {
    const auto cargo = find_above(folder, "Cargo.toml");
    return (cargo && mentions(*cargo, "sqlx")) || find_above(folder, "sqlx-data.json") ||
           find_above(folder, "sqlx.toml");
}

std::optional<Place> find(const fs::path& path, Search search) {
    const auto folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
        return has_file(each, is_migration) && (search == Search::named || is_of_sqlx(each));
    });
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

long long lock_key(Database& database, const std::string& /*table*/) {
    // It has 30 bits and a CRC32 has 32: the product fits.
    constexpr long long factor = 0x3d32ad9e;
    const auto rows = database.query("SELECT CAST(pg_catalog.current_database() AS pg_catalog.text)");
    return factor * static_cast<long long>(crc32_of(text_of(rows.front()[0])));
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
    static constexpr Tool tool{"sqlx",        "sqlx",
                               find,          read,
                               recorded,      "_sqlx_migrations",
                               lock_key,      "sqlx migrate info",
                               Session::anew, Untransactional::refused};
    return tool;
}

}  // namespace rev::foreign
