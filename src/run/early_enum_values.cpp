// In one transaction a value that ALTER TYPE ... ADD VALUE has added cannot be used before the commit: PostgreSQL
// refuses it when the statement runs, which may be after an hour of others. So it is looked for before the first one.
// The search is for hints, not for proof: what it misses fails in the run.

#include "run/early_enum_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/batch.hpp"
#include "run/failure_text.hpp"
#include "run/step_text.hpp"

namespace rev {
namespace {

struct AddedValue {
    std::string literal;  ///< as the value is mostly written: 'calm'
    const PreparedStep* step = nullptr;
    const Statement* statement = nullptr;
};

/// What PREPARE takes.
bool can_be_analysed(const Statement& statement) {
    constexpr std::array<std::string_view, 7> commands = {"INSERT", "UPDATE", "DELETE", "MERGE",
                                                          "SELECT", "WITH",   "VALUES"};
    return std::ranges::find(commands, statement.command) != commands.end();
}

/// Whether what a name means, or the type of a column, may be another one behind the statement: then the server, asked
/// beforehand, would answer for something else.
bool may_change_meaning(const Statement& statement) {
    constexpr std::array<std::string_view, 6> commands = {"SET", "DO", "CALL", "ALTER TABLE", "ALTER TYPE", "DROP"};
    return std::ranges::any_of(commands, [&](auto command) { return statement.command.starts_with(command); });
}

/// Whether the server reads a literal of the statement as a value of an enum that has no such value.
bool lacks_enum_value(Database& database, const Statement& statement) {
    constexpr std::string_view invalid_text_representation = "22P02";
    Batch batch;
    batch.begin();
    // PREPARE parses and analyses, and thereby reads literals as values of the types that are wanted, but runs nothing.
    batch.own_sql(fmt::format("PREPARE \"rev:analysis\" AS {}", statement.text));
    std::string sqlstate;
    try {
        database.run(batch.commands());
    } catch (const CommandError& error) {
        if (error.connection_lost) throw;
        sqlstate = error.sqlstate();
    }
    // The failed PREPARE has aborted the transaction, one that worked must leave nothing in the session.
    database.rollback();
    Batch clean;
    clean.reset();
    database.run(clean.commands());
    return sqlstate == invalid_text_representation;
}

[[noreturn]] void refuse(const AddedValue& value, const PreparedStep& step, const Statement& statement) {
    throw Error(
        ExitCode::graph, "new_enum_value",
        fmt::format("{} uses the enum value {} in the transaction that adds it", statement.command, value.literal))
        .with_location(place_of(sql_in_file(step), statement))
        .with_hint(
            fmt::format("it is added at {}:{}, and PostgreSQL lets it be used only after the commit: run the plan "
                        "with --transaction per-revision, or in two parts",
                        value.step->path, line_in_file(*value.step, *value.statement)));
}

}  // namespace

void refuse_early_enum_values(Database& database, const PreparedPlan& plan) {
    std::vector<AddedValue> values;
    for (const auto& step : plan.steps) {
        for (const auto& statement : step->statements) {
            const auto uses = [&](const AddedValue& value) {
                // The literal as a text anywhere, which costs nothing; only where it stands is the server asked.
                return statement.text.find(value.literal) != std::string_view::npos;
            };
            const auto used = std::ranges::find_if(values, uses);
            if (used != values.end() && can_be_analysed(statement) && lacks_enum_value(database, statement))
                refuse(*used, *step, statement);
            const auto added = added_enum_value(statement.text);
            if (added)
                values.push_back({database.quote_literal(added->value), step.get(), &statement});
            else if (may_change_meaning(statement))
                // What the server says of the database as it is now would no longer be true of the statements behind
                // it.
                return;
        }
    }
}

}  // namespace rev
