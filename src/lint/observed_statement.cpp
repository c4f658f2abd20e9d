#include "lint/observed_statement.hpp"

#include <algorithm>

#include "lint/guard_answer.hpp"
#include "run/guards.hpp"
#include "run/prepared.hpp"

namespace rev::lint {

Command command_of(const Statement& statement) {
    const bool is_copy = statement.copy_data.data() != nullptr;
    Command command{.kind = is_copy ? Command::Kind::copy : Command::Kind::sql, .sql = statement.text};
    command.data = statement.copy_data;
    command.first_line = statement.line;
    command.first_column = statement.column;
    return command;
}

bool is_wanted(Database& database, const SectionText& section, std::size_t number) {
    const auto markers = markers_above(section, number);
    // A step is a copy of all statements: most have no guard that would ask for one.
    if (std::ranges::none_of(markers, &sql::StatementMarker::is_guard)) return true;
    run::PreparedStep step;
    step.statements = section.statements;
    return std::ranges::all_of(markers, [&](const sql::StatementMarker& marker) {
        if (!marker.is_guard()) return true;
        const bool is_there = !database.query_in_session(run::guard_sql(database, step, marker)).empty();
        return is_there == (marker.kind == sql::StatementMarker::Kind::only_if);
    });
}

ObservedStatement left_out() {
    ObservedStatement facts;
    facts.is_left_out = true;
    return facts;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace rev::lint
