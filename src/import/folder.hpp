#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "rev/error.hpp"

namespace rev::foreign {

/// What was there before the first migration.
struct Baseline {
    std::string shown;              ///< the database that it is of, without a password
    std::string sql;                ///< its schema
    std::vector<std::string> rows;  ///< of its version table, where it has one
};

/// What a person decided about single files.
struct ReadOptions {
    /// --skip: files that are read as if they were not there; a name, or the end of a path.
    std::vector<std::string> skipped;
    std::filesystem::path working_directory;  ///< absolute: files below it are shown relative to it
    /// The process's environment, for tools that fill it in.
    std::function<std::optional<std::string>(std::string_view name)> environment;
    // For tools that are programs, which run to be read.
    std::string python = {};                                 ///< --python; empty: found
    std::vector<Dialect> dialects = {};                      ///< asked for
    std::map<std::string, std::string> url_parameters = {};  ///< of --url, some of which are a tool's own
    std::string scratch_url = {};                            ///< --scratch; empty: none
    std::vector<std::string> arguments = {};                 ///< -x of Alembic
    std::string ini_section = {};                            ///< empty: the tool's default
    bool allow_network = false;
    std::optional<Baseline> baseline = {};  ///< --baseline-from
};

/// A file or folder in a folder of another tool.
struct Item {
    std::string name;  ///< within its folder
    std::filesystem::path path;
    bool is_folder = false;
};

/// Reads a tool's folders. Remembers which --skip matched something.
class Files {
public:
    /// options: must outlive it.
    explicit Files(const ReadOptions& options) : options_(options) {}

    /// Regular files and folders (also by links), and links that lead nowhere, by name (bytes), without what is
    /// skipped. Throws Error with ExitCode::graph if the folder cannot be read.
    [[nodiscard]] std::vector<Item> list(const std::filesystem::path& folder);
    /// The same with everything below, folders themselves left out; `name` is the file's own name.
    [[nodiscard]] std::vector<Item> list_all(const std::filesystem::path& folder);
    /// The whole file, without a byte order mark. Throws Error with ExitCode::graph: unreadable, NUL, not UTF-8.
    [[nodiscard]] std::string read(const std::filesystem::path& file) const;
    /// The same with its byte order mark, for tools that send it to the database with the rest.
    [[nodiscard]] std::string read_as_sent(const std::filesystem::path& file) const;
    /// Every byte. Throws Error with ExitCode::graph.
    [[nodiscard]] std::string read_bytes(const std::filesystem::path& file) const;
    /// The path as messages show it.
    [[nodiscard]] std::string shown(const std::filesystem::path& path) const;
    /// Whether --skip names a file that a tool found by itself.
    [[nodiscard]] bool skips(const std::filesystem::path& path) { return is_skipped(path); }
    /// Throws Error with ExitCode::usage for a --skip that matched nothing.
    void require_all_skips_used() const;

    /// What it was made with.
    [[nodiscard]] const ReadOptions& options() const noexcept { return options_; }

private:
    [[nodiscard]] bool is_skipped(const std::filesystem::path& path);

    const ReadOptions& options_;
    std::set<std::string> used_;
};

/// An Error about a file of another tool: ExitCode::graph, code "foreign_file", located.
[[nodiscard]] Error bad_file(const std::string& shown, std::string_view text, std::size_t offset,
                             const std::string& message);
/// The same about the file as a whole.
[[nodiscard]] Error bad_file(const std::string& shown, const std::string& message);

/// ASCII, whatever the locale.
[[nodiscard]] bool is_digit(char c) noexcept;
/// Length of the digits that `text` begins with.
[[nodiscard]] std::size_t leading_digits(std::string_view text) noexcept;
/// `users_and_roles` as words: "users and roles".
[[nodiscard]] std::string in_words(std::string_view name);
/// "2024-01-31 12:00:00Z" of a text that begins with fourteen digits of a date and time; empty: it does not.
[[nodiscard]] std::string time_of_digits(std::string_view text);
/// Digits without leading zeros ("0" for zero), so that two versions that are the same number are the same text.
[[nodiscard]] std::string number_of(std::string_view digits);
/// Whether the number of one is below that of the other; both as number_of() gives them.
[[nodiscard]] bool is_lower_number(std::string_view left, std::string_view right) noexcept;

/// The first of `folders` (below `path`) for which `is_wanted` holds.
[[nodiscard]] std::optional<std::filesystem::path> find_folder(
    const std::filesystem::path& path, std::span<const std::string_view> folders,
    const std::function<bool(const std::filesystem::path&)>& is_wanted);

/// Where tools that are known by their files' names keep them, the folder itself first.
[[nodiscard]] std::span<const std::string_view> usual_folders() noexcept;

/// `name` in `path` or, at most three levels, above it; nullopt: nowhere.
[[nodiscard]] std::optional<std::filesystem::path> find_above(const std::filesystem::path& path, std::string_view name);

/// The database that a URL of any tool's is for, by its scheme (also behind `jdbc:`); nullopt: none that rev knows.
[[nodiscard]] std::optional<Dialect> dialect_of_url(std::string_view url);

/// The byte order mark of UTF-8, which some editors put before a text.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Whether a file is there whose beginning holds `text`.
[[nodiscard]] bool mentions(const std::filesystem::path& file, std::string_view text);

/// Whether a regular file of the folder has a name for which `is_wanted` holds.
[[nodiscard]] bool has_file(const std::filesystem::path& folder,
                            const std::function<bool(const std::string& name)>& is_wanted);

/// Whether refinery, whose files are named as Flyway's are, has left its signs above the folder.
[[nodiscard]] bool is_of_refinery(const std::filesystem::path& folder);

}  // namespace rev::foreign
