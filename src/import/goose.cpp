// goose. Source: internal/sqlparser/parser.go, migrate.go, internal/dialect.
//
// - Files: *.sql and *.go whose name is a number, `_` and more; the version is a number above zero of 63 bits, each
//   once. An .sql file without one is an error. _test.go files do not count.
// - An annotation is a line that begins with `--` and holds `+goose`; one that is indented or unknown is an error; the
//   case does not matter. `Up` once and first; `Down` behind it; `StatementBegin` and `StatementEnd` in pairs;
//   `NO TRANSACTION` anywhere is for both directions; between `ENVSUB ON` and `OFF` variables are filled in.
// - Outside StatementBegin a statement ends with the line whose last word before a `--` ends with `;`, also within a
//   string or the body of a function, where the server refuses both halves. One that has not ended before `Down` or the
//   end of the file is an error.
// - Without Down, down does nothing and the version is forgotten.
// - Table: goose_db_version(version_id, is_applied): the newest row of each version counts; 0 is the table's own.
#include "import/goose_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "import/body.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

bool is_sql(std::string_view name) { return name.ends_with(".sql"); }
bool is_code(std::string_view name) { return name.ends_with(".go") && !name.ends_with("_test.go"); }

/// The digits of `00001_name.sql`; empty: the name has no such form.
std::string_view version_digits(std::string_view name) {
    const auto digits = leading_digits(name);
    return digits > 0 && digits < name.size() && name[digits] == '_' ? name.substr(0, digits) : std::string_view();
}

void require_version(const std::string& shown, std::string_view digits) {
    constexpr std::string_view largest = "9223372036854775807";
    if (digits.empty()) throw bad_file(shown, "has no number and `_` at the beginning of its name, which goose needs");
    const auto number = number_of(digits);
    if (number == "0" || is_lower_number(largest, number))
        throw bad_file(shown, "has a version that goose refuses: it goes from 1 to 9223372036854775807");
}

/// What goose cuts in two; empty: nothing.
std::string cut_in_two(const GooseScript& script, Dialect dialect) {
    const auto at = find_cut_in_two(script.up, script.ends, dialect);
    if (!at) return {};
    const auto line = std::string_view(script.up).substr(*at, script.up.find('\n', *at) - *at);
    return fmt::format("has a statement that goose ends at its first line with a `;`, for want of StatementBegin: {}",
                       base::trim(line));
}

Migration read_file(const Item& item, std::string_view digits, Files& files, Dialect dialect,
                    std::vector<std::string>& remarks) {
    Migration migration;
    migration.version = number_of(digits);
    migration.id = digits;
    const auto extension = fs::path(item.name).extension().string().size();
    const auto title = std::string_view(item.name).substr(digits.size());
    migration.name = in_words(title.substr(0, title.size() - extension));
    migration.created = time_of_digits(digits);
    migration.file = files.shown(item.path);
    if (is_code(item.name)) {
        migration.obstacle = "is a program in Go";
        return migration;
    }
    auto script = parse_goose_script(files.read_as_sent(item.path), migration.file, files.options().environment);
    migration.obstacle = cut_in_two(script, dialect);
    migration.up = std::move(script.up);
    migration.down = std::move(script.down);
    migration.run = script.in_transaction ? Run::in_transaction : Run::outside;
    migration.run_down = migration.run;
    for (const auto& name : script.filled_in)
        remarks.push_back(fmt::format("{}: ${{{}}} was filled in from the environment", migration.file, name));
    return migration;
}

bool is_migration(const Item& item) {
    if (item.is_folder) return false;
    return is_sql(item.name) || (is_code(item.name) && !version_digits(item.name).empty());
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
    std::map<std::string, std::string> known;
    for (const auto& item : files.list(place.folder)) {
        if (!is_migration(item)) {
            history.ignored.push_back(files.shown(item.path));
            continue;
        }
        const auto digits = version_digits(item.name);
        require_version(files.shown(item.path), digits);
        auto migration = read_file(item, digits, files, dialect, history.remarks);
        if (const auto [first, is_new] = known.emplace(migration.version, migration.file); !is_new)
            throw bad_file(migration.file, fmt::format("has the version of {}: {}", first->second, migration.version));
        history.migrations.push_back(std::move(migration));
    }
    std::ranges::sort(history.migrations, is_lower_number, &Migration::version);
    return history;
}

bool has_annotations(const fs::path& folder) {
    return has_file(folder,
                    [&](const std::string& name) { return is_sql(name) && mentions(folder / name, "+goose "); });
}

std::optional<Place> find(const fs::path& path, Search search) {
    auto folder = find_folder(path, usual_folders(), has_annotations);
    // Without annotations any folder with .sql files would do: so only for whoever has named the tool.
    if (!folder && search == Search::named)
        folder = find_folder(path, usual_folders(), [](const fs::path& each) { return has_file(each, is_sql); });
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
    static constexpr Tool tool{"goose",       "goose",
                               find,          read,
                               recorded,      "goose_db_version",
                               nullptr,       "goose status",
                               Session::anew, Untransactional::refused};
    return tool;
}

}  // namespace rev::foreign
