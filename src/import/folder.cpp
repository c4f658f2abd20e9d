#include "import/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "base/files.hpp"
#include "base/text.hpp"

namespace rev::foreign {

namespace fs = std::filesystem;

namespace {

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

/// Tools find it by its name, and fail when they read it.
bool is_broken_link(const fs::path& path) {
    std::error_code ignored;
    return fs::is_symlink(path, ignored) && !fs::exists(path, ignored);
}

Error unreadable_folder(const std::string& shown, const std::error_code& failed) {
    return Error(ExitCode::graph, error_codes::unreadable_folder,
                 fmt::format("cannot read {}: {}", shown, failed.message()));
}

/// Whether `path` ends with the components of `end`.
bool ends_with(const fs::path& path, const fs::path& end) {
    auto at = path.end();
    for (auto part = end.end(); part != end.begin();) {
        if (at == path.begin() || *--at != *--part) return false;
    }
    return !end.empty();
}

}  // namespace

std::vector<Item> Files::list(const fs::path& folder) {
    std::vector<Item> items;
    std::error_code failed;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed)) {
        const auto& path = next->path();
        const bool folder_itself = base::is_folder_at(path);
        if ((folder_itself || is_file(path) || is_broken_link(path)) && !is_skipped(path))
            items.push_back({path.filename().string(), path, folder_itself});
    }
    // A list that broke off would be a history with a hole in it.
    if (failed) throw unreadable_folder(shown(folder), failed);
    // A folder is listed in any order, and many tools run their files in the order of the names.
    std::ranges::sort(items, {}, &Item::name);
    return items;
}

std::vector<Item> Files::list_all(const fs::path& folder) {
    std::vector<Item> files;
    for (auto& item : list(folder)) {
        if (!item.is_folder) {
            files.push_back(std::move(item));
        } else if (!fs::is_symlink(item.path)) {  // which may lead back up
            auto below = list_all(item.path);
            std::ranges::move(below, std::back_inserter(files));
        }
    }
    return files;
}

std::string Files::read_bytes(const fs::path& file) const {
    try {
        return base::read_text_file(file);
    } catch (const std::system_error& error) {
        throw bad_file(shown(file), "cannot be read: " + error.code().message());
    }
}

std::string Files::read(const fs::path& file) const {
    auto text = read_as_sent(file);
    // It is no SQL: sent to PostgreSQL, it would be a syntax error before the first word.
    if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
    return text;
}

std::string Files::read_as_sent(const fs::path& file) const {
    auto text = read_bytes(file);
    // Before the look at UTF-8: of a file that is UTF-16, this gives the better hint.
    if (const auto nul = text.find('\0'); nul != std::string::npos)
        throw bad_file(shown(file), text, nul, "a NUL byte: this is no SQL text")
            .with_hint("the file may be UTF-16: save it as UTF-8");
    if (const auto wrong = base::find_invalid_utf8(text))
        throw bad_file(shown(file), text, *wrong, "bytes that are no UTF-8").with_hint("save the file as UTF-8");
    return text;
}

std::string Files::shown(const fs::path& path) const {
    // From further away, a row of `..` says less than the whole path.
    constexpr int most_levels_up = 3;
    const auto relative = path.lexically_normal().lexically_relative(options_.working_directory);
    const auto levels_up = std::ranges::count(relative, fs::path(".."));
    const bool is_near = !relative.empty() && levels_up <= most_levels_up;
    return base::printable_word((is_near ? relative : path.lexically_normal()).string());
}

void Files::require_all_skips_used() const {
    for (const auto& skip : options_.skipped) {
        if (used_.contains(skip)) continue;
        throw Error(ExitCode::usage, error_codes::unknown_file,
                    fmt::format("--skip {}: there is no such file", base::printable(skip)))
            .with_hint("give a file's name, or its path as messages show it");
    }
}

bool Files::is_skipped(const fs::path& path) {
    const auto found = std::ranges::find_if(options_.skipped, [&](const std::string& skip) {
        const auto wanted = fs::path(skip).lexically_normal();
        return wanted.is_absolute() ? wanted == path.lexically_normal() : ends_with(path.lexically_normal(), wanted);
    });
    if (found == options_.skipped.end()) return false;
    // A skip that is never used was misspelt, and what it was for would be imported: that is an error in the end.
    used_.insert(*found);
    return true;
}

Error bad_file(const std::string& shown, std::string_view text, std::size_t offset, const std::string& message) {
    // A line may be the rows of a whole table: not all of it is shown.
    const auto place = base::position_of(text, offset);
    return Error(ExitCode::graph, error_codes::foreign_file, message)
        .with_location({shown, place.line, place.column, std::string(place.line_text.substr(0, 200))});
}

Error bad_file(const std::string& shown, const std::string& message) {
    return Error(ExitCode::graph, error_codes::foreign_file, fmt::format("{} {}", shown, message))
        .with_location({shown, 0, 0, {}});
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t leading_digits(std::string_view text) noexcept {
    const auto end = std::ranges::find_if_not(text, is_digit);
    return static_cast<std::size_t>(end - text.begin());
}

std::string in_words(std::string_view name) {
    std::string words(name);
    std::ranges::replace_if(
        words, [](char c) { return c == '_' || c == '-'; }, ' ');
    return std::string(base::trim(words));
}

std::string time_of_digits(std::string_view text) {
    // YYYYMMDDhhmmss. Of a number that is merely as long no date is made.
    constexpr std::size_t digits = 14;
    if (leading_digits(text) != digits) return {};
    const auto part = [&](std::size_t at, std::size_t size) { return text.substr(at, size); };
    const bool is_time = part(4, 2) >= "01" && part(4, 2) <= "12" && part(6, 2) >= "01" && part(6, 2) <= "31" &&
                         part(8, 2) <= "23" && part(10, 2) <= "59" && part(12, 2) <= "59";
    if (!is_time) return {};
    return fmt::format("{}-{}-{} {}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2));
}

std::string number_of(std::string_view digits) {
    const auto first = digits.find_first_not_of('0');
    return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

bool is_lower_number(std::string_view left, std::string_view right) noexcept {
    // As text, since they may be longer than any integer. Without zeros before it, the longer number is the greater.
    return left.size() != right.size() ? left.size() < right.size() : left < right;
}

std::optional<fs::path> find_folder(const fs::path& path, std::span<const std::string_view> folders,
                                    const std::function<bool(const fs::path&)>& is_wanted) {
    for (const auto name : folders) {
        auto folder = name == "." ? path : path / name;
        if (base::is_folder_at(folder) && is_wanted(folder)) return folder;
    }
    return std::nullopt;
}

std::span<const std::string_view> usual_folders() noexcept {
    // The path itself comes first: whoever names a folder means that one.
    static constexpr std::array<std::string_view, 20> folders{
        ".",
        "migrations",
        "db/migrations",
        "database/migrations",
        "sql",
        "sql/migrations",
        "src/main/resources/db/migration",
        "db/migration",
        "internal/migrations",
        "internal/db/migrations",
        "internal/database/migrations",
        "pkg/migrations",
        "schema/migrations",
        "sql/schema",
        "migration",
        "db/migrate",
        "db/schema",
        "db",
        "schema",
        "src/migrations",
    };
    return folders;
}

std::optional<fs::path> find_above(const fs::path& path, std::string_view name) {
    constexpr int levels = 4;
    auto folder = path;
    for (int level = 0; level < levels; ++level) {
        std::error_code ignored;
        if (fs::exists(folder / name, ignored)) return folder / name;
        // What lies above a repository is another project's.
        if (fs::exists(folder / ".git", ignored) || folder == folder.parent_path()) break;
        folder = folder.parent_path();
    }
    return std::nullopt;
}

std::optional<Dialect> dialect_of_url(std::string_view url) {
    if (url.starts_with("jdbc:")) url.remove_prefix(5);
    const auto scheme = url.substr(0, url.find(':'));
    for (const std::string_view name : {"postgres", "postgresql", "pgx", "pgx5"})
        if (scheme == name) return Dialect::postgresql;
    for (const std::string_view name : {"sqlite", "sqlite3", "file"})
        if (scheme == name) return Dialect::sqlite;
    return std::nullopt;
}

bool mentions(const fs::path& file, std::string_view text) {
    // What a tool is known by stands near the beginning. A dump of gigabytes is not read for it.
    constexpr std::size_t enough = 65536;
    if (!is_file(file)) return false;
    std::string beginning(enough, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(stream.gcount()));
    return beginning.find(text) != std::string::npos;
}

bool has_file(const fs::path& folder, const std::function<bool(const std::string& name)>& is_wanted) {
    // A folder that cannot be read is no place of a tool, and no failure: others are looked into as well.
    std::error_code failed;
    for (fs::directory_iterator next(folder, failed), end; !failed && next != end; next.increment(failed))
        if (is_file(next->path()) && is_wanted(next->path().filename().string())) return true;
    return false;
}

bool is_of_refinery(const fs::path& folder) {
    const auto cargo = find_above(folder, "Cargo.toml");
    return find_above(folder, "refinery.toml") || (cargo && mentions(*cargo, "refinery"));
}

}  // namespace rev::foreign
