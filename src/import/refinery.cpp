// refinery. Source: refinery_core/src/util.rs, runner.rs.
//
// - Files: `^([U|V])(\d+(?:\.\d+)?)__(\w+)\.(rs|sql)$`, in all subfolders; others are passed over. U is a migration
//   that may come out of order, not an undo. The version must be a number of 32 bits: 1.5 passes the expression and is
//   an error all the same. With the feature `int8-versions` (Cargo.toml) it has 64 bits. Each version once.
// - .rs files are programs. Each migration runs in a transaction, but for one with a line `-- refinery:noTransaction`.
// None
//   can be undone.
// - A file is sent in one piece; files of one call run in one session, and the table is looked for along the
// search_path.
// - refinery.toml tells the database.
// - Table: refinery_schema_history(version, name, applied_on, checksum): SipHash-1-3 of name, version and SQL.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "import/checksums.hpp"
#include "import/settings_text.hpp"
#include "import/table.hpp"
#include "import/tool.hpp"
#include "import/versions.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

struct Name {
    char prefix = 'V';
    std::string version;
    std::string title;
    bool is_code = false;
};

bool is_word_character(char c) noexcept {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::optional<Name> parse_name(std::string_view name) {
    // The class `[U|V]` in its expression has the bar in it: that is no "or".
    if (name.empty() || std::string_view("UV|").find(name.front()) == std::string_view::npos) return std::nullopt;
    const bool is_code = name.ends_with(".rs");
    if (!is_code && !name.ends_with(".sql")) return std::nullopt;
    const auto stem = name.substr(1, name.size() - 1 - (is_code ? 3 : 4));
    const auto separator = stem.find("__");
    if (separator == std::string_view::npos) return std::nullopt;
    const auto version = stem.substr(0, separator);
    const auto digits = leading_digits(version);
    const bool has_part = digits < version.size() && version[digits] == '.' &&
                          leading_digits(version.substr(digits + 1)) == version.size() - digits - 1 &&
                          version.size() > digits + 1;
    const auto title = stem.substr(separator + 2);
    if (digits == 0 || (digits < version.size() && !has_part) || title.empty() ||
        !std::ranges::all_of(title, is_word_character))
        return std::nullopt;
    return Name{name.front(), std::string(version), std::string(title), is_code};
}

/// Whether a line is `-- refinery:noTransaction`: two dashes or more, one blank or none, and nothing behind it.
bool leaves_transaction_out(std::string_view sql) {
    for (std::size_t at = 0; at < sql.size();) {
        const auto end = std::min(sql.find('\n', at), sql.size());
        auto line = sql.substr(at, end - at);
        at = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto dashes = std::min(line.find_first_not_of('-'), line.size());
        if (dashes < 2) continue;
        line.remove_prefix(dashes);
        if (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
        if (line == "refinery:noTransaction") return true;
    }
    return false;
}

/// What its feature `int8-versions` makes of versions.
struct Width {
    std::size_t bytes = 4;
    std::string_view largest = "2147483647";
};

Width width_of(const fs::path& folder) {
    const auto cargo = find_above(folder, "Cargo.toml");
    return cargo && mentions(*cargo, "int8-versions") ? Width{8, "9223372036854775807"} : Width{};
}

void require_number(const std::string& shown, const Name& name, std::string_view largest) {
    if (name.prefix == '|') throw bad_file(shown, "begins with `|`, which refinery finds, and then fails at");
    const auto& version = name.version;
    if (leading_digits(version) == version.size() && !is_lower_number(largest, number_of(version))) return;
    throw bad_file(shown,
                   fmt::format("has the version {}, and refinery takes whole numbers up to {}", version, largest));
}

/// As Rust's Hash puts the name, the version and the SQL together: a text ends with a byte that none holds.
std::string checksum_of(const Name& name, std::string_view sql, std::size_t bytes) {
    constexpr char end_of_text = '\xff';
    auto hashed = name.title + end_of_text;
    auto version = std::stoull(name.version);
    for (std::size_t number = 0; number < bytes; ++number, version >>= 8U) hashed += static_cast<char>(version & 0xffU);
    hashed += sql;
    hashed += end_of_text;
    return fmt::format("{}", siphash13_of(hashed));
}

Migration to_migration(const Name& name, const Item& item, const Width& width, const Files& files) {
    Migration migration;
    migration.file = files.shown(item.path);
    require_number(migration.file, name, width.largest);
    migration.version = number_of(name.version);
    migration.id = name.version;
    migration.name = in_words(name.title);
    migration.created = time_of_digits(name.version);
    if (name.is_code) {
        migration.obstacle = "is a program in Rust";
    } else {
        migration.up = files.read_as_sent(item.path);
        migration.checksum = checksum_of(name, migration.up, width.bytes);
        if (leaves_transaction_out(migration.up)) migration.run = Run::outside;
    }
    return migration;
}

/// What refinery.toml, the settings of its command line, says.
std::optional<Dialect> configured_dialect(const fs::path& folder, const Files& files) {
    const auto file = find_above(folder, "refinery.toml");
    if (!file) return std::nullopt;
    return dialect_of_url(base::lower_case(value_of(read_toml(files.read(*file)), "main.db_type")));
}

History read(const Place& place, Files& files) {
    History history;
    KnownVersions known;
    history.dialect = configured_dialect(place.folder, files);
    const auto width = width_of(place.folder);
    for (const auto& item : files.list_all(place.folder)) {
        const auto name = parse_name(item.name);
        if (!name) {
            history.ignored.push_back(files.shown(item.path));
            continue;
        }
        auto migration = to_migration(*name, item, width, files);
        known.add(migration);
        history.migrations.push_back(std::move(migration));
    }
    std::ranges::sort(history.migrations, is_lower_number, &Migration::version);
    return history;
}

std::optional<Place> find(const fs::path& path, Search search) {
    const auto folder = find_folder(path, usual_folders(), [&](const fs::path& each) {
        return has_file(each, [](const std::string& name) { return parse_name(name).has_value(); }) &&
               (search == Search::named || is_of_refinery(each));
    });
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

Recorded recorded(Database& database, const History& history, const std::string& table) {
    Recorded result;
    const auto found = find_table(database, table.empty() ? "refinery_schema_history" : table);
    if (!found) return result;
    result.has_table = true;
    for (const auto& row : database.query(fmt::format("SELECT version, checksum FROM {} ORDER BY version", *found))) {
        result.versions.push_back(text_of(row[0]));
        const auto migration = std::ranges::find(history.migrations, result.versions.back(), &Migration::version);
        if (migration == history.migrations.end() || migration->checksum.empty()) continue;
        if (migration->checksum != text_of(row[1])) result.edited.push_back(migration->file);
    }
    return result;
}

}  // namespace

const Tool& refinery() {
    static constexpr Tool tool{.name = "refinery",
                               .title = "refinery",
                               .find = find,
                               .read = read,
                               .recorded = recorded,
                               .table = "refinery_schema_history",
                               .status_command = "refinery migrate",
                               .session = Session::kept,
                               .untransactional = Untransactional::refused,
                               .sending = Sending::whole,
                               .recording = Recording::along_path};
    return tool;
}

}  // namespace rev::foreign
