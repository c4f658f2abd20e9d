// dbmate. Source: pkg/dbmate/migration.go, db.go.
//
// - Files: `^(\d+).*\.sql$` in db/migrations (DBMATE_MIGRATIONS_DIR, several with commas), no subfolders; the version
//   is the leading digits, as text. The order is that of the whole names, so that 10 comes before 2.
// - `-- migrate:up` and `-- migrate:down` at the very beginning of a line, both needed, up first, nothing but comments
//   before it. The first of each counts, also where it stands in a string; a second one of either is an error, also
//   there.
// - A byte order mark before the first marker hides it.
// - `transaction:false` in a marker's line is for its own block.
// - A file is sent in one piece, and its driver fails if the tool's transaction is over behind it. Files of one call
//   run in one session, and the table is looked for in the current schema.
// - Two files of one version: the second fails in dbmate itself, on the key of its table.
// - Table: schema_migrations(version), DBMATE_MIGRATIONS_TABLE. What is not recorded runs next time, whatever its
//   place.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "import/versions.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view comment_start = "--";

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::size_t skip_spaces(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}

std::string_view line_from(std::string_view text, std::size_t at) noexcept {
    return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

/// Whether a marker `migrate:WORD` begins at `at`, the beginning of a line.
bool is_marker(std::string_view text, std::size_t at, std::string_view word) {
    if (!text.substr(at).starts_with(comment_start)) return false;
    at = skip_spaces(text, at + comment_start.size());
    if (!text.substr(at).starts_with(word)) return false;
    at += word.size();
    return at == text.size() || is_space(text[at]);
}

constexpr std::string_view up_word = "migrate:up";
constexpr std::string_view down_word = "migrate:down";

/// Whether the marker at `at` has its word behind its `--`. dbmate sends the marker with its block, and only then all
/// of it is a comment.
bool is_in_one_line(std::string_view text, std::size_t at, std::string_view word) {
    return line_from(text, at).find(word) != std::string_view::npos;
}

enum class Block { up, down };

std::size_t find_marker(std::string_view text, Block block, std::size_t from = 0) {
    const auto word = block == Block::up ? up_word : down_word;
    for (auto at = from; at < text.size();) {
        const bool is_line_start = at == 0 || text[at - 1] == '\n';
        if (is_line_start && is_marker(text, at, word)) return at;
        const auto end = text.find('\n', at);
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    return std::string_view::npos;
}

/// Behind the line of the marker at `at`, which may begin with a `--` alone.
std::size_t behind_marker(std::string_view text, std::size_t at) {
    const auto word = text.find("migrate:", at);
    return std::min(text.find('\n', word), text.size() - 1) + 1;
}

/// Of the marker's own line, less `--` and the marker's word: pairs `name:value`, of which the last one counts.
Run run_of(std::string_view line, std::string_view word) {
    auto run = Run::in_transaction;
    const auto at = line.find(word);
    if (at == std::string_view::npos) return run;
    line.remove_prefix(at + word.size());
    for (std::size_t start = skip_spaces(line, 0); start < line.size(); start = skip_spaces(line, start)) {
        const auto end = std::min(line.find_first_of(" \t\r\f", start), line.size());
        const auto pair = line.substr(start, end - start);
        start = end;
        if (pair.starts_with("transaction:") && std::ranges::count(pair, ':') == 1)
            run = pair == "transaction:false" ? Run::outside : Run::in_transaction;
    }
    return run;
}

void refuse_statements_before(const std::string& shown, std::string_view text, std::size_t up) {
    for (std::size_t at = 0; at < up;) {
        const auto line = line_from(text, at);
        if (!base::trim(line).empty() && !base::trim(line).starts_with("--"))
            throw bad_file(shown, text, at, "a statement before `-- migrate:up`");
        at += line.size() + 1;
    }
}

struct Blocks {
    std::size_t up = 0;
    std::size_t down = 0;
};

Blocks find_blocks(const std::string& shown, std::string_view text) {
    const auto up = find_marker(text, Block::up);
    const auto down = find_marker(text, Block::down);
    if (up == std::string_view::npos) throw bad_file(shown, "has no line `-- migrate:up`, which dbmate needs");
    if (down == std::string_view::npos) throw bad_file(shown, "has no line `-- migrate:down`, which dbmate needs");
    if (up > down) throw bad_file(shown, text, up, "`-- migrate:up` stands behind `-- migrate:down`");
    if (!is_in_one_line(text, up, up_word))
        throw bad_file(shown, text, up,
                       "the `--` of a marker stands in a line of its own, and dbmate sends the next one");
    refuse_statements_before(shown, text, up);
    if (const auto second = find_marker(text, Block::up, up + 1); second != std::string_view::npos)
        throw bad_file(shown, text, second, "a second `-- migrate:up`: dbmate cannot record one version twice");
    if (const auto second = find_marker(text, Block::down, down + 1); second != std::string_view::npos)
        throw bad_file(shown, text, second, "a second `-- migrate:down`, which dbmate refuses also in a string");
    return {up, down};
}

Migration read_file(const Item& item, const Files& files, std::vector<std::string>& remarks) {
    const auto shown = files.shown(item.path);
    if (files.read_bytes(item.path).starts_with("\xEF\xBB\xBF"))
        throw bad_file(shown, "begins with a byte order mark, behind which dbmate does not see `-- migrate:up`")
            .with_hint("save the file without it");
    const auto text = files.read(item.path);
    const auto [up, down] = find_blocks(shown, text);
    auto migration = numbered_migration(item.name);
    migration.file = shown;
    const auto up_start = behind_marker(text, up);
    migration.up = text.substr(up_start, down - std::min(down, up_start));
    migration.run = run_of(line_from(text, up), up_word);
    migration.run_down = run_of(line_from(text, down), down_word);
    if (is_in_one_line(text, down, down_word))
        migration.down = text.substr(behind_marker(text, down));
    else
        remarks.push_back(shown + " cannot be undone: dbmate sends a part of its down marker as SQL");
    return migration;
}

bool is_migration(std::string_view name) {
    // The dot of its expression stands for any character but a line feed.
    return leading_digits(name) > 0 && name.ends_with(".sql") && name.find('\n') == std::string_view::npos;
}

constexpr std::string_view folders_setting = "DBMATE_MIGRATIONS_DIR";

/// All that the setting names, if the place is one of them; else somebody has named another one.
std::vector<fs::path> folders_of(const Place& place, const Files& files) {
    const auto base =
        files.options().environment(folders_setting) ? files.options().working_directory : place.settings.parent_path();
    auto folders = folders_named(base, setting_of(place, files, folders_setting));
    const bool is_one = std::ranges::find(folders, place.folder.lexically_normal()) != folders.end();
    return is_one ? folders : std::vector{place.folder};
}

History read(const Place& place, Files& files) {
    History history;
    history.table = setting_of(place, files, "DBMATE_MIGRATIONS_TABLE");
    history.dialect = dialect_of_dotenv(place, files, "DATABASE_URL");
    std::vector<Item> items;
    for (const auto& folder : folders_of(place, files))
        std::ranges::move(files.list(folder), std::back_inserter(items));
    std::ranges::stable_sort(items, {}, &Item::name);
    KnownVersions known;
    for (const auto& item : items) {
        if (item.is_folder || !is_migration(item.name)) {
            history.ignored.push_back(files.shown(item.path));
            continue;
        }
        history.migrations.push_back(read_file(item, files, history.remarks));
        known.add(history.migrations.back());
    }
    return history;
}

bool has_markers(const fs::path& folder) {
    return has_file(
        folder, [&](const std::string& name) { return is_migration(name) && mentions(folder / name, "migrate:up"); });
}

std::optional<Place> find(const fs::path& path, Search search) {
    const auto has_migration = [](const fs::path& each) { return has_file(each, is_migration); };
    if (auto place = place_of_dotenv(path, folders_setting, has_migration)) return place;
    auto folder = find_folder(path, usual_folders(), has_markers);
    if (!folder && search == Search::named) folder = find_folder(path, usual_folders(), has_migration);
    if (!folder) return std::nullopt;
    return Place{*folder, find_above(*folder, ".env").value_or("")};
}

Recorded recorded(Database& database, const History& /*history*/, const std::string& table) {
    return recorded_versions(database, table.empty() ? "schema_migrations" : table);
}

}  // namespace

const Tool& dbmate() {
    static constexpr Tool tool{.name = "dbmate",
                               .title = "dbmate",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "schema_migrations",
                               .status_command = "dbmate status",
                               .session = Session::kept,
                               .untransactional = Untransactional::refused,
                               .sending = Sending::whole,
                               .recording = Recording::in_current_schema,
                               .misses_transaction = true};
    return tool;
}

}  // namespace rev::foreign
