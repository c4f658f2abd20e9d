#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "import/folder.hpp"
#include "import/history.hpp"

namespace rev::foreign {

/// Where a tool keeps its files.
struct Place {
    std::filesystem::path folder;    ///< of the migrations
    std::filesystem::path settings;  ///< the tool's configuration file; empty: none
};

/// How a tool's files are found.
enum class Search {
    sure,   ///< only by what no other tool has: for detection
    named,  ///< somebody said that it is this tool
};

/// Which settings of its session a migration of PostgreSQL finds that runs behind others in one call of the tool.
enum class Session {
    anew,  ///< those of a new one; or the tool itself would fail where an earlier one has led its search_path away
    kept,  ///< what the earlier ones have set
    kept_in_transaction,  ///< the same, in one transaction: also with SET LOCAL
    kept_but_path,        ///< the same, but the search_path is what it was
};

/// What becomes of a statement that cannot run in a transaction, such as CREATE INDEX CONCURRENTLY, where the tool has
/// not been told that the file needs none.
enum class Untransactional {
    sent,     ///< it runs: the tool has no transaction around it
    refused,  ///< the database refuses it in the tool's transaction
    single,   ///< the tool has no transaction but that of Sending::whole: it runs as the only statement of a file
    leading,  ///< it runs as long as only others of its kind stand before it, in the file or behind a COMMIT there
    unmixed,  ///< it runs beside others of its kind alone
};

/// How a tool sends the text of a file.
enum class Sending {
    statements,  ///< cut into its statements
    whole,       ///< in one piece, which PostgreSQL runs in a transaction if it has several statements
};

/// PostgreSQL: where a tool looks for its table, if the table's name has no schema, when it records a migration.
enum class Recording {
    by_schema,          ///< where it has found it before: no migration leads it away
    along_path,         ///< on the search_path that the migration leaves
    in_current_schema,  ///< in the first schema of that path; in public where there is none
};

/// Reads what a tool's table says. table: `schema.name` or `name`; empty: the tool's default.
using ReadRecorded = Recorded (*)(Database& database, const History& history, const std::string& table);

/// One tool that rev reads. Adding one is adding a file that defines it, and its line in tools.cpp.
struct Tool {
    std::string_view name;   ///< as it is typed: "golang-migrate"
    std::string_view title;  ///< as its people write it
    /// path: what the person gave, absolute. nullopt: nothing of this tool is there.
    std::optional<Place> (*find)(const std::filesystem::path& path, Search search) = nullptr;
    /// Throws Error with ExitCode::graph for what the tool refuses, ExitCode::usage for settings.
    History (*read)(const Place& place, Files& files) = nullptr;
    ReadRecorded recorded = nullptr;        ///< nullptr: the tool keeps no table
    std::string_view table = {};            ///< its default name; empty: it keeps none
    std::string_view table_parameter = {};  ///< of its database URL, that says another; empty: there is none
    /// PostgreSQL: the keys of the advisory locks under which the tool runs, by its command line and as a library;
    /// nullptr: it takes none.
    std::vector<long long> (*lock_keys)(Database& database, const std::string& table) = nullptr;
    /// The command that shows what the tool itself thinks, for hints.
    std::string_view status_command = {};
    Session session = Session::anew;
    Untransactional untransactional = Untransactional::sent;
    Sending sending = Sending::statements;
    Recording recording = Recording::by_schema;
    bool misses_transaction = false;  ///< PostgreSQL: it fails where a file has ended its transaction
    /// What runs its files, where that is not a tool of that title, as messages say it; empty: it is.
    std::string_view runner = {};
    bool copies_rows = false;  ///< it knows how to send the rows of COPY FROM STDIN

    /// What runs its files, as messages say it. Never empty.
    [[nodiscard]] std::string_view runs_by() const noexcept { return runner.empty() ? title : runner; }
};

// One file each.
[[nodiscard]] const Tool& alembic();
[[nodiscard]] const Tool& flask_migrate();
[[nodiscard]] const Tool& dbmate();
[[nodiscard]] const Tool& diesel();
[[nodiscard]] const Tool& django();
[[nodiscard]] const Tool& drizzle();
[[nodiscard]] const Tool& flyway();
[[nodiscard]] const Tool& golang_migrate();
[[nodiscard]] const Tool& goose();
[[nodiscard]] const Tool& node_pg_migrate();
[[nodiscard]] const Tool& prisma();
[[nodiscard]] const Tool& refinery();
[[nodiscard]] const Tool& sql_folder();
[[nodiscard]] const Tool& sqitch();
[[nodiscard]] const Tool& sqlx();
[[nodiscard]] const Tool& supabase();

/// All, in the order in which they are looked for: those with files of their own before those known by names.
[[nodiscard]] std::span<const Tool* const> tools();

/// nullptr: no tool of that name. `golang_migrate` and `Flyway` are accepted too.
[[nodiscard]] const Tool* find_tool(std::string_view name);

/// A tool and where its files are.
struct Found {
    const Tool* tool = nullptr;
    Place place;
};

/// A variable that a tool reads: of the process, else of the .env file that is `place.settings`; empty: it is not set.
[[nodiscard]] std::string setting_of(const Place& place, const Files& files, std::string_view name);

/// The database that a variable of the .env file names; nullopt: it has none, or one that rev does not know.
[[nodiscard]] std::optional<Dialect> dialect_of_dotenv(const Place& place, const Files& files, std::string_view name);

/// The folders that a setting names, relative to `base`, in its order; empty: `value` is empty.
[[nodiscard]] std::vector<std::filesystem::path> folders_named(const std::filesystem::path& base,
                                                               std::string_view value);
/// Whether a folder is `path` or below it. Both absolute.
[[nodiscard]] bool is_within(const std::filesystem::path& folder, const std::filesystem::path& path);
/// The first folder in `path` that a variable of the .env file there or above names and that `is_wanted`, with that
/// file as its settings.
[[nodiscard]] std::optional<Place> place_of_dotenv(const std::filesystem::path& path, std::string_view name,
                                                   const std::function<bool(const std::filesystem::path&)>& is_wanted);

/// The tool whose files are in `path` or where it keeps them below. Throws Error with ExitCode::usage: none, several,
/// or one that is recognised and not supported.
[[nodiscard]] Found detect(const std::filesystem::path& path, const std::string& shown);

/// Throws Error with ExitCode::usage if the files of a tool that rev does not read are there: what can be done.
void refuse_unsupported(const std::filesystem::path& path);
/// The same by its name on the command line.
void refuse_unsupported_name(std::string_view name);

}  // namespace rev::foreign
