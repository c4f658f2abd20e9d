#include "lint/sqlite_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "db/database_url.hpp"
#include "lint/observed_statement.hpp"
#include "scratch/run_sql.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::lint {
namespace {

/// It says how ALTER TABLE reads the schema.
bool is_about_alter_table(const Statement& statement) { return statement.facts.pragma.name == "legacy_alter_table"; }

/// They reach beyond the schema: other files, the session, the transaction.
bool reaches_beyond(const Statement& statement) {
    using sql::Verb;
    const auto& facts = statement.facts;
    return statement.kind != StatementKind::ordinary || facts.transaction != sql::TransactionAction::none ||
           facts.verb_in({Verb::analyze, Verb::attach, Verb::detach, Verb::explain, Verb::reindex, Verb::vacuum}) ||
           (facts.verb == Verb::pragma && !is_about_alter_table(statement));
}

bool makes_table(const Statement& statement) {
    return statement.facts.verb == sql::Verb::create && statement.facts.object == sql::ObjectKind::table;
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
    if (!makes_table(statement)) return std::nullopt;
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
    try {
        // Definitions change the schema, and no rows: these are run.
        if (statement.facts.is_definition() || is_about_alter_table(statement)) {
            if (const auto sql = without_rows(statement)) {
                scratch::run_sql(*database_, *sql);
            } else {
                const std::array commands = {command_of(statement)};
                database_->run(commands);
            }
            makes_table_ = makes_table_ || makes_table(statement);
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
