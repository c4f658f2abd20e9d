// node-pg-migrate, files of SQL. Source: src/sqlMigration.ts, migration.ts, runner.ts.
//
// - Files in migrations/ that do not begin with a dot: .sql in any case of its letters, and all others are loaded as
//   programs, which fails for what is none (a README). In the order of the number
//   at the beginning (17 digits are a date and time, and count as its milliseconds), then by name as people sort:
//   numbers by their size, signs and case last. Of several files each needs a number.
// - A line that begins, behind blanks, with `--` and then `Up Migration` (any case, any `-` and blanks between) starts
//   the up part, `Down Migration` the down part, in either order. Without an up line the whole file is the up part, a
//   down part included. Without a down line it cannot be undone.
// - All files of one call run in one transaction: what a file sets, also by SET LOCAL, the next one finds.
// - PostgreSQL only; a migration runs in a transaction, under the advisory lock 7241865325823964.
// - config/default.json (`db`) and the arguments in package.json's scripts: migrations-dir, schema (the search_path),
//   migrations-schema, migrations-table.
// - Table: pgmigrations(name, run_on): the file's name without its extension.
#include <fmt/format.h>

#include <algorithm>

#include "base/sql_quotes.hpp"
#include "base/text.hpp"
#include "import/node_pg_migrate_settings.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view default_table = "pgmigrations";

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// Whether `-- Up Migration` begins at `at`, a line's start, and how far the blanks before it reach back.
bool is_marker(std::string_view text, std::size_t at, std::string_view word) {
    if (!text.substr(at).starts_with("--")) return false;
    at += 2;
    while (at < text.size() && (is_space(text[at]) || text[at] == '-')) ++at;
    if (!base::same_name(text.substr(at, word.size()), word)) return false;
    at += word.size();
    const auto blanks = at;
    while (at < text.size() && is_space(text[at])) ++at;
    constexpr std::string_view migration = "migration";
    return at > blanks && base::same_name(text.substr(at, migration.size()), migration);
}

/// Where the blanks before the `--` at `at` begin, blank lines too, as far back as a line's start; npos: the `--` does
/// not begin its line.
std::size_t start_of_marker(std::string_view text, std::size_t at) {
    auto start = at;
    while (start > 0 && is_space(text[start - 1])) --start;
    if (start == 0 || text[start - 1] == '\n') return start;
    const auto line_end = text.find('\n', start);
    return line_end < at ? line_end + 1 : std::string_view::npos;
}

/// Offset of the marker, blanks before it included; npos: there is none.
std::size_t find_marker(std::string_view text, std::string_view word) {
    for (auto at = text.find("--"); at != std::string_view::npos; at = text.find("--", at + 1)) {
        const auto start = start_of_marker(text, at);
        if (start != std::string_view::npos && is_marker(text, at, word)) return start;
    }
    return std::string_view::npos;
}

struct Parts {
    std::string up;
    std::optional<std::string> down;
};

Parts parts_of(const std::string& text) {
    const auto up = find_marker(text, "up");
    const auto down = find_marker(text, "down");
    constexpr auto none = std::string::npos;
    Parts parts;
    parts.up = up == none ? text : text.substr(up, down == none || down < up ? none : down - up);
    if (down != none) parts.down = text.substr(down, up == none || up < down ? none : up - down);
    return parts;
}

bool is_code(std::string_view name) {
    for (const std::string_view suffix : {".js", ".ts", ".cjs", ".mjs", ".cts", ".mts"})
        if (name.ends_with(suffix)) return true;
    return false;
}

bool is_sql(std::string_view name) {
    constexpr std::string_view suffix = ".sql";
    return name.size() >= suffix.size() && base::same_name(name.substr(name.size() - suffix.size()), suffix);
}

/// Why it cannot be run; empty: it can.
std::string obstacle_of_name(std::string_view name) {
    if (is_code(name)) return "is a program in JavaScript";
    if (!is_sql(name)) return "is no migration, and node-pg-migrate fails to load it as one";
    // It stands between quotes in the statement that records it.
    if (name.find('\'') != std::string_view::npos) return "has a ' in its name, which node-pg-migrate cannot record";
    return {};
}

std::string stem_of(std::string_view name) { return std::string(name.substr(0, name.rfind('.'))); }

/// Milliseconds since 1970, as digits, of `YYYYMMDDhhmmssmmm`.
std::string milliseconds_of(std::string_view digits) {
    const auto number = [&](std::size_t at, std::size_t size) {
        return std::stoi(std::string(digits.substr(at, size)));
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(6, 2)))};
    const auto days = std::chrono::sys_days(date).time_since_epoch();
    const auto time = std::chrono::hours(number(8, 2)) + std::chrono::minutes(number(10, 2)) +
                      std::chrono::seconds(number(12, 2)) + std::chrono::milliseconds(number(14, 3));
    return std::to_string(std::chrono::milliseconds(days + time).count());
}

/// What a file is sorted by.
std::string place_of(std::string_view name) {
    constexpr std::size_t date_digits = 17;
    const auto digits = leading_digits(name.substr(0, std::min(name.find('_'), name.size())));
    if (digits == 0) return "0";
    return digits == date_digits ? milliseconds_of(name.substr(0, digits)) : number_of(name.substr(0, digits));
}

Migration read_file(const Item& item, const Files& files) {
    Migration migration;
    migration.version = stem_of(item.name);
    migration.id = migration.version;
    const auto digits = leading_digits(migration.version);
    migration.name = in_words(std::string_view(migration.version).substr(digits));
    migration.file = files.shown(item.path);
    migration.obstacle = obstacle_of_name(item.name);
    if (!migration.obstacle.empty()) return migration;
    auto parts = parts_of(files.read_as_sent(item.path));
    migration.up = std::move(parts.up);
    migration.down = std::move(parts.down);
    return migration;
}

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// What is compared of a file's name where the numbers are the same: letters in lower case, those of `.sql` too, and
/// numbers at their full length; then the cases.
std::string sorted_by(std::string_view name) {
    constexpr std::size_t most_digits = 20;
    std::string text;
    std::string cases = "\n";
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (const auto digits = leading_digits(name.substr(at)); digits > 0) {
            const auto number = number_of(name.substr(at, digits));
            text += std::string(most_digits - std::min(most_digits, number.size()), '0') + number;
            at += digits - 1;
        } else if (is_letter(name[at])) {
            text += base::lower_case(name.substr(at, 1));
            cases += text.back() == name[at] ? '0' : '1';
        }
    }
    return text + cases;
}

bool comes_before(const Migration& left, const Migration& right) {
    const auto here = place_of(left.version);
    const auto there = place_of(right.version);
    if (is_lower_number(here, there)) return true;
    return !is_lower_number(there, here) && sorted_by(left.version + ".sql") < sorted_by(right.version + ".sql");
}

/// It asks for them only to compare.
void require_numbers(const std::vector<Migration>& migrations) {
    if (migrations.size() < 2) return;
    for (const auto& migration : migrations)
        if (leading_digits(migration.version) == 0)
            throw bad_file(migration.file, "has no number at the beginning of its name, which node-pg-migrate needs");
}

bool is_migration(const std::string& name) { return !name.starts_with('.') && (is_sql(name) || is_code(name)); }

/// Where it looks for its table, and where its files do for theirs.
void set_schema(History& history, const NodePgMigrateSettings& settings) {
    auto schema = settings.table_schema;
    if (schema.empty() && !settings.schemas.empty()) schema = settings.schemas.front();
    const auto table = settings.table.empty() ? std::string(default_table) : settings.table;
    history.table = schema.empty() ? table : schema + "." + table;
    if (settings.schemas.empty() || history.migrations.empty()) return;
    std::vector<std::string> names;
    std::string made;
    for (const auto& name : settings.schemas) {
        names.push_back(base::in_quotes(name, '"'));
        if (name != "public") made += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", names.back());
    }
    const auto path = fmt::format("SET search_path TO {};\n", base::join(names, ", "));
    for (auto& migration : history.migrations) migration.before = path;
    history.migrations.front().up.insert(0, made);
    history.remarks.push_back(
        fmt::format("each revision begins with SET search_path: node-pg-migrate is told to work in {}",
                    base::join(settings.schemas, ", ")));
}

History read(const Place& place, Files& files) {
    History history;
    history.dialect = Dialect::postgresql;
    for (const auto& item : files.list(place.folder)) {
        if (item.is_folder || item.name.starts_with('.')) {
            history.ignored.push_back(files.shown(item.path));
        } else {
            history.migrations.push_back(read_file(item, files));
        }
    }
    require_numbers(history.migrations);
    std::ranges::stable_sort(history.migrations, comes_before);
    set_schema(history, read_node_pg_migrate_settings(place.folder));
    return history;
}

bool has_markers(const fs::path& folder) {
    return has_file(folder, [&](const std::string& name) {
        return name.ends_with(".sql") &&
               (mentions(folder / name, "-- Up Migration") || mentions(folder / name, "-- up migration"));
    });
}

bool is_of_node_pg_migrate(const fs::path& folder) {
    const auto package = find_above(folder, "package.json");
    return package && mentions(*package, "\"node-pg-migrate\"");
}

std::optional<Place> find(const fs::path& path, Search search) {
    // Whoever names another folder means that one.
    if (const auto named = read_node_pg_migrate_settings(path).folder;
        !named.empty() && is_within(named, path) && has_file(named, is_migration))
        return Place{named, {}};
    const auto folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
        if (has_markers(each)) return true;
        const bool is_wanted = search == Search::named || is_of_node_pg_migrate(each);
        return is_wanted &&
               has_file(each, [](const std::string& name) { return leading_digits(name) > 0 && is_migration(name); });
    });
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

std::vector<long long> lock_keys(Database& /*database*/, const std::string& /*table*/) { return {7241865325823964}; }

Recorded recorded(Database& database, const History& /*history*/, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? std::string(default_table) : table);
    if (!found) return result;
    result.has_table = true;
    for (const auto& row : database.query(fmt::format("SELECT name FROM {} ORDER BY run_on, id", *found)))
        result.versions.push_back(text_of(row[0]));
    return result;
}

}  // namespace

const Tool& node_pg_migrate() {
    static constexpr Tool tool{.name = "node-pg-migrate",
                               .title = "node-pg-migrate",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = default_table,
                               .lock_keys = lock_keys,
                               .status_command = "node-pg-migrate",
                               .session = Session::kept_in_transaction,
                               .untransactional = Untransactional::refused,
                               .sending = Sending::whole};
    return tool;
}

}  // namespace rev::foreign
