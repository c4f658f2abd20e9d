// goose. Source: internal/sqlparser/parser.go, migrate.go, internal/dialect.
//
// - Files: *.sql and *.go whose name is a number, `_` and more; the version is a number above zero of 63 bits, perhaps
//   with a `+`, each once. An .sql file without one is an error. _test.go files do not count.
// - An annotation is a line that begins with `--` and holds `+goose`; one that is indented or unknown is an error; the
//   case does not matter. The first line behind an empty block is dropped. `Up` once and first; `Down` behind it;
//   `StatementBegin` and `StatementEnd` in pairs; `NO TRANSACTION` anywhere is for both directions; between `ENVSUB ON`
//   and `OFF` variables are filled in.
// - Outside StatementBegin a statement ends with the line whose last word before a `--` ends with `;`, also within a
//   string or the body of a function, where the server refuses both halves. One that has not ended before `Down` or the
//   end of the file is an error.
// - Without Down, down does nothing and the version is forgotten. What stands behind Down is looked at only on the way
//   down: a statement that does not end keeps nobody from going up.
// - A line ends with a line feed alone in what is sent, whatever the file has.
// - Files of one call run in one session; the table is looked for along the search_path.
// - GOOSE_MIGRATION_DIR, GOOSE_TABLE and GOOSE_DRIVER of .env.
// - Table: goose_db_version(version_id, is_applied): the newest row of each version counts; 0 is the table's own.
#include "import/goose_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "import/body.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "import/versions.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

bool is_sql(std::string_view name) { return name.ends_with(".sql"); }
bool is_code(std::string_view name) { return name.ends_with(".go") && !name.ends_with("_test.go"); }

/// A number may have a sign, and one below zero is refused.
bool has_plus(std::string_view name) { return name.starts_with('+'); }

/// The digits of `00001_name.sql` or `+1_name.sql`; empty: the name has no such form.
std::string_view version_digits(std::string_view name) {
    if (has_plus(name)) name.remove_prefix(1);
    const auto digits = leading_digits(name);
    return digits > 0 && digits < name.size() && name[digits] == '_' ? name.substr(0, digits) : std::string_view();
}

bool is_version(std::string_view digits) {
    constexpr std::string_view largest = "9223372036854775807";
    const auto number = number_of(digits);
    return !digits.empty() && number != "0" && !is_lower_number(largest, number);
}

void require_version(const std::string& shown, std::string_view digits) {
    if (digits.empty()) throw bad_file(shown, "has no number and `_` at the beginning of its name, which goose needs");
    if (!is_version(digits))
        throw bad_file(shown, "has a version that goose refuses: it goes from 1 to 9223372036854775807");
}

/// Why the server refuses what goose sends of one direction; empty: it does not.
std::string obstacle_of(const Pieces& pieces, bool in_transaction, Dialect dialect) {
    const std::string_view text = pieces.text;
    if (const auto cut = find_cut_in_two(text, pieces.cuts, dialect)) {
        const auto line = text.substr(cut->begins, text.find('\n', cut->begins) - cut->begins);
        return fmt::format(
            "has a statement that goose ends at its first line with a `;`, for want of StatementBegin: {}",
            base::trim(line));
    }
    const auto command = in_transaction ? std::string() : find_untransactional_beside(text, pieces.cuts, dialect);
    if (command.empty()) return {};
    return fmt::format("has {} beside another statement, and goose sends both in one piece, which is a transaction",
                       command);
}

Migration read_file(const Item& item, std::string_view digits, Files& files, Dialect dialect,
                    std::vector<std::string>& remarks) {
    Migration migration;
    migration.version = number_of(digits);
    migration.id = digits;
    const auto extension = fs::path(item.name).extension().string().size();
    const auto title = std::string_view(item.name).substr(digits.size() + (has_plus(item.name) ? 1 : 0));
    migration.name = in_words(title.substr(0, title.size() - extension));
    migration.created = time_of_digits(digits);
    migration.file = files.shown(item.path);
    if (is_code(item.name)) {
        migration.obstacle = "is a program in Go";
        return migration;
    }
    const auto script = parse_goose_script(files.read_as_sent(item.path), migration.file, files.options().environment);
    // A block of goose is one statement whether or not a `;` ends it.
    auto up = with_ends(script.up.sql, script.up.ends, dialect);
    auto down = with_ends(script.down.sql, script.down.ends, dialect);
    migration.obstacle = obstacle_of(up, script.in_transaction, dialect);
    migration.up = std::move(up.text);
    if (script.can_go_down && obstacle_of(down, script.in_transaction, dialect).empty())
        migration.down = std::move(down.text);
    else
        remarks.push_back(migration.file + " cannot be undone: goose refuses what stands behind its Down");
    migration.run = script.in_transaction ? Run::in_transaction : Run::outside;
    migration.run_down = migration.run;
    for (const auto line : script.dropped)
        remarks.push_back(
            fmt::format("{}:{} stands behind an empty block: goose drops this line, and so does the revision",
                        migration.file, line));
    for (const auto& name : script.filled_in)
        remarks.push_back(fmt::format("{}: ${{{}}} was filled in from the environment", migration.file, name));
    return migration;
}

bool is_migration(const Item& item) {
    // A folder counts as well: goose takes it for a file, and fails.
    if (item.is_folder) return is_sql(item.name);
    return is_sql(item.name) || (is_code(item.name) && is_version(version_digits(item.name)));
}

std::optional<Dialect> dialect_of(std::string_view driver) {
    if (driver == "postgres" || driver == "pgx" || driver == "redshift") return Dialect::postgresql;
    if (driver == "sqlite3" || driver == "sqlite") return Dialect::sqlite;
    return std::nullopt;
}

History read(const Place& place, Files& files) {
    History history;
    history.table = setting_of(place, files, "GOOSE_TABLE");
    history.dialect = dialect_of(setting_of(place, files, "GOOSE_DRIVER"));
    const auto& asked = files.options().dialects;
    const auto dialect = asked.empty() ? history.dialect.value_or(Dialect::postgresql) : asked.front();
    KnownVersions known;
    for (const auto& item : files.list(place.folder)) {
        if (!is_migration(item)) {
            history.ignored.push_back(files.shown(item.path));
            continue;
        }
        const auto digits = version_digits(item.name);
        require_version(files.shown(item.path), digits);
        history.migrations.push_back(read_file(item, digits, files, dialect, history.remarks));
        known.add(history.migrations.back());
    }
    std::ranges::sort(history.migrations, is_lower_number, &Migration::version);
    return history;
}

bool has_annotations(const fs::path& folder) {
    return has_file(folder,
                    [&](const std::string& name) { return is_sql(name) && mentions(folder / name, "+goose "); });
}

std::optional<Place> find(const fs::path& path, Search search) {
    const auto has_sql = [](const fs::path& each) { return has_file(each, is_sql); };
    if (auto place = place_of_dotenv(path, "GOOSE_MIGRATION_DIR", has_sql)) return place;
    auto folder = find_folder(path, usual_folders(), has_annotations);
    // Without annotations any folder with .sql files would do: so only for whoever has named the tool.
    if (!folder && search == Search::named) folder = find_folder(path, usual_folders(), has_sql);
    if (!folder) return std::nullopt;
    return Place{*folder, find_above(*folder, ".env").value_or("")};
}

Recorded recorded(Database& database, const History& /*history*/, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "goose_db_version" : table);
    if (!found) return result;
    result.has_table = true;
    std::set<std::string> seen;
    for (const auto& row :
         database.query(fmt::format("SELECT version_id, is_applied FROM {} ORDER BY id DESC", *found))) {
        const auto version = text_of(row[0]);
        if (!seen.insert(version).second || version == "0" || !is_true(row[1])) continue;
        result.versions.push_back(version);
    }
    return result;
}

}  // namespace

const Tool& goose() {
    static constexpr Tool tool{.name = "goose",
                               .title = "goose",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "goose_db_version",
                               .status_command = "goose status",
                               .session = Session::kept,
                               .untransactional = Untransactional::refused,
                               .recording = Recording::along_path};
    return tool;
}

}  // namespace rev::foreign
