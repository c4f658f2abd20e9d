// golang-migrate. Source: source/parse.go, source/iofs, database/postgres, database/sqlite3.
//
// - Files: `^([0-9]+)_(.*)\.(down|up)\.(.*)$`, whatever the extension; others and folders are ignored. The version is a
//   number of 64 bits (a longer one: ignored), so that 0001 and 1 are one; the same version and direction twice is an
//   error, also by x.up.sql and x.up.sql.bak. One above 2^63 - 1 is read, turns negative, and fails.
// - A link that leads nowhere counts as a file without text; one that leads to a folder is an error.
// - A version that has only a down file counts: its up does nothing; so does the down of one that has only an up.
// - A file is sent as a whole: on PostgreSQL that is an implicit transaction, unless it holds a single statement; on
//   SQLite it runs in a transaction. All files of one call run in one session: what a file sets, the next one finds.
// - With x-multi-statement=true in the URL, on PostgreSQL, a file is cut at each `;`, also within strings, bodies of
//   functions and comments (database/multistmt), and each piece runs alone, in no transaction.
// - It runs under an advisory lock: the CRC32 of schema, table and database, joined by NUL, times a salt, in 32 bits.
// - Table: schema_migrations(version, dirty), one row: all versions up to it are applied, gaps or not. -1 is none.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

struct Name {
    std::string digits;  ///< as written
    std::string title;
    bool is_up = true;
};

constexpr std::string_view up_part = ".up.";
constexpr std::string_view down_part = ".down.";

bool fits_64_bits(std::string_view digits) {
    constexpr std::string_view largest = "18446744073709551615";
    return !is_lower_number(largest, number_of(digits));
}

std::optional<Name> parse_name(std::string_view name) {
    const auto digits = leading_digits(name);
    // The dots of its expression stand for any character but a line feed.
    if (name.find('\n') != std::string_view::npos) return std::nullopt;
    if (digits == 0 || digits == name.size() || name[digits] != '_' || !fits_64_bits(name.substr(0, digits)))
        return std::nullopt;
    const auto rest = name.substr(digits + 1);
    // The expression's first part takes as much as it can.
    const auto up = rest.rfind(up_part);
    const auto down = rest.rfind(down_part);
    if (up == std::string_view::npos && down == std::string_view::npos) return std::nullopt;
    const bool is_up = down == std::string_view::npos || (up != std::string_view::npos && up > down);
    return Name{std::string(name.substr(0, digits)), std::string(rest.substr(0, is_up ? up : down)), is_up};
}

/// The files of one version.
struct Pair {
    std::string digits;
    std::string title;
    std::optional<Item> up;
    std::optional<Item> down;
};

struct ByNumber {
    bool operator()(const std::string& left, const std::string& right) const noexcept {
        return is_lower_number(left, right);
    }
};

void add(std::map<std::string, Pair, ByNumber>& pairs, const Name& name, const Item& item, const Files& files) {
    if (base::find_invalid_utf8(item.name))
        throw bad_file(files.shown(item.path), "has a name that is no UTF-8, which golang-migrate cannot open");
    auto& pair = pairs[number_of(name.digits)];
    auto& slot = name.is_up ? pair.up : pair.down;
    if (slot)
        throw bad_file(files.shown(item.path),
                       fmt::format("is a second {} file of version {}, beside {}", name.is_up ? "up" : "down",
                                   number_of(name.digits), files.shown(slot->path)));
    slot = item;
    // The up file names the version: 0001 and 1 are one, and the two files may be spelt differently.
    if (name.is_up || pair.digits.empty()) {
        pair.digits = name.digits;
        pair.title = name.title;
    }
}

/// A link that leads nowhere is to golang-migrate as if the version had no file for the direction.
bool leads_nowhere(const Item& item) {
    std::error_code ignored;
    return fs::is_symlink(item.path, ignored) && !fs::exists(item.path, ignored);
}

std::string sql_of(const Item& item, const Files& files) {
    return leads_nowhere(item) ? std::string() : files.read_as_sent(item.path);
}

/// As Go reads a truth.
bool is_multi_statement(const Files& files) {
    const auto& parameters = files.options().url_parameters;
    const auto found = parameters.find("x-multi-statement");
    const auto is_postgresql = files.options().dialects == std::vector{Dialect::postgresql};
    if (found == parameters.end() || !is_postgresql) return false;
    static constexpr std::array<std::string_view, 6> truths{"1", "t", "T", "TRUE", "true", "True"};
    return std::ranges::find(truths, found->second) != truths.end();
}

std::vector<std::string> texts_of(std::string_view sql) {
    std::vector<std::string> texts;
    for (const auto& statement : split_statements(sql, Dialect::postgresql)) texts.emplace_back(statement.text);
    return texts;
}

/// Whether a cut at each `;` leaves the statements as they are.
bool survives_cuts(std::string_view sql) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < sql.size();) {
        const auto end = std::min(sql.find(';', at), sql.size() - 1) + 1;
        std::ranges::move(texts_of(sql.substr(at, end - at)), std::back_inserter(pieces));
        at = end;
    }
    return pieces == texts_of(sql);
}

void cut(Migration& migration) {
    migration.run = migration.run_down = Run::outside;
    migration.may_mix = true;
    if (!survives_cuts(migration.up))
        migration.failure = "x-multi-statement=true cuts a statement or comment in two, at a `;` within it";
}

Migration to_migration(const std::string& version, const Pair& pair, const Files& files) {
    Migration migration;
    migration.version = version;
    migration.id = pair.digits;
    migration.name = in_words(pair.title);
    migration.created = time_of_digits(pair.digits);
    migration.file = files.shown((pair.up ? pair.up : pair.down)->path);
    if (pair.up) migration.up = sql_of(*pair.up, files);
    migration.down = pair.down ? sql_of(*pair.down, files) : std::string();
    if (is_multi_statement(files)) cut(migration);
    return migration;
}

void require_recordable(const std::string& version, const std::string& shown) {
    constexpr std::string_view largest = "9223372036854775807";
    if (is_lower_number(largest, version))
        throw bad_file(shown, "has a version that golang-migrate cannot record: the largest is 9223372036854775807");
}

History read(const Place& place, Files& files) {
    History history;
    std::map<std::string, Pair, ByNumber> pairs;
    for (const auto& item : files.list(place.folder)) {
        // A link to a folder counts: it takes it for a file, and fails.
        const bool is_folder = item.is_folder && !fs::is_symlink(item.path);
        const auto name = is_folder ? std::nullopt : parse_name(item.name);
        if (name) {
            add(pairs, *name, item, files);
        } else {
            history.ignored.push_back(files.shown(item.path));
        }
    }
    for (const auto& [version, pair] : pairs) {
        require_recordable(version, files.shown((pair.up ? pair.up : pair.down)->path));
        history.migrations.push_back(to_migration(version, pair, files));
        const auto& added = history.migrations.back();
        if (!pair.up) history.remarks.push_back(added.file + " has no up file: its upgrade does nothing");
        if (!pair.down) history.remarks.push_back(added.file + " has no down file: its downgrade does nothing");
        for (const auto& item : {pair.up, pair.down})
            if (item && leads_nowhere(*item))
                history.remarks.push_back(files.shown(item->path) +
                                          " is a link that leads nowhere: golang-migrate runs nothing for it");
    }
    return history;
}

bool is_up_file(const std::string& name) {
    const auto parsed = parse_name(name);
    return parsed && parsed->is_up;
}

/// sqlx has files of the same names.
bool is_of_sqlx(const fs::path& folder) {
    const auto cargo = find_above(folder, "Cargo.toml");
    return cargo && mentions(*cargo, "sqlx");
}

std::optional<Place> find(const fs::path& path, Search search) {
    const auto folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
        return has_file(each, is_up_file) && (search == Search::named || !is_of_sqlx(each));
    });
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

Trouble dirty(const std::string& version) {
    return {fmt::format("version {} is dirty: it failed half-way", version),
            fmt::format("mend the schema by hand, then `migrate force {}` (or the version before it)", version)};
}

/// As its GenerateAdvisoryLockId has it.
std::vector<long long> lock_keys(Database& database, const std::string& table) {
    constexpr std::uint32_t salt = 1486364155;
    // In the session as the URL makes it: query() sets a search_path of its own, and the current schema would be
    // another.
    const auto rows = database.query_in_session(
        "SELECT CAST(pg_catalog.current_schema() AS pg_catalog.text), CAST(pg_catalog.current_database() AS "
        "pg_catalog.text)");
    auto schema = text_of(rows.front()[0]);
    auto name = table.empty() ? std::string("schema_migrations") : table;
    if (const auto dot = name.find('.'); dot != std::string::npos) {
        schema = name.substr(0, dot);
        name.erase(0, dot + 1);
    }
    const auto database_name = text_of(rows.front()[1]);
    std::vector<long long> keys;
    // Its command line takes the path of the URL for the database's name, with the slash.
    for (const auto& shown : {database_name, "/" + database_name}) {
        auto joined = schema;
        for (const auto& part : {name, shown}) {
            joined += '\0';
            joined += part;
        }
        keys.push_back(static_cast<std::uint32_t>(crc32_of(joined) * salt));
    }
    return keys;
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "schema_migrations" : table);
    if (!found) return result;
    result.has_table = true;
    const auto rows = database.query(fmt::format("SELECT version, dirty FROM {}", *found));
    if (rows.empty()) return result;
    const auto version = text_of(rows.front()[0]);
    if (is_true(rows.front()[1])) result.troubles.push_back(dirty(version));
    if (version.starts_with('-')) return result;
    for (const auto& migration : history.migrations)
        if (!is_lower_number(version, migration.version)) result.versions.push_back(migration.version);
    // No file has it: it is listed all the same, so that the take-over can refuse it.
    if (std::ranges::find(result.versions, version) == result.versions.end()) result.versions.push_back(version);
    return result;
}

}  // namespace

const Tool& golang_migrate() {
    static constexpr Tool tool{.name = "golang-migrate",
                               .title = "golang-migrate",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "schema_migrations",
                               .table_parameter = "x-migrations-table",
                               .lock_keys = lock_keys,
                               .status_command = "migrate version",
                               .session = Session::kept,
                               .untransactional = Untransactional::single,
                               .sending = Sending::whole};
    return tool;
}

}  // namespace rev::foreign
