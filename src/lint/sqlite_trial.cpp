#include "lint/sqlite_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "lint/observed_statement.hpp"
#include "rev/database_url.hpp"
#include "scratch/run_sql.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::lint {
namespace {

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view first_word(std::string_view command) { return command.substr(0, command.find(' ')); }

/// They change the schema, and no rows: these are run.
bool is_definition(std::string_view word) {
    static constexpr std::array words = std::to_array<std::string_view>({"ALTER", "CREATE", "DROP"});
    return is_one_of(word, words);
}

/// They reach beyond the schema: other files, the session, the transaction.
bool reaches_beyond(const Statement& statement) {
    // This one says how ALTER TABLE reads the schema.
    if (base::lower_case(statement.text).find("legacy_alter_table") != std::string::npos) return false;
    static constexpr std::array words =
        std::to_array<std::string_view>({"ANALYZE", "ATTACH", "BEGIN", "COMMIT", "DETACH", "END", "EXPLAIN", "PRAGMA",
                                         "REINDEX", "RELEASE", "ROLLBACK", "SAVEPOINT", "VACUUM"});
    return statement.kind != StatementKind::ordinary || is_one_of(first_word(statement.command), words);
}

/// What an application brings to its own connections: functions, modules, collations.
bool lacks_extension(std::string_view message) {
    static constexpr std::array beginnings = std::to_array<std::string_view>(
        {"no such function", "no such module", "no such collation sequence", "no such tokenizer", "unknown tokenizer"});
    return std::ranges::any_of(
        beginnings, [&](std::string_view beginning) { return message.find(beginning) != std::string_view::npos; });
}

bool lacks_object(std::string_view message) { return message.find("no such ") != std::string_view::npos; }

/// CREATE TABLE ... AS without the rows of its query, which may be without an end; nullopt: it is no such statement.
std::optional<std::string> without_rows(const Statement& statement) {
    if (statement.command != "CREATE TABLE") return std::nullopt;
    const auto text = statement.text;
    for (sql::SqlCursor cursor(text, Dialect::sqlite); !cursor.at_end() && !cursor.at_symbol("("); cursor.advance()) {
        if (!cursor.at_word("AS")) continue;
        const auto behind = static_cast<std::size_t>(cursor.text().data() - text.data()) + cursor.text().size();
        return fmt::format("{} SELECT * FROM ({}\n) LIMIT 0", text.substr(0, behind), text.substr(behind));
    }
    return std::nullopt;
}

}  // namespace

SqliteTrial::SqliteTrial(Extent extent)
    : extent_(extent), database_(open_database(parse_database_url("sqlite://"), {})) {}

SqliteTrial::~SqliteTrial() = default;

std::optional<std::string> SqliteTrial::try_statement(const Statement& statement) {
    if (extent_ == Extent::columns || !database_ || reaches_beyond(statement)) return std::nullopt;
    const auto word = first_word(statement.command);
    try {
        if (is_definition(word) || word == "PRAGMA") {
            if (const auto sql = without_rows(statement)) {
                scratch::run_sql(*database_, *sql);
            } else {
                const std::array commands = {command_of(statement)};
                database_->run(commands);
            }
            makes_table_ = makes_table_ || statement.command == "CREATE TABLE";
        } else {
            // SQLite compiles what it explains, and looks each name up, but runs none of it.
            (void)database_->query("EXPLAIN " + std::string(statement.text));
        }
        return std::nullopt;
    } catch (const Error& error) {
        const std::string message = error.what();
        // What no revision has made may have been there before the first one.
        const bool is_known = !lacks_object(message) || (has_made_table_ && !may_lack_objects_);
        database_.reset();
        return is_known && !lacks_extension(message) ? std::optional(message) : std::nullopt;
    }
}

void SqliteTrial::end_section() {
    has_made_table_ = has_made_table_ || makes_table_;
    if (!database_) return;
    const std::array reset = {Command{.kind = Command::Kind::reset}};
    database_->run(reset);
}

std::optional<std::string> SqliteTrial::refuse_rows(const std::string& definition) {
    if (!database_) return std::nullopt;
    try {
        // Alone in a table: where the CHECK names other columns, this fails, and rows decide.
        scratch::run_sql(*database_, fmt::format("CREATE TEMP TABLE rev_lint_column ({})", definition));
    } catch (const Error&) {
        return std::nullopt;
    }
    std::optional<std::string> why;
    try {
        scratch::run_sql(*database_, "INSERT INTO rev_lint_column DEFAULT VALUES");
    } catch (const Error& error) {
        why = error.what();
    }
    scratch::run_sql(*database_, "DROP TABLE temp.rev_lint_column");
    return why && why->find("CHECK") != std::string::npos ? why : std::nullopt;
}

}  // namespace rev::lint
