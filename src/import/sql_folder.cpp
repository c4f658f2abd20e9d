// Plain SQL files that people run by hand, with psql or sqlite3, in the order of their numbers.
//
// - Files: *.sql of one folder. With numbers in front (`003_x.sql`, `V3__x.sql`, `1.10_x.sql`): in the order of the
//   numbers, part by part, equal ones by name; without any: by name. A file without a number beside numbered ones has
//   no place: an error.
// - `x.up.sql` and `x.down.sql` are one migration; so are `x.sql` and `x.down.sql`. In place of `down`: `undo`,
//   `rollback` or `revert`. In place of the dot `_` or `-`, where both files are there: `003_shut_down.sql` may shut
//   something down.
// - A file is run as psql does: each statement commits, but for the transactions that the file itself begins.
// - No table says what has run: `rev stamp` does that.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "import/tool.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view suffix = ".sql";
constexpr std::string_view up_word = "up";
constexpr std::array<std::string_view, 4> down_words = {"down", "undo", "rollback", "revert"};
constexpr std::string_view separators = "._-";

bool is_sql(const std::string& name) { return name.size() > suffix.size() && base::lower_case(name).ends_with(suffix); }

std::string_view without_suffix(std::string_view name) { return name.substr(0, name.size() - suffix.size()); }

/// What a name says of its direction.
struct Direction {
    std::string stem;
    bool is_down = false;
    bool is_certain = false;  ///< behind a dot; otherwise it may be a word of the name
};

/// nullopt: nothing. name: without its suffix.
std::optional<Direction> direction_in(std::string_view name) {
    const auto separator = name.find_last_of(separators);
    if (separator == std::string_view::npos || separator == 0) return std::nullopt;
    const auto word = base::lower_case(name.substr(separator + 1));
    const bool is_down = std::ranges::find(down_words, word) != down_words.end();
    if (!is_down && word != up_word) return std::nullopt;
    return Direction{std::string(name.substr(0, separator)), is_down, name[separator] == '.'};
}

/// The stems of the files of one direction, of which the other one is looked for.
struct Stems {
    std::set<std::string> up;
    std::set<std::string> down;
};

Stems stems_of(const std::vector<Item>& items) {
    Stems stems;
    for (const auto& item : items) {
        const auto name = without_suffix(item.name);
        const auto direction = direction_in(name);
        // `x.sql` is the other one of `x_down.sql`.
        if (!direction || !direction->is_certain) stems.up.emplace(name);
        if (direction) (direction->is_down ? stems.down : stems.up).insert(direction->stem);
    }
    return stems;
}

Direction direction_of(const Item& item, const Stems& stems) {
    const auto name = without_suffix(item.name);
    const auto direction = direction_in(name);
    if (direction && (direction->is_certain || (direction->is_down ? stems.up : stems.down).contains(direction->stem)))
        return *direction;
    return {std::string(name)};
}

std::string_view without_v(std::string_view stem) {
    if (stem.size() > 1 && (stem.front() == 'V' || stem.front() == 'v') && is_digit(stem[1])) stem.remove_prefix(1);
    return stem;
}

bool is_word_character(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// What gives it its place: `1.10` of `1.10_x`, `2024-01-05` of `2024-01-05-x`; `V3__x` has it behind the letter. A
/// number that goes on in letters is a word: `1-2nd_x` has 1.
std::string_view number_in(std::string_view stem) {
    stem = without_v(stem);
    auto end = leading_digits(stem);
    while (end > 0 && end + 1 < stem.size() && (stem[end] == '.' || stem[end] == '-')) {
        const auto next = end + 1 + leading_digits(stem.substr(end + 1));
        if (next == end + 1 || (next < stem.size() && is_word_character(stem[next]))) break;
        end = next;
    }
    return stem.substr(0, end);
}

/// Each number of it, without zeros before it.
std::vector<std::string> parts_of(std::string_view number) {
    std::vector<std::string> parts;
    while (!number.empty()) {
        const auto digits = leading_digits(number);
        parts.push_back(number_of(number.substr(0, digits)));
        number.remove_prefix(std::min(digits + 1, number.size()));
    }
    return parts;
}

/// The files of one stem.
struct Pair {
    std::optional<Item> up;
    std::optional<Item> down;
};

std::map<std::string, Pair> pairs_of(const std::vector<Item>& items, const Files& files) {
    const auto stems = stems_of(items);
    std::map<std::string, Pair> pairs;
    for (const auto& item : items) {
        const auto direction = direction_of(item, stems);
        auto& pair = pairs[direction.stem];
        auto& slot = direction.is_down ? pair.down : pair.up;
        if (slot)
            throw bad_file(files.shown(item.path),
                           fmt::format("is a second file of the same migration, beside {}", files.shown(slot->path)));
        slot = item;
    }
    for (const auto& [stem, pair] : pairs)
        if (!pair.up) throw bad_file(files.shown(pair.down->path), "undoes a migration that is not there");
    return pairs;
}

Migration to_migration(const std::string& stem, const Pair& pair, const Files& files) {
    Migration migration;
    migration.version = stem;
    migration.id = stem;
    const auto number = number_in(stem);
    const auto behind = without_v(stem).substr(number.size());
    migration.name = in_words(number.empty() || behind.empty() ? std::string_view(stem) : behind);
    migration.created = time_of_digits(stem);
    migration.file = files.shown(pair.up->path);
    migration.up = files.read(pair.up->path);
    if (pair.down) migration.down = files.read(pair.down->path);
    migration.run = Run::as_written;
    migration.run_down = Run::as_written;
    return migration;
}

bool comes_before(const Migration& left, const Migration& right) {
    const auto one = parts_of(number_in(left.version));
    const auto other = parts_of(number_in(right.version));
    if (one == other) return left.version < right.version;
    // Part by part: 1.9 comes before 1.10, and 1 before 1.5.
    return std::ranges::lexicographical_compare(one, other, is_lower_number);
}

/// Some have numbers and some have none: nobody knows where those belong.
void refuse_files_without_place(const std::vector<Migration>& migrations) {
    const auto has_number = [](const Migration& each) { return !number_in(each.version).empty(); };
    if (std::ranges::none_of(migrations, has_number)) return;
    std::vector<std::string> lost;
    for (const auto& each : migrations)
        if (!has_number(each)) lost.push_back(each.file);
    if (lost.empty()) return;
    auto error = bad_file(lost.front(), lost.size() == 1 ? "has no number among files that have one"
                                                         : "and others have no number among files that have one");
    std::string list;
    for (const auto& file : lost) list += file + "\n";
    error.with_detail(list).with_hint("give it a number, or leave it out with `--skip FILE`");
    throw error;
}

/// `003` or `1.10` where no other file has that number, else the whole name.
void shorten_ids(std::vector<Migration>& migrations) {
    const auto number_of_id = [](const Migration& each) {
        const auto number = number_in(each.version);
        // Dashes are for dates, which say less without the words behind them.
        return number.substr(0, number.find('-'));
    };
    std::map<std::vector<std::string>, int> uses;
    for (const auto& each : migrations) ++uses[parts_of(number_of_id(each))];
    for (auto& each : migrations) {
        const auto number = number_of_id(each);
        if (!number.empty() && uses[parts_of(number)] == 1) each.id = number;
    }
}

History read(const Place& place, Files& files) {
    History history;
    std::vector<Item> wanted;
    for (const auto& item : files.list(place.folder)) {
        if (!item.is_folder && is_sql(item.name)) {
            wanted.push_back(item);
        } else {
            history.ignored.push_back(files.shown(item.path));
            if (item.is_folder && has_file(item.path, is_sql))
                history.remarks.push_back(
                    fmt::format("{} has files of SQL too, and was not read", history.ignored.back()));
        }
    }
    for (const auto& [stem, pair] : pairs_of(wanted, files))
        history.migrations.push_back(to_migration(stem, pair, files));
    refuse_files_without_place(history.migrations);
    std::ranges::sort(history.migrations, comes_before);
    shorten_ids(history.migrations);
    return history;
}

std::optional<Place> find(const fs::path& path, Search search) {
    const auto is_wanted = [&](const std::string& name) {
        return is_sql(name) && (search == Search::named || leading_digits(name) > 0);
    };
    const auto folder =
        find_folder(path, usual_folders(), [&](const fs::path& each) { return has_file(each, is_wanted); });
    if (!folder) return std::nullopt;
    return Place{*folder, {}};
}

}  // namespace

const Tool& sql_folder() {
    static constexpr Tool tool{
        .name = "sql", .title = "plain SQL files", .find = find, .read = read, .runner = "the database's own shell"};
    return tool;
}

}  // namespace rev::foreign
