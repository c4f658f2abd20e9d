#include "scratch/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "scratch/contents.hpp"
#include "scratch/run_sql.hpp"
#include "sql/statements.hpp"

namespace rev::scratch {
namespace {

std::string advice_for(const CommandError& error) {
    if (!error.hint().empty()) return error.hint();
    const std::string_view message = error.what();
    if (error.sqlstate() == sqlstate::undefined_object && message.find("role") != std::string_view::npos)
        return "create the role on the server where scratch databases are made";
    if (error.sqlstate() == sqlstate::undefined_object || error.sqlstate() == sqlstate::undefined_function)
        return "an extension of the platform that the schema needs belongs into scratch_setup";
    return {};
}

Error not_loaded(const CommandError& error, const DdlText& ddl, const std::string& text) {
    auto location = error.location();
    location.file = ddl.shown;
    location.line_text = std::string(base::line_of(text, location.line));
    return Error(ExitCode::graph, error_codes::schema_not_loaded, error.what())
        .with_detail(error.detail())
        .with_hint(advice_for(error))
        .with_sqlstate(error.sqlstate())
        .with_location(std::move(location));
}

void refuse_psql_command(const DdlText& ddl, const std::string& text) {
    const auto command = find_psql_command(text);
    if (!command) return;
    const auto place = base::position_of(text, command->offset);
    throw Error(ExitCode::graph, error_codes::psql_command,
                fmt::format("{} is a command of psql, not SQL", command->name))
        .with_location({ddl.shown, place.line, place.column, std::string(place.line_text)})
        .with_hint(command->advice);
}

/// What a text leaves in the session.
void note_session(Database& database, LoadedDdl& loaded) {
    if (database.dialect() == Dialect::sqlite) {
        if (!database.query(temporary_in_sqlite).empty()) loaded.leaves_temporary = true;
        return;
    }
    const auto row = database
                         .query(fmt::format("SELECT current_setting('check_function_bodies'), (EXISTS ({}))::text",
                                            temporary_in_postgres))
                         .at(0);
    if (row.at(0) == "off") loaded.unchecked_function_bodies = true;
    if (row.at(1) == "true") loaded.leaves_temporary = true;
}

/// One loading of several texts.
class Loading {
public:
    explicit Loading(Database& database) : database_(database) {}

    LoadedDdl run(std::span<const DdlText> texts) {
        std::vector<const DdlText*> left;
        for (const auto& text : texts) left.push_back(&text);
        first_ = texts.data();
        while (!left.empty()) {
            auto failed = run_round(left);
            // Nothing of a whole round was loaded, so the next one would be the same.
            if (failed.size() == left.size()) throw Error(*first_failure_);
            left = std::move(failed);
        }
        return loaded_;
    }

private:
    /// Those that lack an object. first_failure_: of the first of them.
    std::vector<const DdlText*> run_round(const std::vector<const DdlText*>& texts) {
        std::vector<const DdlText*> failed;
        first_failure_.reset();
        for (const auto* ddl : texts) {
            auto failure = try_to_run(*ddl);
            if (!failure) {
                loaded_.order.push_back(static_cast<std::size_t>(ddl - first_));
                continue;
            }
            if (!lacks_object(*failure, database_.dialect()) || texts.size() == 1) throw Error(*failure);
            if (!first_failure_) first_failure_ = std::move(failure);
            failed.push_back(ddl);
        }
        return failed;
    }

    std::optional<Error> try_to_run(const DdlText& ddl) {
        // Of psql's commands only the pair that pg_dump writes can be left out without a loss.
        const auto text = without_restrict_commands(ddl.text);
        if (database_.dialect() == Dialect::postgresql) refuse_psql_command(ddl, text);
        try {
            run_whole(text);
            return std::nullopt;
        } catch (const CommandError& error) {
            if (error.connection_lost || error.code() == error_codes::interrupted) throw;
            database_.rollback();
            // A SET that the rollback has not taken back would hold for the next file.
            end_settings();
            return not_loaded(error, ddl, text);
        }
    }

    /// PostgreSQL takes the statements of one message as one transaction; SQLite has to be told.
    void run_whole(const std::string& text) {
        // A file that says BEGIN itself would fail in a second one: SQLite does not nest transactions.
        if (database_.dialect() == Dialect::sqlite && !controls_transaction(text)) {
            const std::array commands = {Command{.kind = Command::Kind::begin},
                                         Command{.kind = Command::Kind::sql, .sql = text},
                                         Command{.kind = Command::Kind::commit}};
            database_.run(commands);
        } else {
            run_sql(database_, text);
        }
        // What a text leaves open must not go on in the next one.
        if (database_.in_transaction()) database_.rollback();
        // While they still hold.
        note_session(database_, loaded_);
        end_settings();
    }

    static bool controls_transaction(const std::string& text) {
        return std::ranges::any_of(split_statements(text, Dialect::sqlite), [](const Statement& statement) {
            return statement.kind == StatementKind::transaction_control;
        });
    }

    void end_settings() {
        if (database_.dialect() == Dialect::postgresql) {
            const std::array commands = {Command{.kind = Command::Kind::reset},
                                         Command{.kind = Command::Kind::discard}};
            database_.run(commands);
        } else {
            const std::array commands = {Command{.kind = Command::Kind::reset}};
            database_.run(commands);
        }
    }

    Database& database_;
    const DdlText* first_ = nullptr;
    LoadedDdl loaded_;
    std::optional<Error> first_failure_;
};

}  // namespace

bool lacks_object(const Error& error, Dialect dialect) {
    if (dialect == Dialect::sqlite) return true;  // one code for all
    // PostgreSQL: table, function, object, column, schema.
    constexpr std::array<std::string_view, 5> states = {sqlstate::undefined_table, sqlstate::undefined_function,
                                                        sqlstate::undefined_object, sqlstate::undefined_column,
                                                        sqlstate::invalid_schema_name};
    return std::ranges::find(states, error.sqlstate()) != states.end();
}

LoadedDdl load_ddl(Database& database, std::span<const DdlText> texts) { return Loading(database).run(texts); }

LoadedDdl load_inside(Database& database, const DdlText& ddl) {
    const auto text = without_restrict_commands(ddl.text);
    refuse_psql_command(ddl, text);
    const std::array commands = {Command{.kind = Command::Kind::sql, .sql = text}};
    const std::array end_of_settings = {Command{.kind = Command::Kind::reset}};
    try {
        database.run(commands);
        LoadedDdl loaded;
        note_session(database, loaded);
        database.run(end_of_settings);
        return loaded;
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        throw not_loaded(error, ddl, text);
    }
}

}  // namespace rev::scratch
